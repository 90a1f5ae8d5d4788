#include "app/port_file.h"

#include <unistd.h>

#include <utility>

namespace timock::app {

Result<PortFile> PortFile::Write(const std::string& path, std::string_view text) {
  constexpr mode_t kReadableByAll = 0644;
  const auto written =
      WriteWholeFile(path, text, kReadableByAll, path + ".new." + std::to_string(getpid()));
  if (!written.ok()) {
    return Error{"port file " + written.error().Text()};
  }
  PortFile port_file;
  port_file.path_ = path;
  port_file.file_ = written.value();
  return port_file;
}

PortFile::PortFile(PortFile&& other) noexcept { *this = std::move(other); }

PortFile& PortFile::operator=(PortFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

PortFile::~PortFile() { Remove(); }

void PortFile::Remove() {
  if (file_) {
    RemoveRegularFile(path_, file_);
  }
  file_.reset();
}

}  // namespace timock::app
