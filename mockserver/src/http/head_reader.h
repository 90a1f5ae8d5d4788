#ifndef TIMOCK_HTTP_HEAD_READER_H_
#define TIMOCK_HTTP_HEAD_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "timock/http_message.h"
#include "timock/server.h"

namespace timock {

/// The head of one request, taken apart. All views point into the bytes it was read from.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::vector<HttpHeaderView> headers;  ///< In the order of arrival; values without outer spaces.
  bool http_1_0 = false;
  bool keep_alive = true;        ///< What version and Connection ask for (P7).
  bool expect_continue = false;  ///< `Expect: 100-continue`, in HTTP/1.1 only.
  bool chunked = false;
  std::uint64_t content_length = 0;  ///< 0 when there is no body or it is chunked.
};

/// Finds the end of a head in bytes that arrive piece by piece, looking at each byte once. Refuses
/// what can be refused before the end is there: line endings, sizes, bytes that begin no request.
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

/// Takes a whole head apart, from the request line to its blank line, as strictly as RFC 9112 lets
/// a server be (P9). False, and `*reason`, when it is malformed. Reuses the memory of `*head`.
bool ReadHead(std::string_view text, const HttpLimits& limits, RequestHead* head,
              std::string* reason);

/// Takes field lines apart, each ended by CRLF, up to and including a blank line: the header
/// section or the trailer section. False, and `*reason`, when one is malformed or there are too
/// many.
bool ReadFieldLines(std::string_view text, std::size_t most, std::vector<HttpHeaderView>* fields,
                    std::string* reason);

}  // namespace timock

#endif  // TIMOCK_HTTP_HEAD_READER_H_
