#ifndef TIMOCK_BENCH_LOAD_RESPONSE_READER_H_
#define TIMOCK_BENCH_LOAD_RESPONSE_READER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace timock::load {

/// Reads the HTTP/1.1 answers of one connection as they come in pieces. Strict: a status line, well
/// formed header lines, and one Content-Length or `Transfer-Encoding: chunked` (RFC 9112), at most
/// 1 MiB in all; an answer that ends with its connection cannot be measured and counts as broken.
/// Interim answers (1xx) are passed over.
class ResponseReader {
 public:
  enum class State { kMore, kDone, kBroken };

  /// Takes further bytes; kDone once an answer is complete. Bytes beyond it make it kBroken, for
  /// nobody asked for them.
  State Feed(std::string_view bytes);

  /// Of the answer, when Feed said kDone.
  int status() const { return status_; }
  const std::string& body() const { return body_; }
  /// Whether the server closes the connection.
  bool closes() const { return closes_; }

  /// For the next answer.
  void Reset();

 private:
  enum class Part { kHead, kBody, kChunkSize, kChunk, kChunkEnd, kTrailer, kDone, kBroken };

  Part Step();
  Part ReadHead();
  bool ReadField(std::string_view line);
  Part ReadChunkSize();
  bool TakeLine(std::string* line);

  std::string input_;
  std::size_t read_ = 0;  // Bytes of input_ that were used.
  std::string body_;
  Part part_ = Part::kHead;
  std::size_t left_ = 0;  // Bytes of the body or chunk that are still to come.
  int status_ = 0;
  bool closes_ = false;
  bool has_length_ = false;
  bool chunked_ = false;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_RESPONSE_READER_H_
