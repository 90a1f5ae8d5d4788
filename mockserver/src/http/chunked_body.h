#ifndef TIMOCK_HTTP_CHUNKED_BODY_H_
#define TIMOCK_HTTP_CHUNKED_BODY_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "timock/server.h"

namespace timock {

/// Decodes one chunked body (RFC 9112 7.1) with Beast's parser, and holds what it decoded. Trailers
/// are checked as strictly as headers and dropped.
class ChunkedBody {
 public:
  enum class Outcome { kIncomplete, kComplete, kTooLarge, kMalformed };

  /// `limits` must outlive this; a decoded body over `max_body_bytes` is kTooLarge.
  ChunkedBody(const HttpLimits& limits, std::size_t max_body_bytes);
  ~ChunkedBody();
  ChunkedBody(const ChunkedBody&) = delete;
  ChunkedBody& operator=(const ChunkedBody&) = delete;

  /// Reads on. `raw` begins with the first byte not consumed by the call before; `*consumed` says
  /// how many are done with now. On kMalformed `*reason` says what was wrong.
  Outcome Put(std::string_view raw, std::size_t* consumed, std::string* reason);

  const std::string& body() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CHUNKED_BODY_H_
