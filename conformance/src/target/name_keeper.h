#ifndef TIMOCK_CONFORMANCE_TARGET_NAME_KEEPER_H_
#define TIMOCK_CONFORMANCE_TARGET_NAME_KEEPER_H_

#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "target/snapshot.h"
#include "target/target.h"

namespace timock::conformance {

/// Takes the names of a live target that may be changed, and puts them back; does nothing to any
/// other target.
class NameKeeper {
 public:
  /// Reads the names and keeps them in the file `path`; empty: in the user's state folder. Throws
  /// as TakeSnapshot does.
  NameKeeper(Target& target, std::string path, std::ostream& out);

  /// Whether the names are back, or were never to be changed.
  bool PutBack();

 private:
  Target& target_;
  std::ostream& out_;
  std::string path_;
  std::optional<Snapshot> snapshot_;
};

/// Calls `body` with the names kept, and puts them back whatever becomes of it: an exception, which
/// passes through, or a signal. Returns what `body` did, 128 and the number of a signal that came,
/// or 3 when the names are not back.
int KeepingNames(Target& target, std::ostream& out, const std::function<int()>& body);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_NAME_KEEPER_H_
