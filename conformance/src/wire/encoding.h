#ifndef TIMOCK_CONFORMANCE_WIRE_ENCODING_H_
#define TIMOCK_CONFORMANCE_WIRE_ENCODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace timock::conformance {

/// Standard base64 with padding; empty when `text` is none.
std::optional<std::string> DecodeBase64(std::string_view text);
std::string EncodeBase64(std::string_view bytes);

/// `bytes` deflated: as a zlib stream, as gzip, or raw. `level` is zlib's, -1 its default.
enum class Wrapping { kZlib, kGzip, kNone };
std::string Deflate(std::string_view bytes, Wrapping wrapping = Wrapping::kZlib, int level = -1);

/// Base64 in the alphabet of a UserSig: `*`, `-`, `_` for `+`, `/`, `=`.
std::string EncodeUserSigBase64(std::string_view bytes);

/// In hexadecimal.
std::string Sha256(std::string_view bytes);

/// Percent-encoded, all but letters, digits and `-._~*`.
std::string PercentEncode(std::string_view text);
/// Each byte as %XX.
std::string PercentEncodeAll(std::string_view text);

// For a POSIX shell, dash too. A variable of our own, `$TIMOCK_...`, stays one.

/// Whether it holds printable ASCII alone.
bool IsPlainText(std::string_view text);

/// As one word: in single quotes or, where it is no plain text, "$(printf ...)", which loses NULs
/// and line ends at the very end.
std::string ShellQuote(std::string_view text);

/// "printf 'a\000'": a command that writes exactly these bytes.
std::string ShellPrintf(std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_ENCODING_H_
