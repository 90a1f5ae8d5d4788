#include "run/run_case.h"

#include <utility>

#include "cases/bad_signature.h"
#include "judge/judge.h"
#include "judge/result.h"
#include "scenarios/scenarios.h"
#include "scenarios/throttle_stage.h"
#include "target/request_builder.h"
#include "target/target.h"
#include "wire/config_error.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using Names = std::map<std::string, std::string>;

std::string NamesText(const Names& names) { return nlohmann::json(names).dump(); }

/// The entry of `then` for what became of the call; null when the case says nothing of it.
const Aftermath* AftermathOf(const Case& one, int error_code, const Held& profile) {
  const Then& then = *one.then;
  if (!then.by_word.empty()) {
    if (!profile) return nullptr;
    const std::string word = profile->WordOf(one.source_switch);
    const auto found = then.by_word.find(word.empty() ? "code" : word);
    return found == then.by_word.end() ? nullptr : &found->second;
  }
  const std::optional<Aftermath>& entry =
      then.always ? then.always : (error_code == 0 ? then.accepted : then.refused);
  return entry ? &*entry : nullptr;
}

/// What is wrong with the names `after` the call; empty: nothing is.
std::string JudgeNames(const Aftermath& expected, const Names& before, const Names& after) {
  if (expected.unchanged) {
    if (after == before) return "";
    return "the stored names are " + NamesText(after) + ", expected " + NamesText(before) +
           ", as they were before";
  }
  for (const auto& [slot, name] : expected.names) {
    const auto found = after.find(slot);
    const bool right = found == after.end() ? !name : name && found->second == *name;
    if (!right) {
      return "the stored names are " + NamesText(after) + ", expected " +
             (name ? '"' + *name + '"' : "none") + " at slot " + slot;
    }
  }
  return "";
}

class CaseRun {
 public:
  CaseRun(const Case& one, Target& target, const Held& profile)
      : case_(one),
        target_(target),
        profile_(profile),
        careful_(target.rules().live && MayFailAuthentication(one)) {
    result_.one = &one;
  }

  RawResult Run() {
    if (std::vector<std::string> lacking = Lacking(); !lacking.empty()) {
      return Skipped(std::move(lacking));
    }
    target_.Reset();
    // A scenario of the throttle rests by itself.
    if (!case_.scenario.starts_with("throttle.")) AwaitQuiet(target_);
    if (!case_.scenario.empty()) {
      Stage stage(target_, profile_);
      RunScenario(case_.scenario, stage);
      result_.raw_exchanges = stage.exchanges();
      result_.shots = stage.shots();
      result_.claim = stage.claim();
      result_.reasons = stage.wrong();
      result_.seen = stage.seen();
      if (result_.reasons.empty() && !stage.skipped().empty()) return Skipped({stage.skipped()});
      return Finish();
    }
    if (!SetUp()) return Finish();
    std::optional<Names> before;
    if (case_.then) {
      before = Stored();
      if (!before) return Finish();
    }
    const Reply reply = careful_ ? ExchangedWithCare() : Exchanged(case_.request);
    result_.reasons = Judge(case_.expect, reply, profile_);
    const EnvelopeReading reading = ReadEnvelope(reply.body);
    if (reading.envelope) NoteCode(reading.envelope->error_code);
    if (before && result_.error_code) JudgeAftermath(*before);
    return Finish();
  }

 private:
  std::string WhyLacking(const std::string& need) const {
    if (need == "exceed_rate") {
      return "it calls a live target beyond the documented limit; --allow-overload lets it";
    }
    if (need == "malformed") {
      return "it sends malformed HTTP to another machine; --allow-malformed lets it, though never "
             "to the vendor's service";
    }
    if (need == "non_admin" && target_.rules().live) {
      return "it needs an account that is not an admin; TIMOCK_NON_ADMIN names one";
    }
    return "the target lacks \"" + need + '"';
  }

