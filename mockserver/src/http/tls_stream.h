#ifndef TIMOCK_HTTP_TLS_STREAM_H_
#define TIMOCK_HTTP_TLS_STREAM_H_

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/descriptor.h"
#include "http/poll_set.h"
#include "http/tls_context.h"

struct ssl_st;

namespace timock {

/// The stream of Connection over TLS: OpenSSL on the polled socket itself. In
/// boost::asio::ssl::stream each connection keeps 34 KB of buffers while it is idle; here, none.
class TlsStream {
 public:
  using ErrorCode = boost::system::error_code;

  static constexpr bool kTls = true;

  /// `early` is what has been read from the socket already. `context` must outlive this.
  TlsStream(const TlsContext& context, PollSet& set, Descriptor descriptor, std::string early);
  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) = delete;
  /// Tells the client that the stream ends, unless it has been told or the stream is broken.
  ~TlsStream();

  /// Before all else. `handler` takes an ErrorCode; eof when the client ended the connection.
  template <typename Handler>
  void AsyncHandshake(Handler handler) {
    Advance([this] { return Handshake(); },
            [handler = std::move(handler)](const ErrorCode& error, std::size_t) mutable {
              handler(error);
            });
  }

  template <typename Handler>
  void AsyncReadSome(boost::asio::mutable_buffer into, Handler handler) {
    auto read = [this, into] { return ReadSome(into); };
    auto resume = Resume(read, std::move(handler));
    if (HasBuffered() || kept_) {
      socket_->AsyncYield(std::move(resume));
    } else {
      socket_->AsyncWaitForInput(std::move(resume));
    }
  }

  /// After TryWrite took less than all: `from` begins with what it did not take.
  template <typename Handler>
  void AsyncWriteSome(boost::asio::const_buffer from, Handler handler) {
    socket_->AsyncWaitForRoom(Resume([this, from] { return WriteSome(from); }, std::move(handler)));
  }

  /// After ShutdownSend: reads bytes as they came, only to be dropped.
  void AsyncDiscardSome(boost::asio::mutable_buffer into, PolledSocket::Handler handler) {
    socket_->AsyncReadSome(into, std::move(handler));
  }

  /// Writes what can be written without waiting; 0 when that is nothing.
  std::size_t TryWrite(boost::asio::const_buffer from);

  /// Whether bytes have arrived that no read has taken.
  bool HasInput();

  /// Ends the pending operation with operation_aborted.
  void Cancel();

  /// See PolledSocket.
  void AcknowledgeAtOnce() { socket_->AcknowledgeAtOnce(); }

  /// Sends close_notify, and ends the sending direction.
  void ShutdownSend();

  /// Ends the connection at once, and the client gets a reset. No operation is pending.
  void Reset();

  /// Whether the client has ended its direction of TCP, or all.
  bool PeerEnded() { return socket_->PeerEnded(); }

  void Close();

  /// Why TLS failed, for people; empty when it did not.
  const std::string& failure() const { return failure_; }

  /// Whether the client's first byte begins no TLS record: it speaks plain HTTP. Nothing was sent.
  bool SpokenPlain() const;
  /// Whether a byte has arrived.
  bool Begun() const;

  Descriptor TakeDescriptor();

 private:
  enum class Need : std::uint8_t { kNothing, kToRead, kToWrite };
  struct Step {
    Need need = Need::kNothing;
    ErrorCode error = {};
    std::size_t bytes = 0;
  };
  struct Channel;
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  Step Handshake();
  Step ReadSome(boost::asio::mutable_buffer into);
  Step WriteSome(boost::asio::const_buffer from);
  Step StepAfter(int returned);
  bool HasBuffered() const;
  void SendCloseNotify();

  /// Tries, waits as long as the attempt needs to, and calls `handler` with an ErrorCode and a
  /// count of bytes.
  template <typename Attempt, typename Handler>
  void Advance(Attempt attempt, Handler handler) {
    const Step step = attempt();
    if (step.need == Need::kNothing) return handler(step.error, step.bytes);
    auto resume = Resume(std::move(attempt), std::move(handler));
    if (step.need == Need::kToRead) {
      socket_->AsyncWaitForInput(std::move(resume));
    } else {
      socket_->AsyncWaitForRoom(std::move(resume));
    }
  }

  /// What is called after a wait.
  template <typename Attempt, typename Handler>
  auto Resume(Attempt attempt, Handler handler) {
    return [this, attempt, handler](const ErrorCode& error, std::size_t) mutable {
      if (error) return handler(error, 0);
      Advance(std::move(attempt), std::move(handler));
    };
  }

  std::unique_ptr<PolledSocket> socket_;
  std::unique_ptr<Channel> channel_;  // what OpenSSL reads from and writes to
  std::unique_ptr<ssl_st, Free> ssl_;
  std::optional<Step> kept_;  // what followed the bytes that ReadSome gave
  bool established_ = false;
  bool ended_ = false;  // nothing more is to be sent
  std::string failure_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_TLS_STREAM_H_
