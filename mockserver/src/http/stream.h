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

/// What all TLS connections of a server share: certificate, versions (1.2 and 1.3), ALPN, and what
/// it takes to resume sessions. Safe to use from any number of threads.
class TlsContext {
 public:
  /// Fails when OpenSSL does not take the certificate or the key, with its reason.
  static Result<std::unique_ptr<TlsContext>> Create(const TlsIdentity& identity);

  ssl_ctx_st* get() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };

  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}

  std::unique_ptr<ssl_ctx_st, Free> context_;
};

/// The stream of Connection over TLS: OpenSSL on the socket itself, which keeps no buffers for a
/// connection that is idle.
///
/// A poll sees the kernel's bytes only. Those that OpenSSL has taken already, decrypted or not, and
/// those that came before TLS began are seen by NextInput.
class TlsStream {
 public:
  static constexpr bool kTls = true;

  /// `early` is what has been read from the socket already. `context` must outlive this.
  TlsStream(const TlsContext& context, std::unique_ptr<Socket> socket, std::string early);
  TlsStream(TlsStream&&) noexcept;
  TlsStream& operator=(TlsStream&&) = delete;
  /// Tells the client that the stream ends, unless it has been told or the stream is broken.
  ~TlsStream();

  /// Until it is kDone, before all else.
  Transfer Handshake();

  Socket& socket() { return *socket_; }
  Transfer Read(std::span<char> into);
  Transfer Write(std::string_view from);

  /// What to wait for before a Read that does not follow one that came to kWait.
  Until NextInput() const;

  /// Whether bytes have arrived that no read has taken. Afterwards NextInput may be another, for
  /// OpenSSL takes them from the kernel to see it.
  bool HasInput();

  /// Sends close_notify, and ends the sending direction.
  void ShutdownSend();

  /// The connection ends at once, and the client gets a reset.
  void EndWithReset();

  /// Nothing more is sent, no close_notify either.
  void Abandon() { ended_ = true; }

  /// Why TLS failed, for people; empty when it did not.
  const std::string& failure() const { return failure_; }

  /// Whether the client's first byte begins no TLS record: it speaks plain HTTP. Nothing was sent.
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
  std::optional<Transfer> kept_;  // what followed the bytes that Read gave
  bool established_ = false;
  bool ended_ = false;  // nothing more is to be sent
  std::string failure_;
};

}  // namespace timock

#endif  // TIMOCK_HTTP_STREAM_H_
