#include "http/stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <utility>

namespace timock {
namespace {

using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

/// Sessions that can be resumed without a ticket (TLS 1.2), so that they have a bound.
constexpr long kCachedSessions = 1024;

Memory Open(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Error TlsError(const char* what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  return Error{std::string("cannot serve TLS: ") + what + ": " +
               (reason != nullptr ? reason : "unknown reason")};
}

/// Never asks for the passphrase of a key.
int NoPassphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

bool UseChain(SSL_CTX* context, const std::string& pem) {
  const Memory text = Open(pem);
  const Certificate leaf(PEM_read_bio_X509(text.get(), nullptr, &NoPassphrase, nullptr));
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return false;
  while (X509* const next = PEM_read_bio_X509(text.get(), nullptr, &NoPassphrase, nullptr)) {
    if (SSL_CTX_add0_chain_cert(context, next) != 1) {
      X509_free(next);
      return false;
    }
  }
  ERR_clear_error();  // the end of the text is one
  return true;
}

bool UseKey(SSL_CTX* context, const std::string& pem) {
  const Memory text = Open(pem);
  const Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, &NoPassphrase, nullptr));
  return key && SSL_CTX_use_PrivateKey(context, key.get()) == 1 &&
         SSL_CTX_check_private_key(context) == 1;
}

/// R13: http/1.1 is chosen whatever else a client offers. A client that does not offer it gets the
/// alert of RFC 7301 3.2.
int SelectProtocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_size,
                   const unsigned char* offered, unsigned int offered_size, void* /*data*/) {
  constexpr std::string_view kServed = "http/1.1";
  for (unsigned int at = 0; at < offered_size; at += 1U + offered[at]) {
    const unsigned char* const name = offered + at + 1;
    if (std::string_view(reinterpret_cast<const char*>(name), offered[at]) != kServed) continue;
    *chosen = name;
    *chosen_size = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<std::unique_ptr<TlsContext>> TlsContext::Create(const TlsIdentity& identity) {
  ERR_clear_error();
  std::unique_ptr<TlsContext> made(new TlsContext(SSL_CTX_new(TLS_server_method())));
  SSL_CTX* const context = made->get();
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
    return TlsError("OpenSSL");
  }
  if (!UseChain(context, identity.certificate_chain)) return TlsError("the certificate");
  if (!UseKey(context, identity.key)) return TlsError("the key");
  // HTTP says where a message ends, so a TCP connection may end without close_notify.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // one call of the kernel for a record, not two
  constexpr std::string_view kSessionContext = "timock";
  SSL_CTX_set_session_id_context(context,
                                 reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                 static_cast<unsigned int>(kSessionContext.size()));
  SSL_CTX_sess_set_cache_size(context, kCachedSessions);
  SSL_CTX_set_alpn_select_cb(context, &SelectProtocol, nullptr);
  return made;
}

/// OpenSSL reads from and writes to the socket through this BIO. OpenSSL's own BIO for sockets
/// raises SIGPIPE and cannot begin with bytes that were read before (after a CONNECT); and one in
/// memory, the usual way, costs two buffers a connection (34 KB) and a copy of every byte.
///
/// With OpenSSL on the socket, readiness of the socket is not readiness of the stream. What holds:
///
/// 1. Nobody waits for the kernel while bytes are in memory. OpenSSL reads ahead, so it may hold
///    records, decrypted or not, whose bytes no poll will report again; `early` is such memory,
///    too. Read therefore goes on until all of it is used up or the caller's buffer is full, and in
///    the second case NextInput is kTurn. HasInput asks OpenSSL, not the socket.
///
/// 2. What to wait for is what OpenSSL says (After), not what was attempted: TLS may have to write
///    before it can read (a key update, an alert), and to read before it can write.
///
/// 3. A result after bytes is not lost. When a Read that has bytes meets the end or an error,
///    it returns the bytes; `kept_` is the result of the next one, and NextInput is kTurn.
///
/// 4. The error queue belongs to the thread, and SSL_get_error looks at it. All streams of a loop
///    share it, so every call of OpenSSL is preceded by ERR_clear_error.
///
/// 5. After a fatal error or close_notify nothing is written: `ended_` says so.
///
/// A Write that has moved part of its bytes returns that count. The rest may come from another
/// address (SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER), but not with other bytes: Connection keeps them.
struct TlsStream::Channel {
  Socket* socket = nullptr;
  std::string early;
  bool begun = false;
  bool plain = false;
  bool ended = false;

  static int Read(BIO* bio, char* into, int size);
  static int Write(BIO* bio, const char* from, int size);
  static long Control(BIO* bio, int command, long number, void* pointer);
  static BIO* NewBio(Channel* channel);

 private:
  Transfer Take(std::span<char> into);
};

Transfer TlsStream::Channel::Take(std::span<char> into) {
  if (early.empty()) return socket->Read(into);
  const std::size_t taken = early.copy(into.data(), into.size());
  early.erase(0, taken);
  if (early.empty()) early = std::string();
  return {.bytes = taken};
}

int TlsStream::Channel::Read(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  Channel& channel = *static_cast<Channel*>(BIO_get_data(bio));
  const Transfer taken = channel.Take({into, static_cast<std::size_t>(size)});
  if (taken.outcome == Transfer::Outcome::kWait) BIO_set_retry_read(bio);
  if (taken.outcome == Transfer::Outcome::kEnded) {
    channel.ended = true;
    return 0;
  }
  if (taken.outcome != Transfer::Outcome::kDone) return -1;
  if (!channel.begun) {
    constexpr char kTlsHandshake = 0x16;
    channel.begun = true;
    channel.plain = *into != kTlsHandshake;
  }
  return channel.plain ? -1 : static_cast<int>(taken.bytes);
}

int TlsStream::Channel::Write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const Channel& channel = *static_cast<Channel*>(BIO_get_data(bio));
  const Transfer sent = channel.socket->Write({from, static_cast<std::size_t>(size)});
  if (sent.outcome == Transfer::Outcome::kWait) BIO_set_retry_write(bio);
  return sent.outcome == Transfer::Outcome::kDone ? static_cast<int>(sent.bytes) : -1;
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

/// The first entry of OpenSSL's error queue, with a remedy for the most common ones.
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
      return reason + ": TLS 1.2 and 1.3 are supported (R13)";
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return reason + ": the client's ALPN does not offer http/1.1 (RFC 7301 3.2)";
    default:
      return reason;
  }
}

}  // namespace

