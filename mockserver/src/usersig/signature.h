#ifndef TIMOCK_USERSIG_SIGNATURE_H_
#define TIMOCK_USERSIG_SIGNATURE_H_

#include <string>
#include <string_view>

#include "timock/user_sig.h"

namespace timock {

/// `TLS.sig` of `claims`: standard base64 of the HMAC-SHA256 of their lines (PROTOCOL section 6).
/// Empty when the crypto library fails.
std::string SignatureOf(const UserSigClaims& claims, std::string_view key);

}  // namespace timock

#endif  // TIMOCK_USERSIG_SIGNATURE_H_
