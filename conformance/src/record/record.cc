#include "record/record.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "cases/expected_profile.h"
#include "judge/result.h"
#include "record/record_lockout.h"
#include "record/record_throttle.h"
#include "run/run_case.h"

namespace timock::conformance {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// A switch that says a code, and what it says where the call is accepted; "": nothing.
struct CodeSwitch {
  const char* name;
  const char* accepted;
};
constexpr const char* kAccept = "accept";
constexpr CodeSwitch kCodeSwitches[] = {{"path_malformed", ""},
                                        {"command_unknown", ""},
                                        {"method_not_post", kAccept},
                                        {"plain_http", kAccept},
                                        {"contenttype_missing", kAccept},
                                        {"contenttype_wrong", kAccept},
                                        {"sdkappid_missing", ""},
                                        {"sdkappid_malformed", ""},
                                        {"identifier_missing", ""},
                                        {"random_missing", kAccept},
                                        {"random_malformed", kAccept},
                                        {"sdkappid_unknown", ""},
                                        {"sdkappid_disabled", kAccept},
                                        {"host_region_mismatch", kAccept},
                                        {"usersig_missing", ""},
                                        {"usersig_malformed", ""},
                                        {"usersig_identifier_mismatch", ""},
                                        {"usersig_sdkappid_mismatch", ""},
                                        {"usersig_expired", kAccept},
                                        {"usersig_signature_wrong", ""},
                                        {"feature_off", kAccept},
                                        {"not_admin", kAccept},
                                        {"body_empty", ""},
                                        {"json_syntax", ""},
                                        {"body_not_object", ""},
                                        {"attr_names_missing", ""},
                                        {"attr_names_not_object", "as_object"},
                                        {"attr_names_empty", kAccept},
                                        {"key_invalid", ""},
                                        {"value_not_string", ""},
                                        {"name_empty", kAccept},
                                        {"name_too_long", kAccept},
                                        {"duplicate_name", kAccept},
                                        {"unknown_fields", "ignore"},
                                        {"body_too_large", ""}};

/// A switch whose values are tried: the one in which no case fails is the target's.
struct WordSwitch {
  const char* name;
  std::vector<json> values;
};
const std::vector<WordSwitch>& WordSwitches() {
  static const std::vector<WordSwitch> all = {
      {"key_order", {"by_layer", "error_info_first", "error_code_first"}},
      {"action_status", {"present", "absent"}},
      {"duplicate_key", {"last_wins", "first_wins"}},
      {"second_call", {"merge", "replace"}},
      {"admin_before_feature", {true, false}},
      {"admin_before_body", {true, false}}};
  return all;
}
constexpr const char* kPosition = "throttle.position";

void Set(const std::string& name, const json& value, ordered_json* profile) {
  const std::size_t dot = name.find('.');
  ordered_json& object = dot == std::string::npos ? *profile : (*profile)[name.substr(0, dot)];
  object[name.substr(dot == std::string::npos ? 0 : dot + 1)] = value;
}

class Recorder {
 public:
  Recorder(const std::vector<Case>& cases, Target& target, const RecordOptions& options)
      : cases_(cases), target_(target), options_(options) {
    recording_.profile = {{"name", options.name}, {"base", "seed-2022-04"}};
  }

  Recording Run() {
    for (const CodeSwitch& one : kCodeSwitches) RecordCode(one);
    RecordContentType();
    for (const WordSwitch& one : WordSwitches()) RecordWord(one.name, one.values);
    if (Wanted("error_info")) RecordTexts();
    RecordLockoutSwitches();
    RecordThrottleSwitches();
    for (const Unobserved& one : UnobservableSwitches()) {
      if (Wanted(one.name)) recording_.unobserved.push_back(one);
    }
    return std::move(recording_);
  }

 private:
  bool Wanted(const std::string& name) const {
    return options_.only.empty() || options_.only.contains(name) ||
           options_.only.contains(name.substr(0, name.find('.')));
  }

