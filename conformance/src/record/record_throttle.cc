#include "record/record_throttle.h"

#include <cmath>
#include <map>

#include "report/probe_report.h"
#include "scenarios/throttle_stage.h"

namespace timock::conformance {
namespace {

/// What is answered most to calls beyond the limit; 0 when all pass.
int RefusalCode(Target& target, const ProbePlan& plan) {
  constexpr std::size_t kConnections = 8;
  constexpr std::size_t kTimes = 24;  // the plan may be off
  const Held none;
  Stage stage(target, none);
  ThrottleStage throttle(stage);
  const Outgoing call = throttle.Call();
  std::map<int, std::size_t> codes;
  for (std::size_t calls = 3; calls <= kTimes && codes.empty(); calls *= 2) {
    for (const Fired& one : throttle.Fire(call, calls * plan.limit, kConnections, true)) {
      if (one.code > 0) ++codes[one.code];
    }
  }
  int most = 0;
  for (const auto& [code, times] : codes) {
    if (most == 0 || times > codes[most]) most = code;
  }
  return most;
}

}  // namespace

ThrottleRecording RecordThrottle(Target& target, const ProbePlan& plan,
                                 const std::function<void(const std::string&)>& progress) {
  ThrottleRecording recording;
  const auto missing = [&](const std::string& name, const std::string& why) {
    recording.unobserved.push_back({"throttle." + name, why});
  };
  target.Reset();
  progress("throttle.code");
  const int code = RefusalCode(target, plan);
  if (code == 0) {
    recording.members["limit"] = "none";
    for (const char* name : {"code", "window_ms", "algorithm", "burst", "scope", "count_refused"}) {
      missing(name, "no limit was met");
    }
    return recording;
  }
  recording.members["code"] = code;
  target.Reset();
  const ProbeReport report = ProbeTarget(target, {.value = code}, plan, progress);
  const ProbeFinding& found = report.finding;
  if (!found.invalid.empty()) {
    for (const char* name :
         {"limit", "window_ms", "algorithm", "burst", "scope", "count_refused"}) {
      missing(name, found.invalid);
    }
    return recording;
  }
  const auto observed = [&](const std::string& name, const Range& range, std::int64_t figure) {
    if (std::isinf(range.high)) {
      missing(name, "only bounded: at least " + std::to_string(std::llround(range.low)));
    } else {
      recording.members[name] = figure;
    }
  };
  observed("limit", found.limit_range, static_cast<std::int64_t>(found.limit));
  observed("window_ms", found.window_range, found.window.count());
  recording.members["algorithm"] = found.algorithm;
  if (found.algorithm == "token_bucket") {
    observed("burst", found.burst_range, static_cast<std::int64_t>(found.burst));
  } else {
    missing("burst", "only a token bucket has one");
  }
  if (report.scope.scope.empty()) {
    missing("scope", "the pairs fit none of its values, or one of them cannot be tried");
  } else {
    recording.members["scope"] = report.scope.scope;
  }
  if (report.TellsCountRefused()) {
    recording.members["count_refused"] = found.refusals_count;
  } else {
    missing("count_refused", "it makes no difference to this algorithm");
  }
  return recording;
}

}  // namespace timock::conformance
