#ifndef TIMOCK_CONFORMANCE_WIRE_REPLY_PARSER_H_
#define TIMOCK_CONFORMANCE_WIRE_REPLY_PARSER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "wire/exchange.h"

namespace timock::conformance {

/// Reads the HTTP/1.x replies of one connection as their bytes come in pieces, as strictly as
/// RFC 9112 allows: a status line, well-formed header lines, one Content-Length or
/// `Transfer-Encoding: chunked` or all up to the end of the connection. At most 4 MiB each. Does no
/// I/O.
///
///   while (parser.Feed(Read()) == State::kMore) {}   // and End() when the connection ends
///   parser.status(), parser.body(); parser.Next() for the next reply
class ReplyParser {
 public:
  enum class State { kMore, kDone, kBroken };

  /// What the next reply answers: one to HEAD has no body.
  void ExpectBody(bool body) { expect_body_ = body; }
  /// Whether an interim reply (1xx) is a reply; else those are passed over.
  void TakeInterim(bool take) { take_interim_ = take; }

  /// Takes further bytes. kDone once a reply is complete; bytes behind it wait for Next.
  State Feed(std::string_view bytes);
  /// The connection has ended: kDone where that ends the body, else kBroken.
  State End();

  /// Once it is kBroken: what is wrong, e.g. "Content-Length is \"12abc\"".
  const std::string& problem() const { return problem_; }

  int status() const { return status_; }  ///< 0 until a whole head was read.
  const std::vector<Header>& headers() const { return headers_; }
  const std::string& body() const { return body_; }
  /// Whether the server says that it closes the connection: `Connection: close`, or HTTP/1.0.
  bool closes() const { return closes_; }
  /// Whether the body has no other end than that of the connection.
  bool ends_with_connection() const { return ends_with_connection_; }
  /// Whether any byte of this reply has come.
  bool began() const { return began_; }
  /// Bytes behind a complete reply.
  std::size_t surplus() const { return input_.size() - read_; }

  /// For the next reply of this connection; kDone when the bytes of it were there already.
  State Next();
  /// For another connection.
  void Reset();

 private:
  enum class Part { kHead, kBody, kToEnd, kChunkSize, kChunk, kChunkEnd, kTrailer, kDone, kBroken };

  State Advance();
  Part Step();
  Part ReadHead();
  Part BodyPart();
  Part Broken(std::string problem);
  bool ReadStatusLine(std::string_view line);
  bool ReadField(std::string_view line);
  void ReadConnection(std::string_view value);
  bool CheckField(std::string_view line);
  Part ReadChunkSize();
  bool TakeLine(std::string* line);
  void Clear();

  std::string input_;
  std::size_t read_ = 0;  // Bytes of input_ that were used.
  Part part_ = Part::kHead;
  std::size_t left_ = 0;  // Bytes of the body or chunk that are still to come.
  std::string problem_;

  bool expect_body_ = true;
  bool take_interim_ = false;

  int status_ = 0;
  std::vector<Header> headers_;
  std::string body_;
  bool began_ = false;
  bool closes_ = false;
  bool has_length_ = false;
  bool chunked_ = false;
  bool ends_with_connection_ = false;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_REPLY_PARSER_H_
