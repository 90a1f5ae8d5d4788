#ifndef TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_
#define TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "run/suite.h"

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

void PrintDiff(const ReportDiff& diff, std::ostream& out);
void PrintDiffJson(const ReportDiff& diff, std::ostream& out);

/// The report in this file. Throws ConfigError when it cannot be read or is not a whole report.
nlohmann::json ReadReport(const std::string& path);

/// Prints what differs from an earlier run.
class DiffReporter : public Reporter {
 public:
  /// `path`: of its report. Throws as ReadReport.
  DiffReporter(const std::string& path, std::ostream& out);
  void OnEnd(const RunSummary& summary) override;

 private:
  const std::string path_;
  const nlohmann::json before_;
  std::ostream& out_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_REPORT_DIFF_H_
