#include "run_case.h"

#include <utility>

#include "judge.h"
#include "request_builder.h"
#include "scenarios.h"
#include "stopwatch.h"

namespace timock::conformance {
namespace {

using Names = std::map<std::string, std::string>;

std::string NamesText(const Names& names) { return nlohmann::json(names).dump(); }

/// The entry of `then` for what became of the call; null when the case says nothing of it.
const Aftermath* AftermathOf(const Case& one, int error_code, const Held& profile) {
  std::vector<std::string> keys = {error_code == 0 ? "accepted" : "refused", ""};
  if (profile && one.expect.code && error_code == 0) {
    for (const std::string& name : one.expect.code->switches) {
      keys.insert(keys.begin(), profile->WordOf(name));
    }
  }
  for (const std::string& key : keys) {
    if (const auto found = one.then.find(key); found != one.then.end()) return &found->second;
  }
  return nullptr;
}

class CaseRun {
 public:
  CaseRun(const Case& one, Target& target, const Held& profile)
      : case_(one), target_(target), profile_(profile) {
    result_.one = &one;
  }

  CaseResult Run() {
    if (SkipsForNeeds()) return std::move(result_);
    target_.Reset();
    if (!case_.scenario.empty()) {
      result_.reasons = RunScenario(case_.scenario, target_, profile_);
      return Finish();
    }
    if (!SetUp()) return Finish();
    std::optional<Names> before;
    if (!case_.then.empty()) {
      before = Stored();
      if (!before) return Finish();
    }
    const Reply reply = Exchanged(case_.request);
    result_.reasons = Judge(case_.expect, reply, profile_);
    const EnvelopeReading reading = ReadEnvelope(reply.body, false);
    if (reading.envelope) result_.error_code = reading.envelope->error_code;
    if (before && result_.error_code) JudgeAftermath(*before);
    return Finish();
  }

 private:
  bool SkipsForNeeds() {
    const std::set<std::string> can = target_.Capabilities();
    for (const std::string& need : case_.needs) {
      if (!can.contains(need)) result_.reasons.push_back("the target lacks \"" + need + '"');
    }
    if (!case_.then.empty() && !can.contains("read_back")) {
      result_.reasons.push_back("the target lacks \"read_back\"");
    }
    if (!result_.reasons.empty()) result_.verdict = Verdict::kSkipped;
    return !result_.reasons.empty();
  }

  Reply Exchanged(const CaseRequest& request) {
    Outgoing outgoing = BuildRequest(request, target_);
    Reply reply = target_.Send(outgoing);
    result_.exchanges.push_back({std::move(outgoing), reply});
    return reply;
  }

  bool SetUp() {
    for (const CaseRequest& request : case_.before) {
      const Reply reply = Exchanged(request);
      const EnvelopeReading reading = ReadEnvelope(reply.body, false);
      if (!reading.envelope || reading.envelope->error_code != 0) {
        result_.reasons.push_back("a request that prepares the case was not accepted: " +
                                  (reply.status == 0 ? reply.failure : reply.body));
        return false;
      }
    }
    return true;
  }

  std::optional<Names> Stored() {
    const bool second = case_.request.identity == "second_app";
    NamesReading reading = ReadNames(target_, second ? "second_app" : "admin");
    if (!reading.names) result_.reasons.push_back(reading.problem);
    return std::move(reading.names);
  }

  void JudgeAftermath(const Names& before) {
    const Aftermath* expected = AftermathOf(case_, *result_.error_code, profile_);
    if (expected == nullptr) return;
    const std::optional<Names> after = Stored();
    if (!after) return;
    const Names& wanted = expected->unchanged ? before : expected->names;
    if (*after != wanted) {
      result_.reasons.push_back("the stored names are " + NamesText(*after) + ", expected " +
                                NamesText(wanted) +
                                (expected->unchanged ? ", as they were before" : ""));
    }
  }

  CaseResult Finish() {
    const bool open = case_.level == Level::kUndetermined && !profile_;
    if (!result_.reasons.empty()) {
      result_.verdict = open ? Verdict::kUndetermined : Verdict::kFailed;
    } else if (open) {
      result_.verdict = Verdict::kUndetermined;
    }
    return std::move(result_);
  }

  const Case& case_;
  Target& target_;
  const Held& profile_;
  CaseResult result_;
};

}  // namespace

std::string VerdictName(Verdict verdict) {
  constexpr const char* kNames[kVerdicts] = {"passed", "failed", "known failing", "undetermined",
                                             "skipped"};
  return kNames[static_cast<std::size_t>(verdict)];
}

NamesReading ReadNames(Target& target, const std::string& identity) {
  const CaseRequest request{.command = "im_get_attr_name", .identity = identity, .body = "{}"};
  const Reply reply = target.Send(BuildRequest(request, target));
  const EnvelopeReading reading = ReadEnvelope(reply.body, false);
  if (reply.status == 0 || !reading.envelope || reading.envelope->error_code != 0 ||
      !reading.envelope->members.contains("AttrNames")) {
    return {{},
            "im_get_attr_name does not tell the stored names: " +
                (reply.status == 0 ? reply.failure : reply.body)};
  }
  try {
    return {reading.envelope->members["AttrNames"].get<Names>(), ""};
  } catch (const nlohmann::json::exception&) {
    return {{}, "im_get_attr_name tells names of another form: " + reply.body};
  }
}

CaseResult RunCase(const Case& one, Target& target, const Held& profile) {
  const std::chrono::nanoseconds began = MonotonicNow();
  CaseResult result = CaseRun(one, target, profile).Run();
  result.duration = MonotonicNow() - began;
  return result;
}

}  // namespace timock::conformance
