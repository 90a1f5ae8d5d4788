#ifndef TIMOCK_HTTP_REQUEST_READER_H_
#define TIMOCK_HTTP_REQUEST_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/head_reader.h"
#include "timock/server.h"

namespace timock {

/// The buffer that a connection keeps while it has nothing to read: one page.
inline constexpr std::size_t kSmallBuffer = 4096;

/// Decodes one chunked body (RFC 9112 7.1) and keeps the result. Trailers are checked as strictly
/// as headers, then dropped.
class ChunkedBody {
 public:
  enum class Outcome { kIncomplete, kComplete, kTooLarge, kMalformed };

  /// `limits` must outlive this; a decoded body over `max_body_bytes` is kTooLarge.
  ChunkedBody(const HttpLimits& limits, std::size_t max_body_bytes)
      : limits_(limits), max_body_bytes_(max_body_bytes) {}

  /// Continues to decode. `raw` begins with the first byte that the previous call did not consume;
  /// `*consumed` is how many this one did. On kMalformed `*reason` says what was wrong.
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

/// One request as RequestReader found it. All connections of a thread share one: it is valid only
/// until a reader fills it again, or the reader that filled it is used.
struct ParsedRequest {
  RequestHead head;
  std::string_view body;
  std::string reason;  ///< After kMalformed: why.
};

/// Divides the bytes of one connection into requests, however they are split or joined. Knows
/// neither sockets nor time. It holds one page between requests; while a request arrives, the bytes
/// of that request and of what followed it.
class RequestReader {
 public:
  enum class Outcome {
    kIncomplete,
    kComplete,
    kBodyTooLarge,  ///< The head is valid, the body is empty; the connection must end.
    kMalformed,     ///< Only the reason is valid; the connection must end.
  };

  /// `limits` must outlive this. CONNECT is malformed unless `proxy`. A request that ControlApi
  /// owns may have a body of kMaxControlBody if `control`.
  RequestReader(const HttpLimits& limits, std::size_t max_body_bytes, bool proxy = false,
                bool control = false)
      : limits_(limits), max_body_bytes_(max_body_bytes), proxy_(proxy), control_(control) {}

  /// Where to put the next bytes; never empty. Valid until any other call.
  std::span<char> Prepare();
  /// `bytes` of what Prepare gave were filled.
  void Commit(std::size_t bytes) { end_ += bytes; }

  /// Looks for one request in what was committed. After kComplete, call Consume before the next.
  Outcome Next(ParsedRequest* request);
  void Consume();

  /// Whether part of a request has arrived; empty lines before it do not count.
  bool InRequest() const { return stage_ != Stage::kHead || scanner_.begin() != end_ - begin_; }

  /// Call it after a CONNECT whose tunnel ends here: what follows is addressed to a server.
  void EndProxy() { proxy_ = false; }

  /// Whether the client waits for `100 Continue`: true at most once a request, after kIncomplete.
  bool TakeExpectation();

  /// The bytes after what was consumed, for the TLS handshake that follows a CONNECT. Nothing more
  /// may be read here.
  std::string TakeRest();

  /// Frees the memory; nothing more will be read.
  void Release();

 private:
  enum class Stage { kHead, kBody, kChunks };

  Outcome ReadNewHead(ParsedRequest* request);
  Outcome ReadBody(ParsedRequest* request);
  Outcome ReadChunks(ParsedRequest* request);
  std::size_t MaxBodyBytes(const RequestHead& head) const;
  bool CheckConnect(const RequestHead& head, std::string* reason) const;
  void Resize(std::size_t capacity);
  std::string_view head() const {
    return input().substr(scanner_.begin(), head_bytes_ - scanner_.begin());
  }
  std::string_view input() const { return {buffer_.get() + begin_, end_ - begin_}; }

  const HttpLimits& limits_;
  const std::size_t max_body_bytes_;
  bool proxy_;
  const bool control_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;  // of the current request
  std::size_t end_ = 0;    // of what was committed
  HeadScanner scanner_;
  Stage stage_ = Stage::kHead;
  bool expects_continue_ = false;
  std::size_t head_bytes_ = 0;
  std::size_t body_bytes_ = 0;  // 0 in stage kChunks
  std::unique_ptr<ChunkedBody> chunks_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_REQUEST_READER_H_
