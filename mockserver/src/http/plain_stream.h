#ifndef TIMOCK_HTTP_PLAIN_STREAM_H_
#define TIMOCK_HTTP_PLAIN_STREAM_H_

#include <sys/types.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "http/descriptor.h"
#include "http/poll_set.h"

namespace timock {

/// What Connection asks of a stream, here over bare TCP; TlsStream gives the same members.
class PlainStream {
 public:
  static constexpr bool kTls = false;

  PlainStream(PollSet& set, Descriptor descriptor)
      : socket_(std::make_unique<PolledSocket>(set, std::move(descriptor))) {}

  void AsyncReadSome(boost::asio::mutable_buffer into, PolledSocket::Handler handler) {
    socket_->AsyncReadSome(into, std::move(handler));
  }

  void AsyncWriteSome(boost::asio::const_buffer from, PolledSocket::Handler handler) {
    socket_->AsyncWriteSome(from, std::move(handler));
  }

  /// After ShutdownSend: reads bytes only to be dropped.
  void AsyncDiscardSome(boost::asio::mutable_buffer into, PolledSocket::Handler handler) {
    socket_->AsyncReadSome(into, std::move(handler));
  }

  /// Writes what can be written without waiting; 0 when that is nothing.
  std::size_t TryWrite(boost::asio::const_buffer from) {
    // A broken connection shows in the operation that follows.
    return static_cast<std::size_t>(std::max<ssize_t>(socket_->Send(from), 0));
  }

  /// Whether bytes have arrived that no read has taken.
  bool HasInput() { return socket_->HasInput(); }

  /// See PolledSocket.
  void AcknowledgeAtOnce() { socket_->AcknowledgeAtOnce(); }

  /// Ends the pending operation with operation_aborted.
  void Cancel() { socket_->Cancel(); }

  void ShutdownSend() { socket_->ShutdownSend(); }

  /// Ends the connection at once, and the client gets a reset. No operation is pending.
  void Reset() { socket_->Reset(); }

  /// Whether the client has ended its direction, or all.
  bool PeerEnded() { return socket_->PeerEnded(); }

  void Close() { socket_->Close(); }

  /// Why the stream itself is broken, for people: bare TCP has no more to say than its error.
  std::string_view failure() const { return {}; }

  Descriptor TakeDescriptor() { return socket_->Release(); }

 private:
  std::unique_ptr<PolledSocket> socket_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_PLAIN_STREAM_H_
