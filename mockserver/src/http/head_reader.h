#ifndef TIMOCK_HTTP_HEAD_READER_H_
#define TIMOCK_HTTP_HEAD_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "timock/http_message.h"
#include "timock/server.h"

namespace timock {

/// Where a byte may occur; a set of bits.
enum ByteClass : std::uint8_t {
  kToken = 1,   ///< tchar of RFC 9110 5.6.2: method, field name.
  kField = 2,   ///< Field value: HT, SP, VCHAR, obs-text.
  kTarget = 4,  ///< Request target: any byte but controls and space (R5).
  kScheme = 8,  ///< Scheme of RFC 3986 after its first letter.
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
    if (alphanumeric) bits |= kToken | kScheme;
    const char character = static_cast<char>(byte);
    if (byte < 0x80 && std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string::npos) {
      bits |= kToken;
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

/// How many leading bytes of `text`, a multiple of eight, are neither below `min` (at most 0x80)
/// nor DEL; bytes after those may be good, too. Targets and field values are long, so eight bytes
/// are tested at once. `word - min * kEach` borrows into the high bit of the lowest byte below
/// `min`, and `& ~word` excludes bytes whose high bit was set before. A borrow may also mark a good
/// byte above a bad one, never a lower one: so a word without marks is good, and one with a mark
/// is left to the caller, who looks at each byte.
inline std::size_t SpanOfWords(std::string_view text, std::uint64_t min) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x80 * kEach;
  constexpr std::uint64_t kDel = 0x7F;
  std::size_t length = 0;
  for (; text.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + length, sizeof(word));
    const std::uint64_t not_del = word ^ (kDel * kEach);
    const std::uint64_t bad = ((word - min * kEach) & ~word) | ((not_del - kEach) & ~not_del);
    if ((bad & kHighBits) != 0) break;
  }
  return length;
}

}  // namespace internal

/// The length of the longest prefix of `text` whose bytes are all of one class.
inline std::size_t Span(std::string_view text, ByteClass wanted) {
  std::size_t length = 0;
  if (wanted == kTarget) length = internal::SpanOfWords(text, '!');
  if (wanted == kField) length = internal::SpanOfWords(text, ' ');
  while (length < text.size() && Is(text[length], wanted)) ++length;
  return length;
}

/// The parts of one request's head. All views point into the bytes that it was read from.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::vector<HttpHeaderView> headers;  ///< As they arrived; values are trimmed.
  bool http_1_0 = false;
  bool keep_alive = true;        ///< What version and Connection ask for (P7).
  bool expect_continue = false;  ///< `Expect: 100-continue`, in HTTP/1.1 only.
  bool chunked = false;
  std::uint64_t content_length = 0;  ///< 0 without a body and for a chunked one.
};

/// Finds the end of a head in bytes that arrive in pieces, and looks at each byte once. Refuses
/// early what needs no whole head: bad line endings, sizes, a first byte that begins no request.
class HeadScanner {
 public:
  enum class Outcome { kIncomplete, kComplete, kMalformed };

  /// `input` begins where the previous request ended and grows from call to call. On kMalformed
  /// `*reason` says what was wrong.
  Outcome Scan(std::string_view input, const HttpLimits& limits, std::string* reason);

  /// Where the request line begins, past leading empty lines.
  std::size_t begin() const { return begin_; }
  /// Where the head ends, past its blank line; valid after kComplete.
  std::size_t end() const { return next_; }

 private:
  Outcome ScanRest(std::string_view input, std::size_t from, const HttpLimits& limits,
                   std::string* reason) const;

  std::size_t begin_ = 0;
  std::size_t next_ = 0;        // first byte not looked at
  std::size_t line_begin_ = 0;  // of the line that next_ is in
  std::size_t fields_begin_ = 0;
  int empty_lines_ = 0;
};

/// Reads a whole head, from the request line to its blank line, as strictly as RFC 9112 allows a
/// server to be (P9). False, and `*reason`, when it is malformed. Reuses the memory of `*head`.
bool ReadHead(std::string_view text, const HttpLimits& limits, RequestHead* head,
              std::string* reason);

/// Reads field lines, each ended by CRLF, up to and including a blank line: the header section or
/// the trailer section. False, and `*reason`, when one is malformed or there are more than
/// `max_fields`.
bool ReadFieldLines(std::string_view text, std::size_t max_fields,
                    std::vector<HttpHeaderView>* fields, std::string* reason);

}  // namespace timock

#endif  // TIMOCK_HTTP_HEAD_READER_H_