  void Missing(const std::string& name, const std::string& reason) {
    recording_.unobserved.push_back({name, reason});
  }

  /// What the cases of a switch come to, without the skipped ones; why the last of those was.
  std::vector<RawResult> Results(const std::string& name, const Held& profile,
                                 std::string* skipped) {
    std::vector<RawResult> results;
    for (const Case& one : cases_) {
      if (one.level != Level::kUndetermined || one.source_switch != name) continue;
      RawResult result = RunCase(one, target_, profile);
      if (result.verdict == Verdict::kSkipped) {
        *skipped = result.reasons.empty() ? "its cases were skipped" : result.reasons.front();
      } else {
        NoteTexts(result);
        results.push_back(std::move(result));
      }
    }
    return results;
  }

  void NoteTexts(const RawResult& result) {
    for (const Exchange& exchange : result.raw_exchanges) {
      const EnvelopeReading reading = ReadEnvelope(exchange.reply.body);
      if (!reading.envelope) continue;
      texts_[reading.envelope->error_code].insert(
          target_.secrets().Redacted(reading.envelope->error_info));
    }
  }

  /// The code that most cases of the switch were answered with; the others are noted.
  std::optional<int> CodeOf(const std::string& name) {
    std::string skipped = "no case tells it";
    std::map<int, std::vector<std::string>> answers;
    for (const RawResult& result : Results(name, {}, &skipped)) {
      for (const auto& [seen, code] : result.seen) {
        if (seen == name && code >= 0) answers[code].push_back(result.one->id);
      }
    }
    if (answers.empty()) {
      Missing(name, skipped);
      return {};
    }
    const auto most = std::max_element(
        answers.begin(), answers.end(),
        [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
    for (const auto& [code, ids] : answers) {
      if (code == most->first) continue;
      for (const std::string& id : ids) {
        std::string note = id;
        note.append(" is answered with ErrorCode ").append(std::to_string(code)).append(", where ");
        note.append(name).append(" is ").append(std::to_string(most->first)).append(" otherwise");
        recording_.notes.push_back(std::move(note));
      }
    }
    return most->first;
  }

  void RecordCode(const CodeSwitch& one) {
    if (!Wanted(one.name)) return;
    options_.progress(one.name);
    const std::optional<int> code = CodeOf(one.name);
    if (!code) return;
    if (*code != 0) {
      Set(one.name, *code, &recording_.profile);
    } else if (std::string(one.accepted).empty()) {
      Missing(one.name, "such calls are accepted, which no profile can say");
    } else {
      Set(one.name, one.accepted, &recording_.profile);
    }
  }

  void RecordContentType() {
    constexpr const char* kName = "content_type";
    if (!Wanted(kName)) return;
    std::set<std::string> types;
    std::string skipped = "no case tells it";
    for (const RawResult& result : Results(kName, {}, &skipped)) {
      types.insert(result.raw_exchanges.back().reply.HeaderOf("Content-Type"));
    }
    if (types.size() == 1) {
      Set(kName, types.begin()->empty() ? "none" : *types.begin(), &recording_.profile);
    } else {
      Missing(kName, types.empty() ? skipped : "replies have several");
    }
  }

  /// Whether the cases of the switch fit this value of it; empty when none ran.
  std::optional<bool> Fits(const std::string& name, const json& value, std::string* skipped) {
    ordered_json members = recording_.profile;
    Set(name, value, &members);
    const Held held = ExpectedProfile::Of(json::parse(members.dump()));
    const std::vector<RawResult> results = Results(name, held, skipped);
    if (results.empty()) return {};
    return std::none_of(results.begin(), results.end(),
                        [](const RawResult& result) { return result.verdict == Verdict::kFailed; });
  }

  void RecordWord(const std::string& name, const std::vector<json>& values) {
    if (!Wanted(name)) return;
    options_.progress(name);
    std::vector<json> fitting;
    std::string reason = "no case tells it";
    bool ran = false;
    for (const json& value : values) {
      const std::optional<bool> fits = Fits(name, value, &reason);
      ran = ran || fits;
      if (fits.value_or(false)) fitting.push_back(value);
    }
    if (fitting.size() == 1) {
      Set(name, fitting.front(), &recording_.profile);
    } else if (fitting.empty() && ran && name == "duplicate_key") {
      if (const std::optional<int> code = CodeOf(name); code.value_or(0) != 0) {
        Set(name, *code, &recording_.profile);
      }
    } else {
      Missing(name, !ran ? reason
                         : (fitting.empty() ? "the answers fit none of its values"
                                            : "the answers fit more than one of its values"));
    }
  }

  /// The texts that a code always has; those that name something of the call differ.
  void RecordTexts() {
    if (options_.only.contains("error_info")) {
      std::string skipped;
      Results("error_info", {}, &skipped);
    }
    constexpr int kMinCode = 10'000;
    constexpr int kMaxCode = 999'999;
    for (const auto& [code, texts] : texts_) {
      if (code < kMinCode || code > kMaxCode) continue;
      if (texts.size() == 1) {
        recording_.profile["error_info"][std::to_string(code)] = *texts.begin();
      } else {
        recording_.notes.push_back("ErrorCode " + std::to_string(code) + " has " +
                                   std::to_string(texts.size()) + " different texts");
      }
    }
  }

  void RecordLockoutSwitches() {
    if (!Wanted("usersig_lockout")) return;
    options_.progress("usersig_lockout");
    LockoutFinding found = RecordLockout(target_);
    for (auto& [name, value] : found.members.items()) {
      recording_.profile["usersig_lockout"][name] = value;
    }
    for (Unobserved& one : found.unobserved) recording_.unobserved.push_back(std::move(one));
  }

  void RecordThrottleSwitches() {
    const auto is_throttle = [](const std::string& name) { return name.starts_with("throttle"); };
    if (!options_.only.empty() &&
        std::none_of(options_.only.begin(), options_.only.end(), is_throttle)) {
      return;
    }
    ThrottleRecording found = RecordThrottle(target_, options_.plan, options_.progress);
    for (auto& [name, value] : found.members.items()) {
      recording_.profile["throttle"][name] = value;
    }
    for (Unobserved& one : found.unobserved) recording_.unobserved.push_back(std::move(one));
    if (!found.members.contains("code")) {
      Missing(kPosition, "no limit was met");
    } else {
      RecordWord(kPosition, {"access", "service"});
    }
  }

  const std::vector<Case>& cases_;
  Target& target_;
  const RecordOptions& options_;
  Recording recording_;
  std::map<int, std::set<std::string>> texts_;  // by ErrorCode
};

}  // namespace

std::vector<std::string> RecordableSwitches() {
  std::vector<std::string> names = {"content_type",
                                    "error_info",
                                    "usersig_lockout.failures",
                                    "usersig_lockout.window_s",
                                    "usersig_lockout.code",
                                    "throttle.code",
                                    "throttle.limit",
                                    "throttle.window_ms",
                                    "throttle.algorithm",
                                    "throttle.burst",
                                    "throttle.scope",
                                    "throttle.count_refused",
                                    kPosition};
  for (const CodeSwitch& one : kCodeSwitches) names.emplace_back(one.name);
  for (const WordSwitch& one : WordSwitches()) names.emplace_back(one.name);
  return names;
}

const std::vector<Unobserved>& UnobservableSwitches() {
  static const std::vector<Unobserved> all = {
      {"internal_error", "only a fault inside the server brings it about; no call can"}};
  return all;
}

Recording RecordProfile(const std::vector<Case>& cases, Target& target,
                        const RecordOptions& options) {
  return Recorder(cases, target, options).Run();
}

}  // namespace timock::conformance
