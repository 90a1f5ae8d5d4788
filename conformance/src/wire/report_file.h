#ifndef TIMOCK_CONFORMANCE_WIRE_REPORT_FILE_H_
#define TIMOCK_CONFORMANCE_WIRE_REPORT_FILE_H_

#include <stdexcept>
#include <string>
#include <vector>

namespace timock::conformance {

/// A report could not be written: exit code 4.
class ReportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct ReportFile {
  std::string flag;  ///< "--json", which names the file.
  std::string path;  ///< Empty: it is not wanted.
  std::string text;
};

/// Writes all of them, then throws ReportError when one could not be written. A link is followed,
/// and a device or pipe is written to; nothing is removed or renamed.
void WriteReports(const std::vector<ReportFile>& reports);

/// The same for one.
void WriteReport(const std::string& flag, const std::string& path, const std::string& text);

/// Removes `path` where that is a regular file, and neither a link nor anything else; whether it
/// did.
bool RemoveRegularFile(const std::string& path);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_REPORT_FILE_H_
