#include "app/port_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace timock::app {

Result<PortFile> PortFile::Write(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp." + std::to_string(getpid());
  const auto fail = [&](const char* doing) {
    const int error = errno;
    unlink(temporary.c_str());
    return Error{"port file " + path + ": cannot " + doing + ": " + std::strerror(error)};
  };
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    return fail("write it");
  }
  struct stat status {};
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fstat(file, &status) == 0;
  if (close(file) != 0 || !written) {
    return fail("write it");
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return fail("put it in place");
  }
  PortFile port_file;
  port_file.path_ = path;
  port_file.device_ = status.st_dev;
  port_file.inode_ = status.st_ino;
  return port_file;
}

PortFile::PortFile(PortFile&& other) noexcept { *this = std::move(other); }

PortFile& PortFile::operator=(PortFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

PortFile::~PortFile() { Remove(); }

void PortFile::Remove() {
  struct stat status {};
  if (!path_.empty() && stat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
      status.st_ino == inode_) {
    unlink(path_.c_str());
  }
  path_.clear();
}

}  // namespace timock::app
