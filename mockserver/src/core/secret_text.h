#ifndef TIMOCK_CORE_SECRET_TEXT_H_
#define TIMOCK_CORE_SECRET_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

namespace timock {

/// `text` without the white space at its end: the newline of a file or of `echo`.
inline std::string_view WithoutEndingSpace(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n\v\f") + 1);
}

/// Why `secret` cannot be one: "byte 5 is a control character (0x0a); ...". Never shows more of it.
/// Empty when it has no control character.
std::optional<std::string> ControlCharacterIn(std::string_view secret);

}  // namespace timock

#endif  // TIMOCK_CORE_SECRET_TEXT_H_
