#include "wire/report_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace timock::conformance {

void WriteReports(const std::vector<ReportFile>& reports) {
  std::string problems;
  for (const auto& [flag, path, text] : reports) {
    if (path.empty()) continue;
    errno = 0;
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (file) continue;
    const std::string why = errno != 0 ? std::string(": ") + std::strerror(errno) : "";
    problems.append(problems.empty() ? "" : "\n").append(flag).append(" ").append(path);
    problems.append(": cannot be written").append(why);
  }
  if (!problems.empty()) throw ReportError(problems);
}

void WriteReport(const std::string& flag, const std::string& path, const std::string& text) {
  WriteReports({{flag, path, text}});
}

bool RemoveRegularFile(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error)) && fs::remove(path, error);
}

}  // namespace timock::conformance
