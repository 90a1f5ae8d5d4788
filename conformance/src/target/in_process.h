#ifndef TIMOCK_CONFORMANCE_TARGET_IN_PROCESS_H_
#define TIMOCK_CONFORMANCE_TARGET_IN_PROCESS_H_

#include <memory>
#include <string>

#include "target/target.h"

namespace timock::conformance {

/// By which way a call reaches the fake.
enum class Door { kHandle, kHttp, kHttps };

struct InProcessOptions {
  Door door = Door::kHandle;
  std::string profile = "seed-2022-04";  ///< A shipped one or a file.
  /// The admin of the one app that there is, with its key; without identifier: apps of the
  /// fake's own.
  Identity admin = {};
  TargetUse use = {};
};

/// The fake in this process; where its clock is stopped, at 1795369800.
/// Throws ConfigError when it cannot start.
std::unique_ptr<Target> MakeInProcessTarget(const InProcessOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_IN_PROCESS_H_
