#ifndef TIMOCK_HTTP_TLS_STREAM_H_
#define TIMOCK_HTTP_TLS_STREAM_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "http/socket.h"
#include "http/tls_context.h"

struct ssl_st;

namespace timock {

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

#endif  // TIMOCK_HTTP_TLS_STREAM_H_
