#ifndef TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_
#define TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_

#include <string>

#include "target/target.h"

namespace timock::conformance {

/// The identity that TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, TIMOCK_SECRET_KEY and TIMOCK_USERSIG of
/// the environment name; without an identifier when the first two are not both set. Throws
/// ConfigError.
Identity CredentialsFromEnvironment();

/// The same from lines NAME=VALUE of a file of mode 0600; lines that are empty or begin with # do
/// not count. Throws ConfigError, which never shows a value.
std::string NonAdminFromEnvironment();
std::string NonAdminFromFile(const std::string& path);
Identity CredentialsFromFile(const std::string& path);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_CREDENTIALS_H_
