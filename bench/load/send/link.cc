#include "load/send/link.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "target/target.h"
#include "wire/config_error.h"
#include "wire/reply_parser.h"

namespace timock::load {
namespace {

constexpr timeval kPatience{.tv_sec = 5, .tv_usec = 0};

/// A blocking socket that is connected; -1 when none of the host's addresses answers.
int Dial(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
  int descriptor = -1;
  for (const addrinfo* at = found; at != nullptr && descriptor < 0; at = at->ai_next) {
    descriptor = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    if (::connect(descriptor, at->ai_addr, at->ai_addrlen) == 0) continue;
    ::close(std::exchange(descriptor, -1));
  }
  freeaddrinfo(found);
  return descriptor;
}

}  // namespace

Dialer::Dialer(conformance::Origin origin, const std::string& ca_file)
    : origin_(std::move(origin)) {
  if (!origin_.tls) return;
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_verify_paths(context_.get());
  if (!ca_file.empty() &&
      SSL_CTX_load_verify_locations(context_.get(), ca_file.c_str(), nullptr) != 1) {
    throw conformance::ConfigError("--ca-file " + ca_file + ": cannot be read as PEM");
  }
}

Link::Link(const Dialer& dialer) {
  Connect(dialer);
  Warm(dialer);
  fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
}

Link::~Link() {
  ssl_.reset();
  ::close(descriptor_);
}

void Link::Connect(const Dialer& dialer) {
  const conformance::Origin& origin = dialer.origin();
  const std::string address = origin.host + ":" + origin.port;
  descriptor_ = Dial(origin.Name(), origin.port);
  if (descriptor_ < 0) throw conformance::UnreachableError("cannot connect to " + address);
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (dialer.context() == nullptr) return;
  ssl_.reset(SSL_new(dialer.context()));
  SSL_set_fd(ssl_.get(), descriptor_);
  conformance::ExpectCertificateOf(origin, ssl_.get());
  if (SSL_connect(ssl_.get()) == 1) return;
  const std::string why = X509_verify_cert_error_string(SSL_get_verify_result(ssl_.get()));
  ssl_.reset();
  ::close(std::exchange(descriptor_, -1));
  throw conformance::UnreachableError("no TLS with " + address + " (certificate: " + why +
                                      "); --ca-file names another authority");
}

void Link::Warm(const Dialer& dialer) {
  const conformance::Origin& origin = dialer.origin();
  const std::string head =
      "HEAD / HTTP/1.1\r\nHost: " + origin.host + ":" + origin.port + "\r\n\r\n";
  using State = conformance::ReplyParser::State;
  conformance::ReplyParser parser;
  parser.ExpectBody(false);
  State state = State::kMore;
  std::array<char, 2048> piece{};
  if (Write(head)) {
    while (state == State::kMore) {
      const std::optional<std::size_t> size = Read(piece.data(), piece.size());
      if (!size || *size == 0) break;
      state = parser.Feed({piece.data(), *size});
    }
  }
  if (state == State::kDone && !parser.closes()) return;
  // A server that does not bear the question gets a connection without it.
  ssl_.reset();
  ::close(std::exchange(descriptor_, -1));
  Connect(dialer);
}

bool Link::Write(std::string_view bytes) {
  if (ssl_ == nullptr) {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  const std::lock_guard lock(mutex_);
  return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
         static_cast<int>(bytes.size());
}

std::optional<std::size_t> Link::Read(char* out, std::size_t size) {
  if (ssl_ == nullptr) {
    const ssize_t got = ::recv(descriptor_, out, size, 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    return {};
  }
  const std::lock_guard lock(mutex_);
  const int got = SSL_read(ssl_.get(), out, static_cast<int>(size));
  if (got > 0) return static_cast<std::size_t>(got);
  if (SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ) return 0;
  return {};
}

}  // namespace timock::load
