#ifndef TIMOCK_HTTP_BYTE_CLASS_H_
#define TIMOCK_HTTP_BYTE_CLASS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace timock {

/// What a byte may stand in; a set of bits.
enum ByteClass : std::uint8_t {
  kToken = 1,    ///< tchar of RFC 9110 5.6.2: method, field name.
  kField = 2,    ///< Field value: HT, SP, VCHAR, obs-text.
  kTarget = 4,   ///< Request target: any byte but controls and space (R5).
  kHost = 8,     ///< reg-name of RFC 3986, without the comma that makes a list.
  kScheme = 16,  ///< Scheme of RFC 3986 behind its first letter.
};

namespace internal {

constexpr std::array<std::uint8_t, 256> MakeByteClasses() {
  std::array<std::uint8_t, 256> classes = {};
  for (std::size_t byte = 0; byte < classes.size(); ++byte) {
    std::uint8_t bits = 0;
    const bool control = byte < 0x20 || byte == 0x7F;
    if (!control || byte == '\t') bits |= kField;
    if (!control && byte != ' ') bits |= kTarget;
    const bool alphanumeric = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= 'a' && byte <= 'z');
    if (alphanumeric) bits |= kToken | kHost | kScheme;
    const char character = static_cast<char>(byte);
    if (byte < 0x80 && std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string::npos) {
      bits |= kToken;
    }
    if (byte < 0x80 && std::string_view("-._~%!$&'()*+;=").find(character) != std::string::npos) {
      bits |= kHost;
    }
    if (byte == '+' || byte == '-' || byte == '.') bits |= kScheme;
    classes[byte] = bits;
  }
  return classes;
}

inline constexpr std::array<std::uint8_t, 256> kByteClasses = MakeByteClasses();

}  // namespace internal

inline bool Is(char byte, ByteClass wanted) {
  return (internal::kByteClasses[static_cast<unsigned char>(byte)] & wanted) != 0;
}

namespace internal {

/// How many leading bytes of `text`, a multiple of eight, are neither below `least` (at most 0x80)
/// nor DEL. Bytes behind may be as good. Eight at a time: targets and field values are long.
inline std::size_t SpanOfWords(std::string_view text, std::uint64_t least) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x80 * kEach;
  constexpr std::uint64_t kDel = 0x7F;
  std::size_t length = 0;
  for (; text.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + length, sizeof(word));
    const std::uint64_t not_del = word ^ (kDel * kEach);
    const std::uint64_t bad = ((word - least * kEach) & ~word) | ((not_del - kEach) & ~not_del);
    if ((bad & kHighBits) != 0) break;
  }
  return length;
}

}  // namespace internal

/// The length of the longest beginning of `text` that is all of one class.
inline std::size_t Span(std::string_view text, ByteClass wanted) {
  std::size_t length = 0;
  if (wanted == kTarget) length = internal::SpanOfWords(text, '!');
  if (wanted == kField) length = internal::SpanOfWords(text, ' ');
  while (length < text.size() && Is(text[length], wanted)) ++length;
  return length;
}

}  // namespace timock

#endif  // TIMOCK_HTTP_BYTE_CLASS_H_
