#ifndef TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_
#define TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace timock::conformance {

/// What became of one case in two reports; empty where the report does not have it.
struct CaseChange {
  std::string name;  ///< LEVEL/ID
  std::string before;
  std::string after;
};

/// Each case stands in one list at most; a changed verdict goes before a changed code.
struct ReportDiff {
  std::vector<CaseChange> verdicts;
  std::vector<CaseChange> error_codes;
  std::vector<CaseChange> appeared;
  std::vector<CaseChange> vanished;

  bool Same() const {
    return verdicts.empty() && error_codes.empty() && appeared.empty() && vanished.empty();
  }
};

/// Compares two reports that `run --json` wrote. Throws ConfigError when one of them is none, or
/// was cut: what a run wrote to its end has a footer.
ReportDiff DiffReports(const nlohmann::json& before, const nlohmann::json& after);

/// The report in this file. Throws ConfigError when it cannot be read or is not a whole report.
nlohmann::json ReadReport(const std::string& path);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_
