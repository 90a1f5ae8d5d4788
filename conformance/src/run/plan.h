#ifndef TIMOCK_CONFORMANCE_RUN_PLAN_H_
#define TIMOCK_CONFORMANCE_RUN_PLAN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "cases/case.h"
#include "judge/judge.h"
#include "target/plan.h"

namespace timock::conformance {

/// A request that would be sent so many times in a row.
struct PlannedRequest {
  std::string line;  ///< For a shell, without secrets.
  std::size_t times = 1;
};

/// What one case, or what stands around the cases, would send.
struct PlannedCase {
  std::string name;  ///< "documented/R8.name_of_51_bytes", or words for what is no case.
  std::vector<PlannedRequest> requests = {};
  std::vector<std::string> skipped = {};  ///< Why it would be skipped; empty: it would run.
  bool bad_signature = false;             ///< May fail authentication, on a live target.
  bool overload = false;                  ///< It may call beyond the documented limit.

  std::size_t Requests() const;
};

/// All that a run of those of `cases` that `filter` selects would send, in order, counted against
/// the fake: a server that throttles later than documented gets up to three times as many of the
/// calls that use up the limit.
std::vector<PlannedCase> MakeThePlan(const std::vector<Case>& cases, const std::string& filter,
                                     PlanTarget& target, const Held& profile);

std::string PlanText(const std::vector<PlannedCase>& plan);
std::string PlanJson(const std::vector<PlannedCase>& plan, const std::string& target);

/// "62 calls that may fail authentication, one each 61 s: about 64 min; ..."; empty when there are
/// none.
std::string BadSignatureText(const std::vector<PlannedCase>& plan, double interval_s);

/// "23 cases that may exceed the limit, 9876 requests"; empty when there are none.
std::string OverloadText(const std::vector<PlannedCase>& plan);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RUN_PLAN_H_
