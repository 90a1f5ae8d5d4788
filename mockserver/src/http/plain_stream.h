#ifndef TIMOCK_HTTP_PLAIN_STREAM_H_
#define TIMOCK_HTTP_PLAIN_STREAM_H_

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <string_view>
#include <utility>

#include "http/peer.h"

namespace timock {

/// What Connection asks of a stream, here over bare TCP; TlsStream gives the same members.
class PlainStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using ErrorCode = boost::system::error_code;

  static constexpr bool kTls = false;

  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {
    ErrorCode ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  }

  template <typename Handler>
  void AsyncReadSome(boost::asio::mutable_buffer into, Handler&& handler) {
    socket_.async_read_some(into, std::forward<Handler>(handler));
  }

  template <typename Handler>
  void AsyncWriteSome(boost::asio::const_buffer from, Handler&& handler) {
    socket_.async_write_some(from, std::forward<Handler>(handler));
  }

  /// After ShutdownSend: reads bytes only to be dropped.
  template <typename Handler>
  void AsyncDiscardSome(boost::asio::mutable_buffer into, Handler&& handler) {
    AsyncReadSome(into, std::forward<Handler>(handler));
  }

  /// Writes what can be written without waiting; 0 when that is nothing.
  std::size_t TryWrite(boost::asio::const_buffer from) {
    ErrorCode ignored;  // a broken connection shows in the operation that follows
    return socket_.write_some(from, ignored);
  }

  /// Whether bytes have arrived that no read has taken.
  bool HasInput() {
    ErrorCode ignored;
    return socket_.available(ignored) > 0;
  }

  /// Ends the pending operation with operation_aborted.
  void Cancel() {
    ErrorCode ignored;
    socket_.cancel(ignored);
  }

  void ShutdownSend() {
    ErrorCode ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

  /// Ends the connection at once, and the client gets a reset. No operation is pending.
  void Reset() {
    ErrorCode ignored;
    socket_.set_option(Socket::linger(true, 0), ignored);
    Close();
  }

  /// Whether the client has ended its direction, or all.
  bool PeerEnded() { return HasPeerEnded(socket_.native_handle()); }

  void Close() {
    ErrorCode ignored;
    socket_.close(ignored);
  }

  /// Why the stream itself is broken, for people: bare TCP has no more to say than its error.
  std::string_view failure() const { return {}; }

  Socket TakeSocket() { return std::move(socket_); }

 private:
  Socket socket_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_PLAIN_STREAM_H_
