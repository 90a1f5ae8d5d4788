#ifndef TIMOCK_HTTP_WHOLE_FILE_H_
#define TIMOCK_HTTP_WHOLE_FILE_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "timock/result.h"

namespace timock {

/// Identifies a regular file on this machine, independent of its name.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

/// All bytes of a file or of a pipe until its writers have closed it. The Error gives the reason
/// alone: "No such file or directory", or with code kFull "larger than the 1000 bytes allowed".
Result<std::string> ReadWholeFile(const std::string& path, std::size_t max_bytes);

/// Writes `text` to `path`. All files that our programs keep are written by this function.
///
/// A regular or a missing file is replaced as a whole: readers see either the old or the new one,
/// even after a crash of the machine. The new one is written to `temporary`, a path in the same
/// folder that no other process may use, gets `mode`, is synced, and is then renamed.
///
/// A pipe or a character device is written to and kept; then no identity is returned. Fails instead
/// of waiting when a pipe has no reader or is full.
///
/// A link to anything else, a folder, a socket and a block device are refused and kept.
///
/// The Error reads "PATH: cannot write it: REASON".
Result<std::optional<FileIdentity>> WriteWholeFile(const std::string& path, std::string_view text,
                                                   mode_t mode, const std::string& temporary);

/// Removes `path` if it is a regular file and, when `only` is set, that one. Returns whether it
/// did.
bool RemoveRegularFile(const std::string& path, const std::optional<FileIdentity>& only = {});

}  // namespace timock

#endif  // TIMOCK_HTTP_WHOLE_FILE_H_
