#ifndef TIMOCK_CONFORMANCE_RECORD_RECORD_LOCKOUT_H_
#define TIMOCK_CONFORMANCE_RECORD_RECORD_LOCKOUT_H_

#include <vector>

#include "record/record.h"

namespace timock::conformance {

struct LockoutFinding {  // NOLINT(bugprone-exception-escape): json checks itself when moved
  nlohmann::ordered_json members;  ///< Of the switch usersig_lockout.
  std::vector<Unobserved> unobserved;
};

/// After how many wrong UserSigs, within what time, a right one is refused, and with which code. An
/// account is locked by it, so that only a target that makes apps and whose clock can be set is
/// asked.
LockoutFinding RecordLockout(Target& target);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RECORD_RECORD_LOCKOUT_H_
