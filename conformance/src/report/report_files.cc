#include "report/report_files.h"

#include <string_view>
#include <utility>

#include "report/badge.h"
#include "report/html_report.h"
#include "report/json_report.h"
#include "report/junit_report.h"
#include "wire/report_file.h"

namespace timock::conformance {

constexpr std::string_view kLevel = "{level}";

const std::vector<ReportFormat>& ReportFormats() {
  static const std::vector<ReportFormat> formats = {
      {"--json", "Write a report here", JsonReport},
      {"--html", "Write the report as one HTML page that needs no network here", HtmlReport},
      {"--junit", "Write the report as JUnit XML here", JunitReport},
      {"--badge",
       "Write here what shields.io reads for an endpoint badge: passed of judged cases.\n"
       "With {level} in its name, a file for each level",
       BadgeJson}};
  return formats;
}

ReportFiles::ReportFiles(std::map<std::string, std::string> paths) : paths_(std::move(paths)) {}

void ReportFiles::OnEnd(const RunSummary& summary) {
  std::vector<ReportFile> files;
  for (const ReportFormat& format : ReportFormats()) {
    const auto path = paths_.find(format.flag);
    if (path == paths_.end() || path->second.empty()) continue;
    const std::size_t level = path->second.find(kLevel);
    if (std::string_view(format.flag) != "--badge" || level == std::string::npos) {
      files.push_back({format.flag, path->second, format.text(summary)});
      continue;
    }
    for (auto& [name, badge] : LevelBadges(summary)) {
      std::string file = path->second;
      files.push_back({format.flag, file.replace(level, kLevel.size(), name), badge});
    }
  }
  WriteReports(files);
}

}  // namespace timock::conformance
