#include "http/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace timock {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

/// OpenSSL's own BIO for sockets raises SIGPIPE, and cannot begin with bytes read before.
struct TlsStream::Channel {
  PolledSocket* socket = nullptr;
  std::string early;
  bool begun = false;
  bool plain = false;
  bool ended = false;

  static int Read(BIO* bio, char* into, int size);
  static int Write(BIO* bio, const char* from, int size);
  static long Control(BIO* bio, int command, long number, void* pointer);
  static BIO* NewBio(Channel* channel);

 private:
  int Take(char* into, std::size_t size);
};

int TlsStream::Channel::Take(char* into, std::size_t size) {
  if (early.empty()) return static_cast<int>(socket->Receive({into, size}));
  const std::size_t taken = early.copy(into, size);
  early.erase(0, taken);
  if (early.empty()) early = std::string();
  return static_cast<int>(taken);
}

int TlsStream::Channel::Read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  Channel& channel = *static_cast<Channel*>(BIO_get_data(bio));
  const int taken = channel.Take(into, static_cast<std::size_t>(size));
  if (taken < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  if (taken == 0) channel.ended = true;
  if (taken > 0 && !channel.begun) {
    constexpr char kTlsHandshake = 0x16;
    channel.begun = true;
    channel.plain = *into != kTlsHandshake;
  }
  return channel.plain ? -1 : taken;
}

int TlsStream::Channel::Write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const Channel& channel = *static_cast<Channel*>(BIO_get_data(bio));
  const auto sent = static_cast<int>(channel.socket->Send({from, static_cast<std::size_t>(size)}));
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return sent;
}

long TlsStream::Channel::Control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return static_cast<Channel*>(BIO_get_data(bio))->ended ? 1 : 0;
  return 0;
}

BIO* TlsStream::Channel::NewBio(Channel* channel) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "timock socket");
    BIO_meth_set_read(made, &Channel::Read);
    BIO_meth_set_write(made, &Channel::Write);
    BIO_meth_set_ctrl(made, &Channel::Control);
    return made;
  }();
  BIO* const bio = BIO_new(method);
  BIO_set_data(bio, channel);
  BIO_set_init(bio, 1);
  return bio;
}

namespace {

/// The first entry of OpenSSL's queue, with a remedy for what is met most.
std::string NameFailure() {
  const unsigned long code = ERR_peek_error();
  const char* const known = ERR_reason_error_string(code);
  std::string reason = known != nullptr ? known : "unknown reason";
  switch (ERR_GET_REASON(code)) {
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
      return reason +
             ": the client does not trust the server's certificate; let it trust that of "
             "the authority";
    case SSL_R_UNSUPPORTED_PROTOCOL:
      return reason + ": TLS 1.2 and 1.3 are served (R13)";
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return reason + ": the client's ALPN does not offer http/1.1 (RFC 7301 3.2)";
    default:
      return reason;
  }
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(const TlsContext& context, PollSet& set, Descriptor descriptor,
                     std::string early)
    : socket_(std::make_unique<PolledSocket>(set, std::move(descriptor))),
      channel_(std::make_unique<Channel>()),
      ssl_(SSL_new(context.get())) {
  channel_->socket = socket_.get();
  channel_->early = std::move(early);
  BIO* const bio = Channel::NewBio(channel_.get());
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsStream::TlsStream(TlsStream&&) noexcept = default;

TlsStream::~TlsStream() {
  if (ssl_) SendCloseNotify();
}

std::size_t TlsStream::TryWrite(asio::const_buffer from) {
  return established_ && !ended_ ? WriteSome(from).bytes : 0;
}

bool TlsStream::HasInput() {
  if (ended_ || !established_) return socket_->HasInput();
  char byte = 0;
  ERR_clear_error();
  return SSL_peek(ssl_.get(), &byte, 1) == 1;
}

void TlsStream::Cancel() { socket_->Cancel(); }

void TlsStream::ShutdownSend() {
  SendCloseNotify();
  socket_->ShutdownSend();
}

void TlsStream::Reset() {
  ended_ = true;
  socket_->Reset();
}

void TlsStream::Close() {
  ended_ = true;
  socket_->Close();
}

bool TlsStream::SpokenPlain() const { return channel_->plain; }

bool TlsStream::Begun() const { return channel_->begun; }

Descriptor TlsStream::TakeDescriptor() {
  ended_ = true;
  return socket_->Release();
}

TlsStream::Step TlsStream::Handshake() {
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  established_ = returned == 1;
  return established_ ? Step{} : StepAfter(returned);
}

TlsStream::Step TlsStream::ReadSome(asio::mutable_buffer into) {
  if (kept_) return *std::exchange(kept_, std::nullopt);
  Step step;
  do {
    std::size_t size = 0;
    const asio::mutable_buffer rest = into + step.bytes;
    ERR_clear_error();
    const int returned = SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &size);
    if (returned != 1) {
      const Step next = StepAfter(returned);
      if (step.bytes == 0) return next;
      if (next.need != Need::kToRead) kept_ = next;
      return step;
    }
    step.bytes += size;
  } while (step.bytes < into.size() && HasBuffered());
  return step;
}

TlsStream::Step TlsStream::WriteSome(asio::const_buffer from) {
  Step step;
  while (step.bytes < from.size()) {
    std::size_t size = 0;
    const asio::const_buffer rest = from + step.bytes;
    ERR_clear_error();
    const int returned = SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &size);
    if (returned != 1) return step.bytes > 0 ? step : StepAfter(returned);
    step.bytes += size;
  }
  return step;
}

/// What an operation that did not succeed waits for, or how it ended.
TlsStream::Step TlsStream::StepAfter(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {.need = Need::kToRead};
    case SSL_ERROR_WANT_WRITE:
      return {.need = Need::kToWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {.error = asio::error::eof};
    case SSL_ERROR_SSL:
      ended_ = true;
      failure_ = NameFailure();
      return {.error = asio::error::connection_aborted};
    default:
      ended_ = true;
      return {.error = asio::error::connection_reset};
  }
}

bool TlsStream::HasBuffered() const {
  return SSL_has_pending(ssl_.get()) == 1 || !channel_->early.empty();
}

/// One that a full socket does not take is lost: the last answer says itself that it is the last.
void TlsStream::SendCloseNotify() {
  if (!established_ || ended_) return;
  ended_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace timock
