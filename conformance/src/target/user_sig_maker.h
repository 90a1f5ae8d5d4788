#ifndef TIMOCK_CONFORMANCE_TARGET_USER_SIG_MAKER_H_
#define TIMOCK_CONFORMANCE_TARGET_USER_SIG_MAKER_H_

#include <cstdint>
#include <string>

#include "cases/case.h"
#include "target/target.h"

namespace timock::conformance {

/// The UserSig that `signing` asks for, its placeholders filled in already, ready to stand in a
/// query. What it leaves open is that of `who`; `key` signs; `now` in UNIX seconds.
std::string MakeUserSig(const Signing& signing, const Identity& who, const std::string& key,
                        std::int64_t now);

/// In what the UserSig differs from the caller's own, e.g. "signed with the wrong key".
std::string SigningText(const Signing& signing);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_USER_SIG_MAKER_H_
