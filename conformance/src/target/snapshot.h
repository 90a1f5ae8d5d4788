#ifndef TIMOCK_CONFORMANCE_TARGET_SNAPSHOT_H_
#define TIMOCK_CONFORMANCE_TARGET_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "target/target.h"

namespace timock::conformance {

/// The attribute names of an app of a live target, as they were before anything was written. Holds
/// no secret.
struct Snapshot {
  std::string target;  ///< "https://console.tim.qq.com"
  std::uint32_t sdkappid = 0;
  std::int64_t unix_seconds = 0;             ///< When it was taken.
  std::map<std::string, std::string> names;  ///< By slot.
};

/// What became of the names.
struct RestoreOutcome {
  /// Slots that had no name before and have one now: no call empties a slot of a server that merges
  /// calls.
  std::vector<std::string> not_emptied = {};
  std::string problem = {};  ///< Why the names are not back; empty: but for not_emptied they are.
};

/// In $XDG_STATE_HOME/timock or ~/.local/state/timock, one file for each app of each target.
std::string DefaultSnapshotPath(const std::string& target, std::uint32_t sdkappid);

/// Throws ConfigError, with the line that restores it, when the file exists: the names that it
/// holds may not be back.
void NeedNoSnapshot(const std::string& path);

/// Reads the names of the admin's app and keeps them in the file, which is on the disk when this
/// returns, with mode 0600; folders are made. Throws as NeedNoSnapshot does, ConfigError when the
/// file cannot be written, and UnreachableError when the names cannot be read.
Snapshot TakeSnapshot(Target& target, const std::string& path);

/// Throws ConfigError when there is no such file or it is not a snapshot.
Snapshot ReadSnapshot(const std::string& path);

/// Puts the names back, slowly where the target throttles, and reads them to see that they are.
/// Slots that were empty are emptied by the control API where the target is a fake that has one.
/// Changes nothing when nothing differs, so it may be called again.
RestoreOutcome RestoreNames(Target& target, const Snapshot& snapshot);

/// Removes the file after RestoreNames without a problem, and says in one sentence or more what
/// became of the names; with a problem the file stays, and the sentences say what to do.
std::string FinishRestore(const std::string& path, const RestoreOutcome& outcome);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_SNAPSHOT_H_
