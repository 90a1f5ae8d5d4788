#ifndef TIMOCK_USER_SIG_H_
#define TIMOCK_USER_SIG_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "timock/clock.h"

namespace timock {

/// What a UserSig states (PROTOCOL section 6).
struct UserSigClaims {
  std::string identifier = {};
  std::int64_t sdkappid = 0;
  std::int64_t time = 0;    ///< UNIX seconds when it was signed; a future time is valid.
  std::int64_t expire = 0;  ///< Seconds it lives; may be negative.
  std::optional<std::string> userbuf = {};  ///< Base64 text, as it is signed.
};

/// Signs `claims` with the console's secret key (taken as text, never hex-decoded) and returns the
/// UserSig in its URL-safe alphabet. The text varies with the zlib build: verify, never compare.
std::string SignUserSig(const UserSigClaims& claims, std::string_view key);

/// Why a UserSig could not be read. All of them are rule `usersig_malformed`.
enum class UserSigDefect {
  kBase64,      ///< A byte outside the alphabet, or wrong padding.
  kZlib,        ///< Not one complete zlib stream of at most 4 KiB, with nothing behind it.
  kJson,        ///< Not a JSON object.
  kVersion,     ///< `TLS.ver` is not "2.0".
  kVersionOne,  ///< A v1 (ECDSA) signature: `TLS.account_type` and no `TLS.ver`.
  kFieldType,   ///< A field of a wrong type.
};

/// A UserSig taken apart, not yet verified.
struct DecodedUserSig {
  UserSigClaims claims = {};
  std::optional<std::string> signature =
      {};  ///< `TLS.sig`, base64; empty when the field is missing.
};

/// Takes a UserSig apart: base64, zlib, JSON, version, field types, in this order.
std::variant<DecodedUserSig, UserSigDefect> DecodeUserSig(std::string_view user_sig);

/// Whether `signature` is the HMAC-SHA256 of `claims` under `key`; the time it takes does not
/// reveal where they differ.
bool VerifyUserSig(const UserSigClaims& claims, std::string_view signature, std::string_view key);

/// Whether `now` is past time + expire in whole seconds (equal is still valid); saturates.
bool UserSigExpired(const UserSigClaims& claims, UnixTime now);

}  // namespace timock

#endif  // TIMOCK_USER_SIG_H_
