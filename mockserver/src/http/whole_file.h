#ifndef TIMOCK_HTTP_WHOLE_FILE_H_
#define TIMOCK_HTTP_WHOLE_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "timock/result.h"

namespace timock {

/// A regular file on this machine, whatever its name is.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

/// All bytes of a file or of a pipe until its writers have closed it. The Error gives the reason
/// alone: "No such file or directory", or with code kFull "larger than the 1000 bytes allowed".
Result<std::string> ReadWholeFile(const std::string& path, std::size_t max_bytes);

/// Writes `text` to `path`. Every file that a program of ours keeps under a name is written here.
///
/// A regular file, or one that is not there yet, is replaced as a whole: readers see the old or the
/// new one, also after a crash of the machine. The new one is written as `temporary`, a path in the
/// same folder that must be ours alone, and gets `mode`.
///
/// A pipe or a character device is written to and stays; then no identity is returned. Fails
/// without waiting when a pipe has no reader or is full.
///
/// A link to anything else, a folder, a socket and a block device are refused and stay.
///
/// The Error reads "PATH: cannot write it: REASON".
Result<std::optional<FileIdentity>> WriteWholeFile(const std::string& path, std::string_view text,
                                                   mode_t mode, const std::string& temporary);

/// Removes `path` when it is a regular file, and, where `only` is set, that very one. Returns
/// whether it did.
bool RemoveRegularFile(const std::string& path, const std::optional<FileIdentity>& only = {});

}  // namespace timock

#endif  // TIMOCK_HTTP_WHOLE_FILE_H_
