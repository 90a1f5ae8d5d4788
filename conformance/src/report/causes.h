#ifndef TIMOCK_CONFORMANCE_REPORT_CAUSES_H_
#define TIMOCK_CONFORMANCE_REPORT_CAUSES_H_

#include <string>
#include <vector>

#include "judge/result.h"
#include "run/suite.h"

namespace timock::conformance {

/// Failed cases that have a reason in common.
struct Cause {
  std::string reason;
  std::vector<const Case*> cases;
  bool documented = false;  ///< One of the cases is.
};

/// Each failed case under that of its reasons which most cases share; causes of documented cases
/// first, then those of most cases.
std::vector<Cause> CausesOf(const std::vector<CaseResult>& results);

/// "52 of 52 judged cases passed; 187 recorded; 390 not run: 300 because it changes names of ...,
/// ..."
std::string Conclusion(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_CAUSES_H_
