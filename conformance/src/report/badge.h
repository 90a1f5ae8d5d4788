#ifndef TIMOCK_CONFORMANCE_REPORT_BADGE_H_
#define TIMOCK_CONFORMANCE_REPORT_BADGE_H_

#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// What shields.io shows of a run at its "endpoint" badge: JSON that says "617 of 617 passed (100
/// %), 2 not run". Green when all judged cases passed, yellow when known ones fail.
std::string BadgeJson(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_BADGE_H_
