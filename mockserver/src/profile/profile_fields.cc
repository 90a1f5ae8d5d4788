#include "profile/profile_fields.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "profile/assumptions.h"
#include "text/words.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kWordTexts[] = {"",           "accept", "as_object", "last_wins",
                                           "first_wins", "ignore", "merge",     "replace"};

// The words that a switch takes, as bits, and whether it takes a code.
struct SwitchInfo {
  std::string_view name;
  unsigned words;
  bool code = true;
};

constexpr unsigned Bit(Word word) { return 1U << static_cast<unsigned>(word); }
constexpr unsigned kNone = 0;
constexpr unsigned kAcceptable = Bit(Word::kAccept);

// In the order of the enum Switch. `accept` is allowed where it makes sense: where the call has
// a meaning without what it lacks.
constexpr SwitchInfo kSwitches[] = {
    {"path_malformed", kNone},
    {"command_unknown", kNone},
    {"method_not_post", kAcceptable},
    {"plain_http", kAcceptable},
    {"contenttype_missing", kAcceptable},
    {"contenttype_wrong", kAcceptable},
    {"sdkappid_missing", kNone},
    {"sdkappid_malformed", kNone},
    {"identifier_missing", kNone},
    {"random_missing", kAcceptable},
    {"random_malformed", kAcceptable},
    {"sdkappid_unknown", kNone},
    {"sdkappid_disabled", kAcceptable},
    {"host_region_mismatch", kAcceptable},
    {"usersig_missing", kNone},
    {"usersig_malformed", kNone},
    {"usersig_identifier_mismatch", kNone},
    {"usersig_sdkappid_mismatch", kNone},
    {"usersig_expired", kAcceptable},
    {"usersig_signature_wrong", kNone},
    {"feature_off", kAcceptable},
    {"not_admin", kAcceptable},
    {"body_empty", kNone},
    {"json_syntax", kNone},
    {"body_not_object", kNone},
    {"attr_names_missing", kNone},
    {"attr_names_not_object", Bit(Word::kAsObject)},
    {"attr_names_empty", kAcceptable},
    {"key_invalid", kNone},
    {"value_not_string", kNone},
    {"name_empty", kAcceptable},
    {"name_too_long", kAcceptable},
    {"duplicate_name", kAcceptable},
    {"duplicate_key", Bit(Word::kLastWins) | Bit(Word::kFirstWins)},
    {"unknown_fields", Bit(Word::kIgnore)},
    {"second_call", Bit(Word::kMerge) | Bit(Word::kReplace), false},
    {"internal_error", kNone},
    {"body_too_large", kNone},
};
static_assert(std::size(kSwitches) == kSwitchCount);

constexpr WholeType<int> kCode{10'000, 999'999, "an error code, 10000 to 999999"};
constexpr std::uint32_t kMaxCalls = 1'000'000;

// A code, or one of the switch's words.
struct SwitchType {
  SwitchInfo info;

  Problem Read(const json& value, SwitchValue* out) const {
    if (info.code && !kCode.Read(value, &out->code)) {
      out->word = Word::kCode;
      return {};
    }
    std::string expected = info.code ? kCode.What() : "";
    for (std::size_t i = 1; i < std::size(kWordTexts); ++i) {
      const Word word = static_cast<Word>(i);
      if ((info.words & Bit(word)) == 0) continue;
      if (value == kWordTexts[i]) {
        *out = {word, 0};
        return {};
      }
      expected.append(expected.empty() ? "\"" : " or \"").append(kWordTexts[i]) += '"';
    }
    return Expected(expected);
  }
  ordered_json Write(const SwitchValue& value) const {
    if (value.word == Word::kCode) return value.code;
    return kWordTexts[static_cast<std::size_t>(value.word)];
  }
  json Schema() const {
    json words = json::array();
    for (std::size_t i = 1; i < std::size(kWordTexts); ++i) {
      if ((info.words & Bit(static_cast<Word>(i))) != 0) words.push_back(kWordTexts[i]);
    }
    if (words.empty()) return kCode.Schema();
    if (!info.code) return {{"enum", words}};
    return {{"oneOf", {kCode.Schema(), {{"enum", words}}}}};
  }
};

// Text that an HTTP header or a file name can hold.
struct VisibleTextType : TextType {
  std::size_t min = 1;
  std::size_t max = 200;

