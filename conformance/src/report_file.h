#ifndef TIMOCK_CONFORMANCE_REPORT_FILE_H_
#define TIMOCK_CONFORMANCE_REPORT_FILE_H_

#include <fstream>
#include <string>

#include "case.h"

namespace timock::conformance {

/// Writes `text` to the file that the user named with `flag`; to none where `path` is empty. Throws
/// CaseError when it cannot be written.
inline void WriteReport(const std::string& flag, const std::string& path, const std::string& text) {
  if (path.empty()) return;
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw CaseError(flag + " " + path + ": cannot be written");
}

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_FILE_H_
