#ifndef TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_
#define TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_

#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// The run as one HTML page that needs nothing else: the conclusion, each level, failures with both
/// replies, the endpoint's page sentence by sentence, the rules, and what the throttle let pass.
std::string HtmlReport(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_
