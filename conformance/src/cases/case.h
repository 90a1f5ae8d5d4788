#ifndef TIMOCK_CONFORMANCE_CASES_CASE_H_
#define TIMOCK_CONFORMANCE_CASES_CASE_H_

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timock::conformance {

/// How sure we are of what a case asks for.
enum class Level {
  kDocumented,    ///< The endpoint's own page says it.
  kElsewhere,     ///< Another page of the vendor says it.
  kObserved,      ///< A real answer or a real client shows it.
  kUndetermined,  ///< Nothing public says it: a switch of the profile.
};

std::string LevelName(Level level);

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
  std::string id;     ///< "R8.name_of_51_bytes"
  std::string entry;  ///< The id in its file; `id` has a parameter's name behind it, if any.
  std::string rule;   ///< "R8"
  std::string title;
  std::string since;
  Level level = Level::kDocumented;
  std::string source_doc;
  std::string source_quote;    ///< Empty where none can be given.
  std::string source_english;  ///< Of a quote in another language.
  std::string source_switch;   ///< Of an undetermined case.
  std::vector<std::string> needs;
  bool writes = false;
  std::vector<CaseRequest> before;
  CaseRequest request;
  std::string scenario;  ///< In the place of request and expect.
  Expectation expect;
  std::optional<Then> then;
  std::vector<std::string> kills;

  /// Whose words are quoted, with an address where there is one: "the endpoint's page",
  /// "https://cloud.tencent.com/document/product/679/131708".
  std::string SourceText() const;
  /// "documented/R8.name_of_51_bytes"
  std::string FullName() const { return LevelName(level) + "/" + id; }
};

/// The cases of one file, `params` expanded. Throws ConfigError.
std::vector<Case> ReadCases(const std::string& file_name, std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_CASE_H_