  Problem Read(const json& value, std::string* out) const {
    const auto visible = [](char c) { return c >= ' ' && c <= '~'; };
    std::string text;
    if (TextType::Read(value, &text) || text.size() < min || text.size() > max ||
        !std::all_of(text.begin(), text.end(), visible)) {
      return Expected(std::to_string(min) + " to " + std::to_string(max) +
                      " printable ASCII characters");
    }
    *out = std::move(text);
    return {};
  }
};

// P5; "none" for no such header.
struct ContentTypeType : VisibleTextType {
  static constexpr std::string_view kNone = "none";

  Problem Read(const json& value, std::string* out) const {
    if (Problem problem = VisibleTextType::Read(value, out)) return problem;
    if (*out == kNone) out->clear();
    return {};
  }
  ordered_json Write(const std::string& type) const {
    return type.empty() ? ordered_json(kNone) : ordered_json(type);
  }
};

// ErrorInfo texts by error code.
struct ErrorInfoType {
  Problem Read(const json& value, std::map<int, std::string>* out) const {
    if (!value.is_object()) return Expected("an object of texts by error code");
    for (const auto& [key, text] : value.items()) {
      const auto code = WholeFromText<int>(key, kCode.min, kCode.max);
      if (!code) {
        return Error{"the key is not an error code, 10000 to 999999", JsonPointerBelow("", key)};
      }
      if (TextType().Read(text, &(*out)[*code])) {
        return Expected("the ErrorInfo text", JsonPointerBelow("", key));
      }
    }
    return {};
  }
  ordered_json Write(const std::map<int, std::string>& texts) const {
    auto out = ordered_json::object();
    for (const auto& [code, text] : texts) out[std::to_string(code)] = text;
    return out;
  }
  json Schema() const { return {{"type", "object"}}; }
};

// A limit, or "none" for no value.
struct LimitType {
  WholeType<std::uint32_t> calls{1, kMaxCalls};

  Problem Read(const json& value, std::optional<std::uint32_t>* out) const {
    std::uint32_t limit = 0;
    if (value == "none") {
      out->reset();
    } else if (calls.Read(value, &limit)) {
      return Expected(calls.What() + " or \"none\"");
    } else {
      *out = limit;
    }
    return {};
  }
  ordered_json Write(const std::optional<std::uint32_t>& limit) const {
    return limit ? ordered_json(*limit) : ordered_json("none");
  }
  json Schema() const { return {{"oneOf", {calls.Schema(), {{"const", "none"}}}}}; }
};

struct ThrottleType {
  Fields<ThrottleRule> fields{
      {Describe("code", &ThrottleRule::code, kCode),
       Describe("limit", &ThrottleRule::limit, LimitType()),
       Describe("window_ms", &ThrottleRule::window, MillisecondsType{{1, 3'600'000}}),
       Describe("algorithm", &ThrottleRule::algorithm,
                ChoiceType<ThrottleAlgorithm>{
                    {{"sliding_window", ThrottleAlgorithm::kSlidingWindow},
                     {"fixed_window", ThrottleAlgorithm::kFixedWindow},
                     {"window_from_first", ThrottleAlgorithm::kWindowFromFirst},
                     {"sliding_counter", ThrottleAlgorithm::kSlidingCounter},
                     {"token_bucket", ThrottleAlgorithm::kTokenBucket}}}),
       Describe("burst", &ThrottleRule::burst, WholeType<std::uint32_t>{1, kMaxCalls}),
       Describe(
           "scope", &ThrottleRule::scope,
           ChoiceType<ThrottleScope>{{{"app_and_command", ThrottleScope::kAppAndCommand},
                                      {"app", ThrottleScope::kApp},
                                      {"app_and_identifier", ThrottleScope::kAppAndIdentifier}}}),
       Describe("count_refused", &ThrottleRule::count_refused, FlagType()),
       Describe("position", &ThrottleRule::position,
                ChoiceType<ThrottlePosition>{{{"access", ThrottlePosition::kAccess},
                                              {"service", ThrottlePosition::kService}}})},
      {.shows_values = true}};

  // "off" and a bare number are short for a limit.
  Problem Read(const json& value, ThrottleRule* out) const {
    if (value == "off") return Read({{"limit", "none"}}, out);
    if (value.is_number()) {
      Problem problem = Read({{"limit", value}}, out);
      if (problem) problem->pointer.clear();
      return problem;
    }
    Problem problem = fields.Read(value, out);
    // PROTOCOL section 5: the burst is the limit where it is not given.
    if (!problem && value.contains("limit") && !value.contains("burst") && out->limit) {
      out->burst = *out->limit;
    }
    return problem;
  }
  ordered_json Write(const ThrottleRule& rule) const { return fields.Write(rule); }
  json Schema() const { return fields.Schema(); }
};

