#include "core/secret_text.h"

#include <algorithm>

namespace timock {

std::optional<std::string> ControlCharacterIn(std::string_view secret) {
  const auto* const found = std::find_if(secret.begin(), secret.end(), [](char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
  });
  if (found == secret.end()) return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(*found);
  std::string text = "byte " + std::to_string(found - secret.begin() + 1);
  text.append(" of ").append(std::to_string(secret.size()));
  text.append(" is a control character (0x");
  text += kDigits[byte >> 4U];
  text += kDigits[byte & 15U];
  return text + "); expected the key as the console prints it";
}

}  // namespace timock
