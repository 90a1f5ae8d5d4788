#ifndef TIMOCK_CONFORMANCE_CASES_CASE_H_
#define TIMOCK_CONFORMANCE_CASES_CASE_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases/page.h"

namespace timock::conformance {

/// How sure we are of what a case asks for.
enum class Level {
  kDocumented,    ///< The endpoint's own page says it.
  kElsewhere,     ///< Another page of the vendor says it.
  kObserved,      ///< An answer of the real service shows it.
  kClient,        ///< A known client relies on it; a live target never fails over it.
  kUndetermined,  ///< Nothing public says it: our contract, or a switch of the profile.
};

std::string LevelName(Level level);
/// "the endpoint's own page says it"
std::string LevelMeaning(Level level);
inline constexpr Level kLevels[] = {Level::kDocumented, Level::kElsewhere, Level::kObserved,
                                    Level::kClient, Level::kUndetermined};

/// How a request's UserSig differs from a right one. Strings may hold placeholders.
struct Signing {
  std::optional<std::string> identifier = {};
  std::optional<std::int64_t> sdkappid = {};
  std::int64_t issued_s_ago = 0;
  std::int64_t expire_s = 86'400;
  std::string key = "own";  ///< Or wrong, hex_decoded, second_app.
  std::optional<std::string> userbuf = {};
  std::optional<std::string> text = {};            ///< Sent as it is.
  nlohmann::json json = nlohmann::json::object();  ///< Put over the UserSig's members.
  std::string pack = {};  ///< Another way to pack it; empty: the right one.
};

/// One request of a case. Strings may hold placeholders, see BuildRequest.
struct CaseRequest {
  std::string command = "im_set_attr_name";
  std::string method = "POST";
  std::string identity = "admin";
  std::optional<std::string> path = {};
  /// Raw values over the default ones; empty: the parameter is left out.
  std::vector<std::pair<std::string, std::optional<std::string>>> query = {};
  std::optional<std::string> query_text = {};
  std::optional<std::vector<std::pair<std::string, std::string>>> headers = {};
  std::string body = {};
  std::optional<std::string> raw = {};  ///< All bytes of the message.
  std::optional<Signing> signing = {};
};

struct CodeExpectation {
  enum class Kind { kIs, kNot, kOneOf, kSwitch };
  Kind kind = Kind::kIs;
  std::vector<int> codes = {0};
  std::vector<std::string> switches = {};  ///< In the order of the checks: the first that refuses.
};

/// At most one of these.
struct TextExpectation {
  std::optional<std::string> is = {};
  std::optional<std::string> contains = {};
  std::string switch_name = {};  ///< It is what this switch says.
};

/// Of some slots; an empty one is a slot without a name.
using SlotNames = std::map<std::string, std::optional<std::string>>;

struct Expectation {
  int http_status = 200;
  std::optional<CodeExpectation> code = {};
  std::optional<std::string> action_status = {};
  std::string action_status_switch = {};  ///< Present or absent, as this switch says.
  std::string key_order_switch = {};
  TextExpectation error_info = {};
  TextExpectation body = {};
  TextExpectation content_type = {};
  std::optional<SlotNames> payload = {};  ///< Slots of the answer's AttrNames.
  std::optional<bool> closes = {};
  bool no_body = false;
  bool envelope = true;
  bool malformed = false;
};

/// What the stored names must be afterwards.
struct Aftermath {
  bool unchanged = false;
  SlotNames names = {};  ///< Unless `unchanged`; other slots are not looked at.
};

/// The same by what became of the call.
struct Then {
  std::optional<Aftermath> always = {};
  std::optional<Aftermath> accepted = {};
  std::optional<Aftermath> refused = {};
  /// By the value of the case's own switch; "code" for any number.
  std::map<std::string, Aftermath> by_word = {};
};

struct Case {
  std::string id;          ///< "R8.name_of_51_bytes"
  std::string entry;       ///< The id in its file; `id` has a parameter's name behind it, if any.
  std::string rule;        ///< "R8"
  std::string rule_title;  ///< "The body: the keys "0" to "9", names of at most 50 bytes."
  std::string title;       ///< With the parameter's behind it, if any: no two are alike.
  Level level = Level::kDocumented;
  std::string source_doc;        ///< "seed-21", "1047/34620", "client go-d60", "contract"...
  std::string source_quote;      ///< Empty where none can be given.
  std::string source_english;    ///< Of a quote in another language.
  std::string source_switch;     ///< Of an undetermined case.
  std::set<std::string> covers;  ///< Sentences of the page, its source among them.
  std::set<std::string> needs;   ///< Capabilities of the target, see Target::Capabilities.
  bool writes = false;           ///< A server, a broken one too, may change stored names by it.
  std::vector<CaseRequest> before;
  CaseRequest request;
  std::string scenario;  ///< In the place of request and expect.
  Expectation expect;
  std::optional<Then> then;
  std::vector<std::string> kills;
  /// Values of switches that other sources have against this one: a target that is held to a
  /// profile with one of them is not held to the case.
  std::map<std::string, nlohmann::json> yields_to;

  /// Whose sentence a failure breaks, with an address where there is one: "the endpoint's page
  /// says", "our contract, mockserver/docs/PROTOCOL.md, says", "a client relies on it: go-d60".
  std::string SourceText() const;
  /// "documented/R8.name_of_51_bytes"
  std::string FullName() const { return LevelName(level) + "/" + id; }
};

/// The cases of one file, `params` expanded; `page` has the sentences that are their sources.
/// Throws ConfigError.
std::vector<Case> ReadCases(const std::string& file_name, std::string_view text,
                            const std::vector<PageSentence>& page);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_CASE_H_
