#ifndef TIMOCK_HTTP_CHUNKED_BODY_H_
#define TIMOCK_HTTP_CHUNKED_BODY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "timock/server.h"

namespace timock {

/// Decodes one chunked body (RFC 9112 7.1), and holds what it decoded. Trailers are checked as
/// strictly as headers and dropped.
class ChunkedBody {
 public:
  enum class Outcome { kIncomplete, kComplete, kTooLarge, kMalformed };

  /// `limits` must outlive this; a decoded body over `max_body_bytes` is kTooLarge.
  ChunkedBody(const HttpLimits& limits, std::size_t max_body_bytes)
      : limits_(limits), max_body_bytes_(max_body_bytes) {}

  /// Reads on. `raw` begins with the first byte not consumed by the call before; `*consumed` says
  /// how many are done with now. On kMalformed `*reason` says what was wrong.
  Outcome Put(std::string_view raw, std::size_t* consumed, std::string* reason);

  const std::string& body() const { return body_; }

 private:
  std::optional<Outcome> ReadSection(std::string_view text, std::size_t* size, std::string* reason);
  std::size_t TakeData(std::string_view text);
  bool FitsLimit(std::size_t bytes, std::string* reason) const;
  bool ReadTrailers(std::string_view text, std::string* reason) const;

  const HttpLimits& limits_;
  const std::size_t max_body_bytes_;
  std::string body_;
  std::uint64_t missing_ = 0;  // of the data of the chunk that is read
  bool first_ = true;          // no chunk has begun
};

}  // namespace timock

#endif  // TIMOCK_HTTP_CHUNKED_BODY_H_
