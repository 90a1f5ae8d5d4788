#include "core/random.h"

#include <openssl/rand.h>

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

}  // namespace timock
