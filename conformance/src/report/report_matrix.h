#ifndef TIMOCK_CONFORMANCE_REPORT_REPORT_MATRIX_H_
#define TIMOCK_CONFORMANCE_REPORT_REPORT_MATRIX_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace timock::conformance {

/// A page of HTML and the sentence that it concludes with.
struct ReportMatrix {
  std::string page;
  std::string conclusion;
};

/// Reports of `run --json` side by side, as ReadReport gives them, a column each: what the levels
/// came to, the cases that differ, and all rules. Throws ConfigError when one was written by a
/// suite that told less.
ReportMatrix CompareReports(const std::vector<nlohmann::json>& reports);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_REPORT_MATRIX_H_
