#ifndef TIMOCK_CONFORMANCE_REPORT_BADGE_H_
#define TIMOCK_CONFORMANCE_REPORT_BADGE_H_

#include <map>
#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// What shields.io shows of a run at its "endpoint" badge: JSON that says "617 of 617 passed (100
/// %), 2 not run". Green when all judged cases passed, yellow when known ones fail, grey when none
/// was judged.
std::string BadgeJson(const RunSummary& summary);

/// One for each level that has cases, by its name.
std::map<std::string, std::string> LevelBadges(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_BADGE_H_
