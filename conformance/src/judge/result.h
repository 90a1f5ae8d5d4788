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

/// A request of a case and what came back.
struct Exchange {
  Outgoing request;
  Reply reply;
};

/// The same for people: without secrets.
struct ShownExchange {
  std::string curl;     ///< The request as a command line.
  int http_status = 0;  ///< 0: no HTTP answer, and `failure` says why.
  std::string body = {};
  std::string failure = {};
};

/// A switch, and the ErrorCode that its situation was answered with.
using SeenCode = std::pair<std::string, int>;

/// What a case came to, as the reporters get it: without secrets.
struct CaseResult {
  const Case* one = nullptr;
  Verdict verdict = Verdict::kPassed;
  std::vector<std::string> reasons = {};      ///< Why it failed or was skipped; sentences.
  std::vector<ShownExchange> exchanges = {};  ///< The case's own last; of a scenario one at most.
  std::optional<int> error_code = {};         ///< What the case's own request was answered.
  std::chrono::nanoseconds duration{0};
  /// Of a case about the throttle: the calls that it judged, and what they were held to.
  std::vector<Shot> shots = {};
  ThrottleClaim claim = {};
};

/// A result as it comes out of the case: its reasons may quote secrets, and its exchanges do.
struct RawResult : CaseResult {
  std::vector<Exchange> raw_exchanges = {};
  std::vector<SeenCode> seen = {};  ///< Where it is one switch that decides.
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_RESULT_H_
