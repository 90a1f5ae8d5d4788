#ifndef TIMOCK_CONFORMANCE_REPORT_JUNIT_REPORT_H_
#define TIMOCK_CONFORMANCE_REPORT_JUNIT_REPORT_H_

#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// The run as JUnit XML: a suite for each level and rule. What did not run is skipped, with the
/// reason; a fault of the suite is an error.
std::string JunitReport(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_JUNIT_REPORT_H_
