#ifndef TIMOCK_CONFORMANCE_REPORT_REPORT_FILES_H_
#define TIMOCK_CONFORMANCE_REPORT_REPORT_FILES_H_

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "run/suite.h"

namespace timock::conformance {

/// A report that is a file. A new one is a row in report_files.cc and a function.
struct ReportFormat {
  const char* flag;  ///< "--json", which names the file.
  const char* help;
  std::string (*text)(const RunSummary& summary);
};

const std::vector<ReportFormat>& ReportFormats();

/// Writes the reports whose files are given.
class ReportFiles : public Reporter {
 public:
  /// Flag to path; an empty path: the report is not wanted.
  explicit ReportFiles(std::map<std::string, std::string> paths);

  /// Throws ReportError, after all of them were tried.
  void OnEnd(const RunSummary& summary) override;

 private:
  const std::map<std::string, std::string> paths_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_REPORT_FILES_H_
