#ifndef TIMOCK_CONFORMANCE_ENCODING_H_
#define TIMOCK_CONFORMANCE_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace timock::conformance {

/// Standard base64 with padding; empty when `text` is none.
std::optional<std::string> DecodeBase64(std::string_view text);
std::string EncodeBase64(std::string_view bytes);

/// `json` in the envelope of a UserSig: zlib, then base64 in its URL-safe alphabet.
std::string PackUserSig(std::string_view json);

/// Percent-encoded, all but letters, digits and `-._~*`.
std::string PercentEncode(std::string_view text);

/// For a shell, in single quotes; bytes that are no printable ASCII make it $'...'. A variable of
/// our own, `$TIMOCK_...`, stays one.
std::string ShellQuote(std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_ENCODING_H_
