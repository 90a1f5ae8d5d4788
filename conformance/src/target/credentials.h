#ifndef TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_
#define TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_

#include <string>

#include "target/target.h"

namespace timock::conformance {

/// Who calls: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, and TIMOCK_SECRET_KEY (anything can be signed) or
/// TIMOCK_USERSIG (only that is sent), from the file `path` or, where that is empty, from the
/// environment. The file has lines NAME=VALUE and the mode 0600; lines that are empty or begin with
/// # do not count. Without SDKAppID and identifier in the environment: an Identity without an
/// identifier, which is right for targets that make apps of their own. Throws ConfigError for a
/// file that lacks them or that others may read, with the chmod line, for lines that are not
/// understood, and for an SDKAppID that is not a number. No message holds a value that may be a
/// secret.
Identity Credentials(const std::string& path);

/// TIMOCK_NON_ADMIN, from the same place: an account of the app that is not an admin and that
/// nothing depends on. Empty: none is known.
std::string NonAdmin(const std::string& path);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_
