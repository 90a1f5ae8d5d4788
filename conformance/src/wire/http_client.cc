#include "wire/http_client.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <utility>

#include "wire/config_error.h"
#include "wire/interrupt.h"
#include "wire/reply_parser.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

std::string LastError() {
  std::string text(256, '\0');
  const unsigned long code = ERR_get_error();
  if (code == 0) return "the connection was closed or timed out";
  ERR_error_string_n(code, text.data(), text.size());
  text.resize(text.find('\0'));
  return text;
}

}  // namespace

Origin Origin::Parse(const std::string& url) {
  if (url.find('@') != std::string::npos) {  // which is not shown: it may hold a password
    throw ConfigError(
        "a URL with a user in it: expected http://HOST[:PORT] or https://HOST[:PORT]; who calls "
        "is told by --credentials FILE or the environment");
  }
  const auto refuse = [&url](const std::string& problem) -> ConfigError {
    return ConfigError("\"" + url + "\": " + problem +
                       "expected http://HOST[:PORT] or https://HOST[:PORT]");
  };
  const std::size_t colon = url.find("://");
  const std::string scheme = url.substr(0, colon);
  if (colon == std::string::npos || (scheme != "http" && scheme != "https")) throw refuse("");
  std::string host = url.substr(colon + 3);
  if (host.ends_with('/')) host.pop_back();
  if (host.find_first_of("/?#") != std::string::npos) {
    throw refuse("a path or query behind the host is not called; ");
  }
  Origin origin{.tls = scheme == "https", .host = host, .port = scheme == "https" ? "443" : "80"};
  const std::size_t port = host.rfind(':');
  if (port != std::string::npos && host.back() != ']') {
    origin.host = host.substr(0, port);
    origin.port = host.substr(port + 1);
  }
  if (origin.host.empty()) throw refuse("no host; ");
  std::uint16_t number = 0;
  const char* const end = origin.port.data() + origin.port.size();
  const auto [stop, error] = std::from_chars(origin.port.data(), end, number);
  if (error != std::errc{} || stop != end || number == 0) {
    throw refuse("the port is not a whole number from 1 to 65535; ");
  }
  return origin;
}

std::string Origin::Name() const {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

void ExpectCertificateOf(const Origin& origin, SSL* ssl) {
  std::string name = origin.Name();
  SSL_set1_host(ssl, name.c_str());  // which knows IP addresses, too
  in6_addr address{};
  const bool literal = ::inet_pton(AF_INET, name.c_str(), &address) == 1 ||
                       ::inet_pton(AF_INET6, name.c_str(), &address) == 1;
  if (literal) return;  // RFC 6066 3: not in SNI
  // SSL_set_tlsext_host_name, whose macro casts in the old style.
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
}

struct HttpClient::Impl {
  Origin origin;
  ClientOptions options;
  SSL_CTX* context = nullptr;
  BIO* bio = nullptr;
  ReplyParser parser = {};
  bool used = false;
  bool mid_message = false;  // bytes of the next request are out
  std::string written = {};  // since the last answer, for who observes

  void MakeContext();
  bool FinishConnect() const;
  bool Connect(std::string* failure);
  int Descriptor() const;
  std::string WhyNotTrusted() const;
  void SetTimeout(std::chrono::milliseconds timeout) const;
  bool Ends(std::chrono::milliseconds within);
  /// What a read came to: bytes, the end of the connection, or neither in time.
  enum class Got { kBytes, kEnd, kNothing };
  Got Fill(std::chrono::nanoseconds until, std::string* piece) const;
};

void HttpClient::Impl::MakeContext() {
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context);
  } else {
    SSL_CTX_load_verify_locations(context, options.ca_file.c_str(), nullptr);
  }
  if (options.tls != ClientOptions::Tls::kAny) {
    const int version = options.tls == ClientOptions::Tls::k12 ? TLS1_2_VERSION : TLS1_3_VERSION;
    // SSL_CTX_set_min_proto_version and its sister, whose macros cast in the old style.
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, version, nullptr);
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nullptr);
  }
  // RFC 7301 3.1: each name behind its length.
  std::string names;
  for (const std::string& name : options.alpn) names += static_cast<char>(name.size()) + name;
  if (!names.empty()) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(names.data()),
                            static_cast<unsigned>(names.size()));
  }
}

/// What is wrong with the server's certificate, with the remedy; empty: nothing.
std::string HttpClient::Impl::WhyNotTrusted() const {
  SSL* ssl = nullptr;
  BIO_get_ssl(bio, &ssl);
  const long result = ssl != nullptr ? SSL_get_verify_result(ssl) : X509_V_OK;
  if (result == X509_V_OK) return "";
  return std::string("its certificate is not trusted (") + X509_verify_cert_error_string(result) +
         "; --ca-file names its authority): ";
}

int HttpClient::Impl::Descriptor() const {
  int descriptor = -1;
  if (bio != nullptr) BIO_get_fd(bio, &descriptor);
  return descriptor;
}