  std::vector<std::string> Lacking() const {
    const std::set<std::string> can = target_.Capabilities();
    std::vector<std::string> lacking;
    for (const std::string& need : case_.needs) {
      if (!can.contains(need)) lacking.push_back(WhyLacking(need));
    }
    for (const auto& [name, value] : case_.yields_to) {
      if (profile_ && (*profile_)[name] == value) {
        lacking.push_back("profile " + profile_->name() + " has " + value.dump() + " for " + name +
                          ", as another source says");
      }
    }
    const TargetRules& rules = target_.rules();
    if (case_.writes && !rules.writes) {
      lacking.emplace_back("it changes names of a live target; --allow-writes lets it");
    }
    if (rules.live && FiresBadSignatures(case_)) {
      lacking.emplace_back(
          "it sends many calls that fail authentication at once, which may lock the caller out: "
          "never to a live target");
    }
    if (careful_ && !rules.bad_signatures) {
      lacking.emplace_back(
          "its call may fail authentication, and too many of those lock the caller of a live "
          "target out; --allow-bad-signatures lets it");
    }
    if (careful_ && rules.bad_signatures && target_.locked_out) {
      lacking.emplace_back(
          "its call may fail authentication, and an earlier one of that kind was answered with "
          "70050 (too many failures)");
    }
    return lacking;
  }

  RawResult Skipped(std::vector<std::string> reasons) {
    result_.verdict = Verdict::kSkipped;
    result_.reasons = std::move(reasons);
    return std::move(result_);
  }

  Reply Exchanged(const CaseRequest& request) {
    Outgoing outgoing = BuildRequest(request, target_);
    Reply reply = target_.Send(outgoing);
    result_.raw_exchanges.push_back({std::move(outgoing), reply});
    return reply;
  }

  /// Apart from the last such call, and as a caller that nothing depends on where that will do.
  Reply ExchangedWithCare() {
    constexpr int kTooManyFailures = 70'050;
    CaseRequest request = case_.request;
    if (target_.Who("non_admin") && HoldsForNonAdmin(case_)) request.identity = "non_admin";
    if (!target_.TimeStands()) {
      const std::chrono::nanoseconds now = MonotonicNow();
      if (now < target_.next_bad_signature) SleepFor(target_.next_bad_signature - now);
    }
    Reply reply = Exchanged(request);
    target_.next_bad_signature = reply.answered + target_.rules().bad_signature_interval;
    const EnvelopeReading reading = ReadEnvelope(reply.body);
    if (reading.envelope && reading.envelope->error_code == kTooManyFailures) {
      target_.locked_out = true;
    }
    return reply;
  }

  void NoteCode(int code) {
    result_.error_code = code;
    const std::optional<CodeExpectation>& expect = case_.expect.code;
    if (expect && expect->switches.size() == 1) {
      result_.seen.emplace_back(expect->switches.front(), code);
    }
  }

  bool SetUp() {
    for (const CaseRequest& request : case_.before) {
      const Reply reply = Exchanged(request);
      const std::vector<std::string> wrong = JudgeAnyReply(reply, profile_);
      if (!wrong.empty()) {
        result_.reasons.push_back("the reply to a request that prepares the case is wrong: " +
                                  wrong.front());
        return false;
      }
      if (ReadEnvelope(reply.body).envelope->error_code != 0) {
        result_.reasons.push_back("a request that prepares the case was not accepted: " +
                                  reply.body);
        return false;
      }
    }
    return true;
  }

  std::optional<Names> Stored() {
    const bool second = case_.request.identity == "second_app";
    const std::optional<Identity> who = target_.Who(second ? "second_app" : "admin");
    if (!who) throw ConfigError("the target has no admin whose names could be read");
    NamesReading reading = ReadNames(target_, *who);
    if (!reading.names) result_.reasons.push_back(reading.problem);
    return std::move(reading.names);
  }

  void JudgeAftermath(const Names& before) {
    const Aftermath* expected = AftermathOf(case_, *result_.error_code, profile_);
    if (expected == nullptr) return;
    const std::optional<Names> after = Stored();
    if (!after) return;
    const std::string problem = JudgeNames(*expected, before, *after);
    if (!problem.empty()) result_.reasons.push_back(problem);
  }

  RawResult Finish() {
    // What a client relies on was never seen at the service: only our own servers are held to it.
    const bool open = !profile_ && (case_.level == Level::kUndetermined ||
                                    (case_.level == Level::kClient && target_.rules().live));
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
  const bool careful_;
  RawResult result_;
};

}  // namespace

RawResult RunCase(const Case& one, Target& target, const Held& profile) {
  const std::chrono::nanoseconds began = MonotonicNow();
  RawResult result = CaseRun(one, target, profile).Run();
  result.duration = MonotonicNow() - began;
  return result;
}

}  // namespace timock::conformance
