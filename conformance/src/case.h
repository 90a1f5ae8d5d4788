#ifndef TIMOCK_CONFORMANCE_CASE_H_
#define TIMOCK_CONFORMANCE_CASE_H_

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

/// How a request's UserSig is made, where not by default.
struct Signing {
  std::optional<std::string> identifier = {};
  std::optional<std::int64_t> sdkappid = {};
  std::int64_t issued_s_ago = 0;
  std::int64_t expire_s = 86'400;
  enum class Key { kOwn, kWrong, kHexDecoded };
  Key key = Key::kOwn;
  std::optional<std::string> userbuf = {};
  std::optional<std::string> text = {};     ///< Sent as it is.
  std::optional<nlohmann::json> json = {};  ///< Deflated and encoded as it is.
};

/// One request of a case. Strings may hold placeholders, see placeholders.h.
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

struct Expectation {
  int http_status = 200;
  std::optional<CodeExpectation> code = {};
  std::optional<std::string> action_status = {};
  std::optional<std::string> error_info_is = {};
  std::optional<std::string> error_info_contains = {};
  std::optional<std::string> content_type_contains = {};
  std::optional<nlohmann::json> payload = {};
  std::optional<bool> closes = {};
  bool no_body = false;
  bool envelope = true;
  bool malformed = false;
};

/// What the stored names must be afterwards.
struct Aftermath {
  bool unchanged = false;
  std::map<std::string, std::string> names = {};  ///< Unless `unchanged`.
};

struct Case {
  std::string id;    ///< "R8.name_of_51_bytes"
  std::string rule;  ///< "R8"
  std::string title;
  std::string since;
  Level level = Level::kDocumented;
  std::string source_doc;
  std::string source_quote;   ///< Empty where none can be given.
  std::string source_switch;  ///< Of an undetermined case.
  std::vector<std::string> needs;
  bool writes = false;
  std::vector<CaseRequest> before;
  CaseRequest request;
  std::string scenario;  ///< In the place of request and expect.
  Expectation expect;
  /// By what became of the call: "accepted", "refused", a word of the switch, or "" for any.
  std::map<std::string, Aftermath> then;
  std::vector<std::string> kills;

  /// "documented/R8.name_of_51_bytes"
  std::string FullName() const { return LevelName(level) + "/" + id; }
};

/// Something is wrong with a case file: `what()` says which file, where and what.
class CaseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The cases of one file, `params` expanded. Throws CaseError.
std::vector<Case> ReadCases(const std::string& file_name, std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASE_H_
