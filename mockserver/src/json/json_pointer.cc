#include "json/json_pointer.h"

namespace timock {

std::string JsonPointerBelow(std::string_view parent, std::string_view key) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string pointer(parent);
  pointer += '/';
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (byte < 0x20 || byte == 0x7f) {
      pointer.append("\\u00").append({kHex[byte >> 4], kHex[byte & 15]});
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace timock
