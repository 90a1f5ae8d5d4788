#include "http_client.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>

#include "case.h"
#include "interrupt.h"
#include "stopwatch.h"

namespace timock::conformance {
namespace {

constexpr std::size_t kMostReply = std::size_t{4} * 1024 * 1024;

std::string LastError() {
  std::string text(256, '\0');
  const unsigned long code = ERR_get_error();
  if (code == 0) return "the connection was closed or timed out";
  ERR_error_string_n(code, text.data(), text.size());
  text.resize(text.find('\0'));
  return text;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// RFC 9110: the case of letters means nothing.
bool IsToken(const std::string& value, const char* token) {
  return strcasecmp(value.c_str(), token) == 0;
}

bool ReadSize(std::string_view text, int base, std::size_t* out) {
  const char* const end = text.data() + text.size();
  return !text.empty() && std::from_chars(text.data(), end, *out, base).ptr == end;
}

/// Status and headers of a head without its empty line; false when it is none.
bool ReadHead(std::string_view head, Reply* reply) {
  const std::size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view line = head.substr(0, line_end);
  std::size_t status = 0;
  if (!line.starts_with("HTTP/1.") || line.size() < 12 ||
      !ReadSize(line.substr(9, 3), 10, &status)) {
    return false;
  }
  reply->status = static_cast<int>(status);
  std::size_t begin = line_end + 2;
  while (begin < head.size()) {
    const std::size_t end = std::min(head.find("\r\n", begin), head.size());
    const std::string_view field = head.substr(begin, end - begin);
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos) return false;
    reply->headers.emplace_back(field.substr(0, colon), Trimmed(field.substr(colon + 1)));
    begin = end + 2;
  }
  return true;
}

}  // namespace

Origin Origin::Parse(const std::string& url) {
  const std::size_t colon = url.find("://");
  const std::string scheme = url.substr(0, colon);
  if (colon == std::string::npos || (scheme != "http" && scheme != "https")) {
    throw CaseError("\"" + url + "\": expected http://HOST[:PORT] or https://HOST[:PORT]");
  }
  std::string host = url.substr(colon + 3);
  host = host.substr(0, host.find('/'));
  Origin origin{.tls = scheme == "https", .host = host, .port = scheme == "https" ? "443" : "80"};
  const std::size_t port = host.rfind(':');
  if (port != std::string::npos && host.back() != ']') {
    origin.host = host.substr(0, port);
    origin.port = host.substr(port + 1);
  }
  if (origin.host.empty()) throw CaseError("\"" + url + "\": expected a host");
  return origin;
}

struct HttpClient::Impl {
  Origin origin;
  ClientOptions options;
  SSL_CTX* context = nullptr;
  BIO* bio = nullptr;
  std::string input = {};  // read and not consumed
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
  bool Fill();
  std::optional<std::string> ReadUntil(std::string_view mark);
  bool ReadBytes(std::size_t size, std::string* out);
  bool ReadChunked(std::string* out);
  bool ReadBody(Reply* reply);
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
    // SSL_set_tlsext_host_name, whose macro casts in the old style.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, origin.host.data());
    SSL_set1_host(ssl, origin.host.c_str());
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

/// Reads some more bytes; false at the end of the connection.
bool HttpClient::Impl::Fill() {
  if (bio == nullptr || InterruptedBy() != 0) return false;
  std::string piece(std::size_t{16} * 1024, '\0');
  const int size = BIO_read(bio, piece.data(), static_cast<int>(piece.size()));
  if (size <= 0 || input.size() > kMostReply) return false;
  input.append(piece, 0, static_cast<std::size_t>(size));
  return true;
}

/// What stands before `mark`, which is consumed too; empty when the connection ends first.
std::optional<std::string> HttpClient::Impl::ReadUntil(std::string_view mark) {
  std::size_t at = input.find(mark);
  while (at == std::string::npos) {
    if (!Fill()) return {};
    at = input.find(mark);
  }
  std::string text = input.substr(0, at);
  input.erase(0, at + mark.size());
  return text;
}

bool HttpClient::Impl::ReadBytes(std::size_t size, std::string* out) {
  while (input.size() < size) {
    if (!Fill()) return false;
  }
  out->append(input, 0, size);
  input.erase(0, size);
  return true;
}

bool HttpClient::Impl::ReadChunked(std::string* out) {
  for (;;) {
    const std::optional<std::string> line = ReadUntil("\r\n");
    std::size_t size = 0;
    if (!line || !ReadSize(line->substr(0, line->find(';')), 16, &size)) return false;
    if (size > 0 && !ReadBytes(size, out)) return false;
    if (!ReadUntil("\r\n")) return false;
    if (size == 0) return true;
  }
}

bool HttpClient::Impl::ReadBody(Reply* reply) {
  const std::string length = reply->HeaderOf("Content-Length");
  std::size_t size = 0;
  if (IsToken(reply->HeaderOf("Transfer-Encoding"), "chunked")) return ReadChunked(&reply->body);
  if (ReadSize(length, 10, &size)) return ReadBytes(size, &reply->body);
  if (reply->status == 204 || reply->status == 304) return true;
  while (Fill()) {
  }
  reply->body = std::exchange(input, {});
  reply->closed = true;
  reply->closed_unannounced = true;
  return true;
}

HttpClient::HttpClient(Origin origin, ClientOptions options)
    : impl_(new Impl{std::move(origin), std::move(options)}) {}

HttpClient::~HttpClient() {
  Close();
  SSL_CTX_free(impl_->context);
}

void HttpClient::Close() {
  BIO_free_all(std::exchange(impl_->bio, nullptr));
  impl_->input.clear();
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

Reply HttpClient::ReadHeadOf(bool interim) {
  for (;;) {
    Reply reply;
    const std::optional<std::string> head = impl_->ReadUntil("\r\n\r\n");
    if (!head || !ReadHead(*head, &reply)) {
      return {.closed = true,
              .failure = head ? "the answer is no HTTP" : "no whole answer: " + LastError()};
    }
    if (interim || reply.status / 100 != 1) return reply;
  }
}

Reply HttpClient::ReadInterim() { return ReadHeadOf(true); }

Reply HttpClient::ReadReply(bool with_body) {
  impl_->mid_message = false;
  if (!impl_->written.empty()) impl_->options.observe(std::exchange(impl_->written, {}));
  Reply reply = ReadHeadOf(false);
  if (reply.status == 0) return reply;
  if (with_body && !impl_->ReadBody(&reply)) {
    reply.failure = "the answer ends before its body does";
    reply.status = 0;
    reply.cut = true;
    reply.closed = true;
  }
  if (IsToken(reply.HeaderOf("Connection"), "close")) {
    reply.closed = true;
    reply.closed_unannounced = false;
  }
  return reply;
}

Reply HttpClient::Read(bool with_body) {
  Reply reply = ReadReply(with_body);
  if (reply.closed) Close();
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
  Reply reply = ReadReply(!bytes.starts_with("HEAD "));
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
    Reply reply = Read(request.method != "HEAD");
    reply.sent = sent;
    reply.answered = MonotonicNow();
    // RFC 9112 9.3.1: a server may close an idle connection at any time.
    const bool was_closed = old && reply.status == 0;
    if (was_closed) continue;
    if (!written && reply.status == 0) reply.failure = "the request could not be sent";
    return reply;
  }
}

}  // namespace timock::conformance
