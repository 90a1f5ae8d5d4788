#include "core/profile_reader.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "json/json_pointer.h"

namespace timock {
namespace {

using nlohmann::json;
using Problem = std::optional<Error>;

constexpr std::string_view kWordTexts[] = {"",           "accept", "as_object", "last_wins",
                                           "first_wins", "ignore", "merge",     "replace"};

// Why we believe what the default profile says, as in PROTOCOL.
enum class Mark : unsigned { kDocumented, kObserved, kAssumed };

// The words that a switch takes, as bits, and whether it takes a code.
struct SwitchInfo {
  std::string_view name;
  Mark mark;
  unsigned words;
  bool code = true;
};

constexpr unsigned Bit(Word word) { return 1U << static_cast<unsigned>(word); }
constexpr unsigned kNone = 0;
constexpr unsigned kAcceptable = Bit(Word::kAccept);

// In the order of the enum Switch. `accept` stands where accepting makes sense: where the call has
// a meaning without what it lacks.
constexpr SwitchInfo kSwitches[] = {
    {"path_malformed", Mark::kObserved, kNone},
    {"command_unknown", Mark::kAssumed, kNone},
    {"method_not_post", Mark::kAssumed, kAcceptable},
    {"plain_http", Mark::kAssumed, kAcceptable},
    {"contenttype_missing", Mark::kAssumed, kAcceptable},
    {"contenttype_wrong", Mark::kAssumed, kAcceptable},
    {"sdkappid_missing", Mark::kDocumented, kNone},
    {"sdkappid_malformed", Mark::kAssumed, kNone},
    {"identifier_missing", Mark::kAssumed, kNone},
    {"random_missing", Mark::kAssumed, kAcceptable},
    {"random_malformed", Mark::kAssumed, kAcceptable},
    {"sdkappid_unknown", Mark::kDocumented, kNone},
    {"sdkappid_disabled", Mark::kDocumented, kAcceptable},
    {"host_region_mismatch", Mark::kAssumed, kAcceptable},
    {"usersig_missing", Mark::kDocumented, kNone},
    {"usersig_malformed", Mark::kDocumented, kNone},
    {"usersig_identifier_mismatch", Mark::kDocumented, kNone},
    {"usersig_sdkappid_mismatch", Mark::kDocumented, kNone},
    {"usersig_expired", Mark::kDocumented, kAcceptable},
    {"usersig_signature_wrong", Mark::kDocumented, kNone},
    {"feature_off", Mark::kAssumed, kAcceptable},
    {"not_admin", Mark::kDocumented, kAcceptable},
    {"body_empty", Mark::kAssumed, kNone},
    {"json_syntax", Mark::kDocumented, kNone},
    {"body_not_object", Mark::kAssumed, kNone},
    {"attr_names_missing", Mark::kAssumed, kNone},
    {"attr_names_not_object", Mark::kAssumed, Bit(Word::kAsObject)},
    {"attr_names_empty", Mark::kAssumed, kAcceptable},
    {"key_invalid", Mark::kAssumed, kNone},
    {"value_not_string", Mark::kAssumed, kNone},
    {"name_empty", Mark::kAssumed, kAcceptable},
    {"name_too_long", Mark::kAssumed, kAcceptable},
    {"duplicate_name", Mark::kAssumed, kAcceptable},
    {"duplicate_key", Mark::kAssumed, Bit(Word::kLastWins) | Bit(Word::kFirstWins)},
    {"unknown_fields", Mark::kAssumed, Bit(Word::kIgnore)},
    {"second_call", Mark::kAssumed, Bit(Word::kMerge) | Bit(Word::kReplace), false},
    {"internal_error", Mark::kDocumented, kNone},
    {"body_too_large", Mark::kAssumed, kNone},
};
static_assert(std::size(kSwitches) == kSwitchCount);

template <typename E>
struct Choice {
  std::string_view text;
  E value;
};

constexpr Choice<KeyOrder> kKeyOrders[] = {{"by_layer", KeyOrder::kByLayer},
                                           {"error_info_first", KeyOrder::kErrorInfoFirst},
                                           {"error_code_first", KeyOrder::kErrorCodeFirst}};
constexpr Choice<bool> kActionStatuses[] = {{"present", true}, {"absent", false}};
constexpr Choice<ThrottleAlgorithm> kAlgorithms[] = {
    {"sliding_window", ThrottleAlgorithm::kSlidingWindow},
    {"fixed_window", ThrottleAlgorithm::kFixedWindow},
    {"window_from_first", ThrottleAlgorithm::kWindowFromFirst},
    {"sliding_counter", ThrottleAlgorithm::kSlidingCounter},
    {"token_bucket", ThrottleAlgorithm::kTokenBucket}};
constexpr Choice<ThrottleScope> kScopes[] = {
    {"app_and_command", ThrottleScope::kAppAndCommand},
    {"app", ThrottleScope::kApp},
    {"app_and_identifier", ThrottleScope::kAppAndIdentifier}};
constexpr Choice<ThrottlePosition> kPositions[] = {{"access", ThrottlePosition::kAccess},
                                                   {"service", ThrottlePosition::kService}};

constexpr int kLeastCode = 10'000;
constexpr int kMostCode = 999'999;
constexpr std::uint32_t kMostCalls = 1'000'000;
constexpr std::uint32_t kMostWindowMs = 3'600'000;
constexpr std::uint32_t kMostFailures = 1'000;
constexpr std::uint32_t kMostLockoutWindowS = 86'400;

std::string Quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

// The value as the file has it, cut to a length that suits a message.
std::string Shown(const json& value) {
  constexpr std::size_t kShown = 60;
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return text.size() <= kShown ? text : text.substr(0, kShown) + "...";
}

Error Expected(const std::string& at, const json& value, const std::string& expected) {
  return Error{at + ": " + Shown(value) + " is not allowed; expected " + expected};
}

template <typename E, std::size_t N>
Problem ReadChoice(const json& value, const std::string& at, const Choice<E> (&choices)[N],
                   E* out) {
  std::string expected;
  for (const Choice<E>& choice : choices) {
    if (value.is_string() && value.get_ref<const std::string&>() == choice.text) {
      *out = choice.value;
      return {};
    }
    expected += (expected.empty() ? "" : " or ") + Quoted(choice.text);
  }
  return Expected(at, value, expected);
}

template <typename E, std::size_t N>
std::string ChoiceText(E value, const Choice<E> (&choices)[N]) {
  for (const Choice<E>& choice : choices) {
    if (choice.value == value) {
      return std::string(choice.text);
    }
  }
  return {};
}

bool IsCode(const json& value) {
  return value.is_number_integer() && value >= kLeastCode && value <= kMostCode;
}

Problem ReadCode(const json& value, const std::string& at, int* out) {
  if (!IsCode(value)) {
    return Expected(at, value, "an error code, 10000 to 999999");
  }
  *out = value.get<int>();
  return {};
}

Problem ReadCount(const json& value, const std::string& at, std::uint32_t least, std::uint32_t most,
                  std::uint32_t* out) {
  if (!value.is_number_integer() || value < least || value > most) {
    return Expected(at, value,
                    "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  *out = value.get<std::uint32_t>();
  return {};
}

Problem ReadBool(const json& value, const std::string& at, bool* out) {
  if (!value.is_boolean()) {
    return Expected(at, value, "true or false");
  }
  *out = value.get<bool>();
  return {};
}

// Text that may stand in an HTTP header or a file name.
Problem ReadVisibleText(const json& value, const std::string& at, std::string* out) {
  const std::string* text = value.get_ptr<const std::string*>();
  const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
  if (text == nullptr || text->empty() || text->size() > 200 ||
      !std::all_of(text->begin(), text->end(), visible)) {
    return Expected(at, value, "1 to 200 printable ASCII characters");
  }
  *out = *text;
  return {};
}

Problem ReadSwitch(const json& value, const std::string& at, const SwitchInfo& info,
                   SwitchValue* out) {
  if (info.code && IsCode(value)) {
    *out = {Word::kCode, value.get<int>()};
    return {};
  }
  std::string expected = info.code ? "an error code, 10000 to 999999" : "";
  for (std::size_t i = 1; i < std::size(kWordTexts); ++i) {
    const Word word = static_cast<Word>(i);
    if ((info.words & Bit(word)) == 0) {
      continue;
    }
    if (value.is_string() && value.get_ref<const std::string&>() == kWordTexts[i]) {
      *out = {word, 0};
      return {};
    }
    expected += (expected.empty() ? "" : " or ") + Quoted(kWordTexts[i]);
  }
  return Expected(at, value, expected);
}

Problem ReadErrorInfo(const json& value, const std::string& at, ProfileData* data) {
  if (!value.is_object()) {
    return Expected(at, value, "an object of texts by error code");
  }
  for (const auto& [key, text] : value.items()) {
    int code = 0;
    const auto [end, failure] = std::from_chars(key.data(), key.data() + key.size(), code);
    if (failure != std::errc{} || end != key.data() + key.size() || code < kLeastCode ||
        code > kMostCode) {
      return Error{JsonPointerBelow(at, key) + ": the key is no error code, 10000 to 999999"};
    }
    if (!text.is_string()) {
      return Expected(JsonPointerBelow(at, key), text, "the ErrorInfo text");
    }
    data->error_info[code] = text.get<std::string>();
  }
  return {};
}

Problem UnknownMember(const std::string& at, const std::string& known) {
  return Error{at + ": unknown switch; known here: " + known};
}

Problem ReadThrottleMember(const std::string& key, const json& value, const std::string& at,
                           ThrottleRule* rule) {
  if (key == "code") {
    return ReadCode(value, at, &rule->code);
  }
  if (key == "limit") {
    if (value == "none") {
      rule->limit.reset();
      return {};
    }
    std::uint32_t limit = 0;
    if (ReadCount(value, at, 1, kMostCalls, &limit)) {
      return Expected(at, value, "a whole number from 1 to 1000000 or \"none\"");
    }
    rule->limit = limit;
    return {};
  }
  if (key == "window_ms") {
    std::uint32_t window_ms = 0;
    Problem problem = ReadCount(value, at, 1, kMostWindowMs, &window_ms);
    rule->window = std::chrono::milliseconds{window_ms};
    return problem;
  }
  if (key == "algorithm") {
    return ReadChoice(value, at, kAlgorithms, &rule->algorithm);
  }
  if (key == "burst") {
    return ReadCount(value, at, 1, kMostCalls, &rule->burst);
  }
  if (key == "scope") {
    return ReadChoice(value, at, kScopes, &rule->scope);
  }
  if (key == "count_refused") {
    return ReadBool(value, at, &rule->count_refused);
  }
  if (key == "position") {
    return ReadChoice(value, at, kPositions, &rule->position);
  }
  return UnknownMember(at,
                       "code, limit, window_ms, algorithm, burst, scope, count_refused, position");
}

Problem ReadThrottle(const json& value, const std::string& at, ThrottleRule* rule) {
  if (!value.is_object()) {
    return Expected(at, value, "an object");
  }
  for (const auto& [key, member] : value.items()) {
    if (Problem problem = ReadThrottleMember(key, member, JsonPointerBelow(at, key), rule)) {
      return problem;
    }
  }
  // PROTOCOL section 5: the burst is the limit where it is not given.
  if (value.contains("limit") && !value.contains("burst") && rule->limit) {
    rule->burst = *rule->limit;
  }
  return {};
}

Problem ReadLockout(const json& value, const std::string& at, LockoutRule* rule) {
  if (!value.is_object()) {
    return Expected(at, value, "an object");
  }
  for (const auto& [key, member] : value.items()) {
    const std::string where = JsonPointerBelow(at, key);
    Problem problem;
    if (key == "failures") {
      problem = ReadCount(member, where, 0, kMostFailures, &rule->failures);
    } else if (key == "window_s") {
      problem = ReadCount(member, where, 1, kMostLockoutWindowS, &rule->window_s);
    } else if (key == "code") {
      problem = ReadCode(member, where, &rule->code);
    } else {
      problem = UnknownMember(where, "failures, window_s, code");
    }
    if (problem) {
      return problem;
    }
  }
  return {};
}

Problem ReadMember(const std::string& key, const json& value, ProfileData* data) {
  const std::string at = JsonPointerBelow("", key);
  for (std::size_t i = 0; i < kSwitchCount; ++i) {
    if (key == kSwitches[i].name) {
      return ReadSwitch(value, at, kSwitches[i], &data->switches[i]);
    }
  }
  if (key == "name") {
    return ReadVisibleText(value, at, &data->name);
  }
  if (key == "content_type") {
    return ReadVisibleText(value, at, &data->content_type);
  }
  if (key == "key_order") {
    return ReadChoice(value, at, kKeyOrders, &data->key_order);
  }
  if (key == "action_status") {
    return ReadChoice(value, at, kActionStatuses, &data->action_status_present);
  }
  if (key == "error_info") {
    return ReadErrorInfo(value, at, data);
  }
  if (key == "throttle") {
    return ReadThrottle(value, at, &data->throttle);
  }
  if (key == "usersig_lockout") {
    return ReadLockout(value, at, &data->lockout);
  }
  if (key == "admin_before_body") {
    return ReadBool(value, at, &data->admin_before_body);
  }
  return Error{at + ": unknown switch; `timock profile` prints all there are"};
}

nlohmann::ordered_json SwitchToJson(const SwitchValue& value) {
  if (value.word == Word::kCode) {
    return value.code;
  }
  return kWordTexts[static_cast<std::size_t>(value.word)];
}

}  // namespace

std::string_view SwitchName(Switch which) {
  return kSwitches[static_cast<std::size_t>(which)].name;
}

bool IsAssumed(Switch which) {
  return kSwitches[static_cast<std::size_t>(which)].mark == Mark::kAssumed;
}

Result<Done> ReadProfileMembers(const json& json, ProfileData* data) {
  if (!json.is_object()) {
    return Error{"expected a JSON object of switches"};
  }
  for (const auto& [key, value] : json.items()) {
    if (Problem problem = ReadMember(key, value, data)) {
      return *std::move(problem);
    }
  }
  return Done{};
}

void WriteProfileMembers(const ProfileData& data, nlohmann::ordered_json* json) {
  nlohmann::ordered_json& out = *json;
  out["name"] = data.name;
  out["content_type"] = data.content_type;
  out["key_order"] = ChoiceText(data.key_order, kKeyOrders);
  out["action_status"] = ChoiceText(data.action_status_present, kActionStatuses);
  out["error_info"] = nlohmann::ordered_json::object();
  for (const auto& [code, text] : data.error_info) {
    out["error_info"][std::to_string(code)] = text;
  }
  for (std::size_t i = 0; i < kSwitchCount; ++i) {
    out[std::string(kSwitches[i].name)] = SwitchToJson(data.switches[i]);
  }
  const ThrottleRule& rule = data.throttle;
  nlohmann::ordered_json& throttle = out["throttle"];
  throttle["code"] = rule.code;
  throttle["limit"] = "none";
  if (rule.limit) {
    throttle["limit"] = *rule.limit;
  }
  throttle["window_ms"] = rule.window.count();
  throttle["algorithm"] = ChoiceText(rule.algorithm, kAlgorithms);
  throttle["burst"] = rule.burst;
  throttle["scope"] = ChoiceText(rule.scope, kScopes);
  throttle["count_refused"] = rule.count_refused;
  throttle["position"] = ChoiceText(rule.position, kPositions);
  out["usersig_lockout"] = {{"failures", data.lockout.failures},
                            {"window_s", data.lockout.window_s},
                            {"code", data.lockout.code}};
  out["admin_before_body"] = data.admin_before_body;
}

}  // namespace timock
