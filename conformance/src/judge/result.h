#ifndef TIMOCK_CONFORMANCE_JUDGE_RESULT_H_
#define TIMOCK_CONFORMANCE_JUDGE_RESULT_H_

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cases/case.h"
#include "judge/throttle_judge.h"
#include "wire/exchange.h"

namespace timock::conformance {

enum class Verdict { kPassed, kFailed, kKnownFailing, kUndetermined, kSkipped };
inline constexpr std::size_t kVerdicts = 5;

/// "passed", "failed", "known failing", "undetermined", "skipped".
std::string VerdictName(Verdict verdict);

/// A request of a case and what came back, for people.
struct Exchange {
  Outgoing request;
  Reply reply;
};

/// A switch, and the ErrorCode that its situation was answered with.
using SeenCode = std::pair<std::string, int>;

struct CaseResult {
  const Case* one = nullptr;
  Verdict verdict = Verdict::kPassed;
  std::vector<std::string> reasons = {};  ///< Why it failed or was skipped; sentences.
  std::vector<Exchange> exchanges = {};   ///< The case's own last; of a scenario one at most.
  std::optional<int> error_code = {};     ///< What the case's own request was answered.
  std::vector<SeenCode> seen = {};        ///< Where it is one switch that decides.
  std::chrono::nanoseconds duration{0};
  /// Of a case about the throttle: the calls that it judged, and what they were held to.
  std::vector<Shot> shots = {};
  ThrottleClaim claim = {};
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_RESULT_H_
