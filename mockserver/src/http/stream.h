#ifndef TIMOCK_HTTP_STREAM_H_
#define TIMOCK_HTTP_STREAM_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/authority.h"
#include "http/socket.h"
#include "timock/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace timock {

/// The stream of Connection over plain TCP. TlsStream has the same members.
class PlainStream {
 public:
  static constexpr bool kTls = false;

  explicit PlainStream(std::unique_ptr<Socket> socket) : socket_(std::move(socket)) {}

  Socket& socket() { return *socket_; }
  Transfer Read(std::span<char> into) { return socket_->Read(into); }
  Transfer Write(std::string_view from) { return socket_->Write(from); }

  /// What to wait for before a read.
  Until NextInput() const { return Until::kInput; }

  /// Whether bytes have arrived that no read has taken.
  bool HasInput() { return socket_->HasInput(); }

  void ShutdownSend() { socket_->ShutdownSend(); }

  /// The connection ends at once, and the client gets a reset.
  void EndWithReset() { socket_->EndWithReset(); }

  /// Nothing more is sent.
  void Abandon() {}

  /// Why the stream itself failed, for people: plain TCP has no more to say than its error.
  std::string_view failure() const { return {}; }

  std::unique_ptr<Socket> TakeSocket() { return std::move(socket_); }

 private:
  std::unique_ptr<Socket> socket_;
};

/// What all TLS connections of a server share: certificate, versions (1.2 and 1.3), ALPN, and the
/// sessions that can be resumed. Safe to use from any number of threads.
class TlsContext {
 public:
  /// Fails, with OpenSSL's reason, when it refuses the certificate or the key.
  static Result<std::unique_ptr<TlsContext>> Create(const TlsIdentity& identity);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// The stream of Connection over TLS: OpenSSL directly on the socket, without buffers for an idle
/// connection. stream.cc explains what has to hold for that.
class TlsStream {
 public:
  static constexpr bool kTls = true;

  /// `early` is what has been read from the socket already. `context` must outlive this.
  TlsStream(const TlsContext& context, std::unique_ptr<Socket> socket, std::string early);
  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) = delete;
  /// Sends close_notify, unless it has been sent or the stream has failed.
  ~TlsStream();

  /// Call it until it is kDone, before anything else.
  Transfer Handshake();

  Socket& socket() { return *socket_; }
  Transfer Read(std::span<char> into);
  Transfer Write(std::string_view from);

  /// What to wait for before the next Read, unless the last one returned kWait and said so itself.
  Until NextInput() const;

  /// Whether bytes have arrived that no read has taken. May change NextInput, because OpenSSL
  /// has to take them from the kernel to find out.
  bool HasInput();

  /// Sends close_notify, and ends the sending direction.
  void ShutdownSend();

  /// The connection ends at once, and the client gets a reset.
  void EndWithReset();

  /// Nothing more is sent, not even close_notify.
  void Abandon() { ended_ = true; }

  /// Why TLS failed, for people; empty when it did not.
  const std::string& failure() const { return failure_; }

  /// Whether the client's first byte cannot begin TLS, so it speaks plain HTTP. Nothing was sent.
  bool SpokenPlain() const;
  /// Whether a byte has arrived.
  bool Begun() const;

  std::unique_ptr<Socket> TakeSocket();

 private:
  struct Channel;
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  Transfer After(int returned);
  bool HasBuffered() const;
  void SendCloseNotify();

  std::unique_ptr<Socket> socket_;
  std::unique_ptr<Channel> channel_;  // what OpenSSL reads from and writes to
  std::unique_ptr<ssl_st, Free> ssl_;
  std::optional<Transfer> kept_;  // the result for the next Read: it came after bytes
  bool established_ = false;
  bool ended_ = false;  // nothing more is to be sent
  std::string failure_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_STREAM_H_