void TlsStream::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsStream::TlsStream(const TlsContext& context, std::unique_ptr<Socket> socket, std::string early)
    : socket_(std::move(socket)),
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

bool TlsStream::HasInput() {
  if (ended_ || !established_) return socket_->HasInput();
  char byte = 0;
  ERR_clear_error();
  return SSL_peek(ssl_.get(), &byte, 1) == 1;
}

void TlsStream::ShutdownSend() {
  SendCloseNotify();
  socket_->ShutdownSend();
}

void TlsStream::EndWithReset() {
  ended_ = true;
  socket_->EndWithReset();
}

bool TlsStream::SpokenPlain() const { return channel_->plain; }

bool TlsStream::Begun() const { return channel_->begun; }

std::unique_ptr<Socket> TlsStream::TakeSocket() {
  ended_ = true;
  return std::move(socket_);
}

Transfer TlsStream::Handshake() {
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  established_ = returned == 1;
  return established_ ? Transfer{} : After(returned);
}

Transfer TlsStream::Read(std::span<char> into) {
  if (kept_) return *std::exchange(kept_, std::nullopt);
  Transfer read;
  do {
    std::size_t size = 0;
    const std::span<char> rest = into.subspan(read.bytes);
    ERR_clear_error();
    const int returned = SSL_read_ex(ssl_.get(), rest.data(), rest.size(), &size);
    if (returned != 1) {
      const Transfer next = After(returned);
      if (read.bytes == 0) return next;
      const bool input = next.outcome == Transfer::Outcome::kWait && next.until == Until::kInput;
      if (!input) kept_ = next;
      return read;
    }
    read.bytes += size;
  } while (read.bytes < into.size() && HasBuffered());
  return read;
}

Transfer TlsStream::Write(std::string_view from) {
  if (ended_) return {.outcome = Transfer::Outcome::kFailed};
  Transfer written;
  while (written.bytes < from.size()) {
    std::size_t size = 0;
    const std::string_view rest = from.substr(written.bytes);
    ERR_clear_error();
    const int returned = SSL_write_ex(ssl_.get(), rest.data(), rest.size(), &size);
    if (returned != 1) return written.bytes > 0 ? written : After(returned);
    written.bytes += size;
  }
  return written;
}

/// What an operation that did not succeed has to wait for, or how it ended.
Transfer TlsStream::After(int returned) {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {.outcome = Transfer::Outcome::kWait, .until = Until::kInput};
    case SSL_ERROR_WANT_WRITE:
      return {.outcome = Transfer::Outcome::kWait, .until = Until::kRoom};
    case SSL_ERROR_ZERO_RETURN:
      return {.outcome = Transfer::Outcome::kEnded};
    case SSL_ERROR_SSL:
      failure_ = NameFailure();
      [[fallthrough]];
    default:
      ended_ = true;
      return {.outcome = Transfer::Outcome::kFailed};
  }
}

bool TlsStream::HasBuffered() const {
  return SSL_has_pending(ssl_.get()) == 1 || !channel_->early.empty();
}

Until TlsStream::NextInput() const { return HasBuffered() || kept_ ? Until::kTurn : Until::kInput; }

/// A full socket buffer loses it, which is harmless: the last answer says that it is the last.
void TlsStream::SendCloseNotify() {
  if (!established_ || ended_) return;
  ended_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

}  // namespace timock
