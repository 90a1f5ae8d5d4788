#ifndef TIMOCK_CONFORMANCE_REPORT_JSON_REPORT_H_
#define TIMOCK_CONFORMANCE_REPORT_JSON_REPORT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "run/suite.h"

namespace timock::conformance {

/// The run as one JSON document: a header, the results in order, and a footer with the counts, so
/// that a report that was cut is seen.
nlohmann::ordered_json ReportJson(const RunSummary& summary);

/// That document as text.
std::string JsonReport(const RunSummary& summary);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_JSON_REPORT_H_
