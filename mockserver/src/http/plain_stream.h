#ifndef TIMOCK_HTTP_PLAIN_STREAM_H_
#define TIMOCK_HTTP_PLAIN_STREAM_H_

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "http/socket.h"

namespace timock {

/// What Connection asks of a stream, here over bare TCP; TlsStream gives the same members.
class PlainStream {
 public:
  static constexpr bool kTls = false;

  explicit PlainStream(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}

  Socket& socket() { return *socket_; }
  Transfer Read(std::span<char> into) { return socket_->Read(into); }
  Transfer Write(std::string_view from) { return socket_->Write(from); }

  /// What to wait for before a read.
  Until NextInput() const { return Until::kInput; }

  /// Whether bytes have arrived that no read has taken. Afterwards NextInput may be another.
  bool HasInput() { return socket_->HasInput(); }

  void ShutdownSend() { socket_->ShutdownSend(); }

  /// The connection ends at once, and the client gets a reset.
  void EndWithReset() { socket_->EndWithReset(); }

  /// Nothing more is sent.
  void Abandon() {}

  /// Why the stream itself is broken, for people: bare TCP has no more to say than its error.
  std::string_view failure() const { return {}; }

  std::unique_ptr<Socket> TakeSocket() { return std::move(socket_); }

 private:
  std::unique_ptr<Socket> socket_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_PLAIN_STREAM_H_
