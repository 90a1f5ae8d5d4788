#include "http/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "http/socket.h"

namespace timock {
namespace {

using Written = Result<std::optional<FileIdentity>>;

Error WriteError(const std::string& path, const std::string& reason) {
  return Error{path + ": cannot write it: " + reason};
}

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(descriptor, text.data(), text.size());
    if (size < 0 && errno != EINTR) return false;
    text.remove_prefix(size > 0 ? static_cast<std::size_t>(size) : 0);
  }
  return true;
}

Written Replace(const std::string& path, std::string_view text, mode_t mode,
                const std::string& temporary) {
  // Left by a crash: by contract no other process uses this name.
  unlink(temporary.c_str());
  const auto fail = [&] {
    const int error = errno;
    unlink(temporary.c_str());
    return WriteError(path, std::strerror(error));
  };
  struct stat status {};
  {
    const Descriptor file(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || !WriteAll(file.get(), text) || fchmod(file.get(), mode) != 0 ||
        fstat(file.get(), &status) != 0 || fsync(file.get()) != 0) {
      return fail();
    }
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return fail();
  return std::optional(FileIdentity{status.st_dev, status.st_ino});
}

Written WriteThrough(const std::string& path, std::string_view text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file || !WriteAll(file.get(), text)) return WriteError(path, std::strerror(errno));
  return std::optional<FileIdentity>();
}

}  // namespace

Result<std::string> ReadWholeFile(const std::string& path, std::size_t max_bytes) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error{std::strerror(errno)};
  std::string text;
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t size = read(file.get(), buffer, sizeof buffer);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Error{std::strerror(errno)};
    if (size == 0) return text;
    text.append(buffer, static_cast<std::size_t>(size));
    if (text.size() > max_bytes) {
      return Error{.message = "larger than the " + std::to_string(max_bytes) + " bytes allowed",
                   .code = Error::Code::kFull};
    }
  }
}

Result<std::optional<FileIdentity>> WriteWholeFile(const std::string& path, std::string_view text,
                                                   mode_t mode, const std::string& temporary) {
  struct stat status {};
  const bool found = lstat(path.c_str(), &status) == 0;
  if (!found && errno != ENOENT) return WriteError(path, std::strerror(errno));
  if (!found || S_ISREG(status.st_mode)) return Replace(path, text, mode, temporary);
  if (S_ISDIR(status.st_mode)) return WriteError(path, std::strerror(EISDIR));
  // /dev/stdout is a link, and may lead to a pipe.
  if (stat(path.c_str(), &status) == 0 && (S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode))) {
    return WriteThrough(path, text);
  }
  return WriteError(path,
                    "it is a link or a special file, which is not replaced; expected a regular "
                    "file, a pipe, a character device or a new name");
}

bool RemoveRegularFile(const std::string& path, const std::optional<FileIdentity>& only) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (!only || *only == FileIdentity{status.st_dev, status.st_ino}) &&
         unlink(path.c_str()) == 0;
}

}  // namespace timock