Fields<LockoutRule> LockoutFields() {
  return Fields<LockoutRule>(
      {Describe("failures", &LockoutRule::failures, WholeType<std::uint32_t>{0, 1'000}),
       Describe("window_s", &LockoutRule::window_s, WholeType<std::uint32_t>{1, 86'400}),
       Describe("code", &LockoutRule::code, kCode)},
      {.shows_values = true});
}

// In the order of the shipped files: the switches in that of the checks, and others between them.
std::vector<Field<ProfileData>> AllMembers() {
  std::vector<Field<ProfileData>> all = {
      Describe("name", &ProfileData::name, VisibleTextType()),
      Describe("about", &ProfileData::about, VisibleTextType{{}, 0, 1000}),
      Describe("content_type", &ProfileData::content_type, ContentTypeType()),
      Describe("key_order", &ProfileData::key_order,
               ChoiceType<KeyOrder>{{{"by_layer", KeyOrder::kByLayer},
                                     {"error_info_first", KeyOrder::kErrorInfoFirst},
                                     {"error_code_first", KeyOrder::kErrorCodeFirst}}}),
      Describe("action_status", &ProfileData::action_status_present,
               ChoiceType<bool>{{{"present", true}, {"absent", false}}}),
      Describe("error_info", &ProfileData::error_info, ErrorInfoType())};
  for (std::size_t i = 0; i < kSwitchCount; ++i) {
    const SwitchType type{kSwitches[i]};
    all.push_back({std::string(kSwitches[i].name),
                   [type, i](const json& value, ProfileData* out) {
                     return type.Read(value, &out->switches[i]);
                   },
                   [type, i](const ProfileData& data) { return type.Write(data.switches[i]); },
                   type.Schema()});
    if (static_cast<Switch>(i) == Switch::kRandomMalformed) {
      all.push_back(Describe("throttle", &ProfileData::throttle, ThrottleType()));
    } else if (static_cast<Switch>(i) == Switch::kUsersigSignatureWrong) {
      all.push_back(Describe("usersig_lockout", &ProfileData::lockout, LockoutFields()));
    } else if (static_cast<Switch>(i) == Switch::kNotAdmin) {
      all.push_back(
          Describe("admin_before_feature", &ProfileData::admin_before_feature, FlagType()));
      all.push_back(Describe("admin_before_body", &ProfileData::admin_before_body, FlagType()));
    }
  }
  return all;
}

}  // namespace

std::string_view SwitchName(Switch which) {
  return kSwitches[static_cast<std::size_t>(which)].name;
}

const Fields<ProfileData>& ProfileFields() {
  static const Fields<ProfileData> fields(
      AllMembers(), {.what = "a JSON object of switches",
                     .unknown = "unknown switch; `timock profile` prints all there are",
                     .shows_values = true});
  return fields;
}

Profile ProfileOf(ProfileData data) {
  data.assumed = AssumedBits(ProfileFields().Write(data));
  return Profile(std::make_shared<const ProfileData>(std::move(data)));
}

Result<Profile> ProfileFromJson(json members) {
  Profile base;
  if (members.is_object() && members.contains("base")) {
    const json& name = members["base"];
    if (!name.is_string()) return Expected("the name of a shipped profile", "/base");
    Result<Profile> named = Profile::Named(name.get_ref<const std::string&>());
    if (!named.ok()) return named.error().Below("/base");
    base = std::move(named).value();
    members.erase("base");
  }
  return ProfileWith(base, members);
}

Result<Profile> ProfileWith(const Profile& profile, const json& members) {
  ProfileData data = profile.data();
  if (Problem problem = ProfileFields().Read(members, &data)) return *std::move(problem);
  return ProfileOf(std::move(data));
}

Result<Profile> ProfileWithMember(const Profile& profile, const std::string& name,
                                  const json& value) {
  ProfileData data = profile.data();
  if (Problem problem = ProfileFields().ReadMember(name, value, &data)) return *std::move(problem);
  return ProfileOf(std::move(data));
}

ordered_json ProfileToJson(const Profile& profile) { return ProfileFields().Write(profile.data()); }

}  // namespace timock
