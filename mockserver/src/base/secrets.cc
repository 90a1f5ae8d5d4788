#include "base/secrets.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace timock {
namespace {

std::vector<unsigned char> RandomBytes(std::size_t count) {
  std::vector<unsigned char> bytes(count);
  if (RAND_bytes(bytes.data(), static_cast<int>(count)) != 1) std::abort();
  return bytes;
}

}  // namespace

std::string RandomHex(std::size_t bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : RandomBytes(bytes)) {
    text.append({kHex[byte >> 4], kHex[byte & 15]});
  }
  return text;
}

std::uint64_t RandomNumber() {
  std::uint64_t number = 0;
  std::memcpy(&number, RandomBytes(sizeof number).data(), sizeof number);
  return number;
}

bool SameSecret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

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
