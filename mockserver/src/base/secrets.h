#ifndef TIMOCK_BASE_SECRETS_H_
#define TIMOCK_BASE_SECRETS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace timock {

/// `bytes` unpredictable bytes as hex digits: a key or a token. Aborts when the machine has no
/// randomness to give.
std::string RandomHex(std::size_t bytes);

/// An unpredictable number.
std::uint64_t RandomNumber();

/// Takes as long for two texts of one length that differ early as for two that differ late.
bool SameSecret(std::string_view a, std::string_view b);

/// `text` without the white space at its end: the newline of a file or of `echo`.
inline std::string_view WithoutEndingSpace(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n\v\f") + 1);
}

/// Why `secret` cannot be one: "byte 5 is a control character (0x0a); ...". Never shows more of it.
/// Empty when it has no control character.
std::optional<std::string> ControlCharacterIn(std::string_view secret);

}  // namespace timock

#endif  // TIMOCK_BASE_SECRETS_H_