void HttpClient::Impl::SetTimeout(std::chrono::milliseconds timeout) const {
  const timeval value{.tv_sec = static_cast<time_t>(timeout.count() / 1000),
                      .tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000)};
  setsockopt(Descriptor(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
  setsockopt(Descriptor(), SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

/// Connects in the time that there is for it; false: not.
bool HttpClient::Impl::FinishConnect() const {
  const std::chrono::nanoseconds until = UnixNow() + options.timeout;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until).count();
  BIO_set_nbio(bio, 1);
  while (BIO_do_connect(bio) <= 0) {
    if (!BIO_should_retry(bio) || InterruptedBy() != 0 || UnixNow() > until) return false;
    if (BIO_wait(bio, seconds, 1) <= 0) return false;
  }
  return true;
}

bool HttpClient::Impl::Connect(std::string* failure) {
  if (InterruptedBy() != 0) {
    *failure = "interrupted by a signal";
    return false;
  }
  ERR_clear_error();
  const std::string address = origin.host + ":" + origin.port;
  if (origin.tls) {
    if (context == nullptr) MakeContext();
    bio = BIO_new_ssl_connect(context);
    SSL* ssl = nullptr;
    BIO_get_ssl(bio, &ssl);
    ExpectCertificateOf(origin, ssl);
    BIO_set_conn_hostname(bio, address.c_str());
  } else {
    bio = BIO_new_connect(address.c_str());
  }
  if (!FinishConnect()) {
    *failure = "cannot connect to " + address + ": " + WhyNotTrusted() + LastError();
    return false;
  }
  // From here on it waits, for so long as SetTimeout says.
  BIO_socket_nbio(Descriptor(), 0);
  SetTimeout(options.timeout);
  const int on = 1;
  setsockopt(Descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return true;
}

/// Whether the server ends the connection in this time. To be asked only when it is not used again.
bool HttpClient::Impl::Ends(std::chrono::milliseconds within) {
  if (bio == nullptr) return true;
  SetTimeout(within);
  char byte = 0;
  errno = 0;
  const int size = BIO_read(bio, &byte, 1);
  return size <= 0 && errno != EAGAIN && errno != EWOULDBLOCK;
}

/// Reads some more bytes.
HttpClient::Impl::Got HttpClient::Impl::Fill(std::chrono::nanoseconds until,
                                             std::string* piece) const {
  if (bio == nullptr) return Got::kEnd;
  for (;;) {
    const std::chrono::nanoseconds left = until - MonotonicNow();
    if (InterruptedBy() != 0 || left <= std::chrono::nanoseconds{0}) return Got::kNothing;
    SetTimeout(std::chrono::ceil<std::chrono::milliseconds>(left));
    piece->resize(std::size_t{16} * 1024);
    const int size = BIO_read(bio, piece->data(), static_cast<int>(piece->size()));
    if (size > 0) {
      piece->resize(static_cast<std::size_t>(size));
      return Got::kBytes;
    }
    if (!BIO_should_retry(bio)) return Got::kEnd;
  }
}

HttpClient::HttpClient(Origin origin, ClientOptions options)
    : impl_(new Impl{std::move(origin), std::move(options)}) {}

HttpClient::~HttpClient() {
  Close();
  SSL_CTX_free(impl_->context);
}

void HttpClient::Close() {
  BIO_free_all(std::exchange(impl_->bio, nullptr));
  impl_->parser.Reset();
  impl_->used = false;
}

std::string HttpClient::Bytes(const Outgoing& request) const {
  if (request.raw) return *request.raw;
  const Origin& origin = impl_->origin;
  const bool usual = origin.port == (origin.tls ? "443" : "80");
  std::string bytes = request.method + " " + request.target + " HTTP/1.1\r\n";
  if (HeaderOf(request.headers, "Host").empty()) {
    bytes += "Host: " + origin.host + (usual ? "" : ":" + origin.port) + "\r\n";
  }
  for (const auto& [name, value] : request.headers) {
    bytes.append(name).append(": ").append(value).append("\r\n");
  }
  if (HeaderOf(request.headers, "Content-Length").empty()) {
    bytes += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  return bytes + "\r\n" + request.body;
}

void HttpClient::BeginMessage() {
  if (std::exchange(impl_->mid_message, true)) return;
  if (impl_->options.pacer) impl_->options.pacer->Await();
}

bool HttpClient::Write(std::string_view bytes) {
  BeginMessage();
  if (impl_->options.observe) impl_->written += bytes;
  std::string failure;
  if (impl_->bio == nullptr && !impl_->Connect(&failure)) return false;
  while (!bytes.empty() && InterruptedBy() == 0) {
    const int written = BIO_write(impl_->bio, bytes.data(), static_cast<int>(bytes.size()));
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void HttpClient::WaitDelivered() {
  constexpr int kMilliseconds = 1000;
  for (int i = 0; i < kMilliseconds; ++i) {
    int waiting = 0;
    if (ioctl(impl_->Descriptor(), SIOCOUTQ, &waiting) != 0 || waiting == 0) return;
    SleepFor(std::chrono::milliseconds{1});
  }
}

std::string HttpClient::Protocol() const {
  SSL* ssl = nullptr;
  if (impl_->bio != nullptr) BIO_get_ssl(impl_->bio, &ssl);
  if (ssl == nullptr) return "";
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

Reply HttpClient::ReadInterim() { return ReadReply(true, true); }

Reply HttpClient::ReadReply(bool with_body, bool interim) {
  if (!interim) {
    impl_->mid_message = false;
    if (!impl_->written.empty()) impl_->options.observe(std::exchange(impl_->written, {}));
  }
  ReplyParser& parser = impl_->parser;
  parser.ExpectBody(with_body);
  parser.TakeInterim(interim);
  const std::chrono::nanoseconds until = MonotonicNow() + impl_->options.timeout;
  ReplyParser::State state = parser.Next();
  Impl::Got got = Impl::Got::kBytes;
  std::string piece;
  while (state == ReplyParser::State::kMore && got == Impl::Got::kBytes) {
    got = impl_->Fill(until, &piece);
    if (got == Impl::Got::kBytes) state = parser.Feed(piece);
    if (got == Impl::Got::kEnd) state = parser.End();
  }
  const bool ended = got == Impl::Got::kEnd;
  Reply reply{.closed = parser.closes() || ended,
              .closed_unannounced = ended && !parser.closes(),
              .cut = parser.status() != 0,
              .unanswered = ended && !parser.began()};
  if (state == ReplyParser::State::kDone) {
    reply.cut = false;
    reply.status = parser.status();
    reply.headers = parser.headers();
    reply.body = parser.body();
    return reply;
  }
  reply.closed = true;
  reply.failure = state == ReplyParser::State::kBroken ? parser.problem() : WhyNoWholeReply();
  if (reply.unanswered) reply.failure = "the connection was closed without an answer";
  return reply;
}

std::string HttpClient::WhyNoWholeReply() const {
  if (InterruptedBy() != 0) return "interrupted by a signal";
  const ReplyParser& parser = impl_->parser;
  const std::string time = std::to_string(impl_->options.timeout.count()) + " ms";
  if (!parser.began()) return "no answer within " + time;
  if (!parser.ends_with_connection()) return "no whole answer within " + time;
  return "the answer has no end: neither Content-Length nor chunked, and the connection stays open "
         "for " +
         time;
}

Reply HttpClient::Read(bool with_body) {
  Reply reply = ReadReply(with_body, false);
  if (reply.closed && impl_->parser.surplus() == 0) Close();
  return reply;
}

Reply HttpClient::SendAlone(const Outgoing& request) {
  Close();
  BeginMessage();
  const std::chrono::nanoseconds sent = MonotonicNow();
  std::string failure;
  if (!impl_->Connect(&failure)) return {.closed = true, .failure = failure};
  const std::string bytes = Bytes(request);
  Write(bytes);
  Reply reply = ReadReply(!bytes.starts_with("HEAD "), false);
  reply.sent = sent;
  reply.answered = MonotonicNow();
  if (reply.status != 0) {
    // Who says that it closes has a while for it; who does not is only looked at.
    constexpr std::chrono::milliseconds kToClose{2'000};
    constexpr std::chrono::milliseconds kToLook{20};
    const bool said = reply.closed && !reply.closed_unannounced;
    const bool ends = impl_->Ends(said ? kToClose : kToLook);
    reply.closed_unannounced = !said && ends;
    reply.closed = ends;
  }
  Close();
  return reply;
}

Reply HttpClient::Send(const Outgoing& request) {
  const std::string bytes = Bytes(request);
  for (;;) {
    const bool old = std::exchange(impl_->used, true) && impl_->bio != nullptr;
    std::string failure;
    if (impl_->bio == nullptr && !impl_->Connect(&failure)) {
      Close();
      return {.closed = true, .failure = failure};
    }
    BeginMessage();
    const std::chrono::nanoseconds sent = MonotonicNow();
    const bool written = Write(bytes);
    Reply reply = ReadReply(request.method != "HEAD", false);
    reply.sent = sent;
    reply.answered = MonotonicNow();
    if (reply.status != 0 && impl_->parser.surplus() > 0) {
      reply = {.closed = true,
               .cut = true,
               .failure = "bytes stand behind the answer that no request asked for",
               .sent = reply.sent,
               .answered = reply.answered};
    }
    if (reply.closed) Close();
    // RFC 9112 9.3.1: a server may close an idle connection at any time. Where any byte of an
    // answer came it has had the request, so that is not sent again.
    if (old && reply.unanswered) continue;
    if (!written && reply.status == 0) reply.failure = "the request could not be sent";
    return reply;
  }
}

}  // namespace timock::conformance
