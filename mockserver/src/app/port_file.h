#ifndef TIMOCK_APP_PORT_FILE_H_
#define TIMOCK_APP_PORT_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "timock/result.h"

namespace timock::app {

/// A file that tells other programs the ports, for as long as this object lives. It appears whole,
/// by a rename inside its folder.
class PortFile {
 public:
  /// Writes the file, over one that may stand there. Fails with the path and the reason.
  static Result<PortFile> Write(const std::string& path, std::string_view text);

  PortFile() = default;
  PortFile(PortFile&& other) noexcept;
  PortFile& operator=(PortFile&& other) noexcept;
  /// Removes the file, unless another process has put its own in the place.
  ~PortFile();

  void Remove();

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_PORT_FILE_H_
