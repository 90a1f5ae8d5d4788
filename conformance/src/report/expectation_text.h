#ifndef TIMOCK_CONFORMANCE_REPORT_EXPECTATION_TEXT_H_
#define TIMOCK_CONFORMANCE_REPORT_EXPECTATION_TEXT_H_

#include <string>

#include "cases/case.h"
#include "judge/judge.h"

namespace timock::conformance {

/// The reply that a case expects, in words, to stand beside the one that came: "HTTP 200, ErrorCode
/// 0, ActionStatus OK". Of a scenario: its name.
std::string ExpectationText(const Case& one, const Held& profile);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_EXPECTATION_TEXT_H_
