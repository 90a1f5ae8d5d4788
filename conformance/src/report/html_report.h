#ifndef TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_
#define TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_

#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// The run as one HTML page that needs nothing else: the counts, rule by level, the endpoint's page
/// sentence by sentence, failures with both replies, and what the throttle let pass.
std::string HtmlReport(const RunSummary& summary, Target& target);

/// A file of this folder that is compiled in: "report.html"; empty for any other.
std::string_view EmbeddedPage(std::string_view name);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_HTML_REPORT_H_
