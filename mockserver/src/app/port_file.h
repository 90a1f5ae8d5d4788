#ifndef TIMOCK_APP_PORT_FILE_H_
#define TIMOCK_APP_PORT_FILE_H_

#include <optional>
#include <string>
#include <string_view>

#include "http/whole_file.h"
#include "timock/result.h"

namespace timock::app {

/// A file that tells other programs the ports, for as long as this object lives. It appears whole.
class PortFile {
 public:
  /// Writes the file as WriteWholeFile does. Fails with the path and the reason.
  static Result<PortFile> Write(const std::string& path, std::string_view text);

  PortFile() = default;
  PortFile(PortFile&& other) noexcept;
  PortFile& operator=(PortFile&& other) noexcept;
  ~PortFile();

  /// Removes the file, unless another process has put its own in the place, or it is not a regular
  /// one.
  void Remove();

 private:
  std::string path_;
  std::optional<FileIdentity> file_;  ///< Unset: nothing to remove.
};

}  // namespace timock::app

#endif  // TIMOCK_APP_PORT_FILE_H_
