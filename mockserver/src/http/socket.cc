#include "http/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <utility>

#include "apps/hosts.h"
#include "text/url.h"

namespace timock {
namespace {

/// `moved` is what recv or send returned.
Transfer TransferOf(ssize_t moved, Until until) {
  if (moved >= 0) return {.bytes = static_cast<std::size_t>(moved)};
  const bool wait = errno == EAGAIN || errno == EINTR;
  return {.outcome = wait ? Transfer::Outcome::kWait : Transfer::Outcome::kFailed, .until = until};
}

/// An address and a port in the form of the socket functions.
union Endpoint {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;

  std::uint16_t port() const { return ntohs(v4.sin_port); }  // at the same place in both
  bool loopback() const {
    constexpr std::uint32_t kLoopbackNet = 127;  // 127.0.0.0/8
    if (any.sa_family == AF_INET) return ntohl(v4.sin_addr.s_addr) >> 24 == kLoopbackNet;
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr) != 0;
  }
};

/// `host` is an address or a name. Returns what getaddrinfo does: 0, or the number of an error.
int Resolve(const std::string& host, std::uint16_t port, Endpoint* endpoint) {
  addrinfo hints = {};
  hints.ai_flags = AI_PASSIVE;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) return error;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  const addrinfo* first = found;
  while (first != nullptr && first->ai_family != AF_INET) first = first->ai_next;
  if (first == nullptr) first = found;
  std::memcpy(endpoint, first->ai_addr, first->ai_addrlen);
  return 0;
}

std::string Remedy(int error, std::uint16_t port) {
  switch (error) {
    case EADDRINUSE:
      return "something else listens there; `ss -ltnp 'sport = :" + std::to_string(port) +
             "'` shows which process; choose another port, or 0 for a free one";
    case EACCES:
      return "ports below 1024 need root; choose another port, or 0 for a free one";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address; `ip addr` lists them";
    case EMFILE:
      return "the process has too many open files; raise `ulimit -n`";
    default:
      return "check the host and the port";
  }
}

/// Adds a socket that listens there to `*listening`. Returns 0 or errno.
int Open(const Endpoint& endpoint, ListeningSockets* listening) {
  constexpr int kFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  Descriptor opened(::socket(endpoint.any.sa_family, kFlags, IPPROTO_TCP));
  const int on = 1;
  Endpoint bound = {};
  socklen_t size = sizeof(bound);
  const bool listens =
      opened && ::setsockopt(opened.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
      ::bind(opened.get(), &endpoint.any, sizeof(endpoint)) == 0 &&
      ::listen(opened.get(), kBacklog) == 0 && ::getsockname(opened.get(), &bound.any, &size) == 0;
  if (!listens) return errno;
  listening->sockets.push_back(std::move(opened));
  listening->port = bound.port();
  listening->loopback = bound.loopback();
  return 0;
}

}  // namespace

Socket::Socket(Loop& loop, Descriptor descriptor)
    : descriptor_(std::move(descriptor)), poll_(MakeHandle<uv_poll_t>(this, [&](uv_poll_t* poll) {
        return uv_poll_init(loop.uv(), poll, descriptor_.get());
      })) {}

/// Two things could go wrong here: a connection could sleep although there is something to do, or
/// the loop could spin although there is nothing. Polling is level-triggered, so two invariants are
/// enough to exclude both:
///
/// 1. While a handler waits, what it waits for is polled. Level-triggered means that every turn of
///    the loop reports what is there now, not what changed; so it does not matter whether the bytes
///    came before Wait, between two calls, or later: the next turn reports them.
///
/// 2. Whatever is reported either calls a handler or is no longer polled after. So an
///    unwanted report occurs once at most.
///
/// Changing what is polled costs a system call, and it is done as late as these two allow: in Wait
/// when something else is waited for, and in OnEvents when nothing is waited for. A connection that
/// reads, answers and reads again never changes it: it has no handler while its step runs, but the
/// loop does not poll during a step either.
///
/// An error of the socket makes libuv stop polling and report once with a status. The handler is
/// called then as for anything else, and its read or write returns the error.
///
/// Until::kTurn is for bytes that are in OpenSSL's memory, which no poll can see. The idle handle
/// is called at the beginning of the next turn, before the loop could wait for events, and after
/// all connections that are ready in this turn. The input is polled as well; whichever comes first
/// ends both waits.
void Socket::Wait(Until until, Loop::Handler handler) {
  handler_ = std::move(handler);
  const int wanted = until == Until::kRoom ? UV_WRITABLE : UV_READABLE;
  if (polled_ != wanted) Poll(wanted);
  if (until != Until::kTurn) {
    if (turn_) uv_idle_stop(turn_.get());
    return;
  }
  if (!turn_) {
    turn_ = MakeHandle<uv_idle_t>(
        this, [this](uv_idle_t* turn) { return uv_idle_init(poll_->loop, turn); });
  }
  uv_idle_start(turn_.get(), [](uv_idle_t* turn) {
    Loop::Of(turn->loop).Call([turn] { static_cast<Socket*>(turn->data)->GoOn(); });
  });
}

void Socket::Poll(int events) {
  polled_ = events;
  if (events == 0) {
    uv_poll_stop(poll_.get());
    return;
  }
  uv_poll_start(poll_.get(), events, [](uv_poll_t* poll, int status, int /*events*/) {
    Loop::Of(poll->loop).Call([poll, status] {
      static_cast<Socket*>(poll->data)->OnEvents(status);
    });
  });
}

/// Only what is polled is reported, so if a handler waits it waits for this.
void Socket::OnEvents(int status) {
  // libuv has stopped polling; the next read or write will return the error.
  if (status < 0) polled_ = 0;
  if (handler_) return GoOn();
  if (polled_ != 0) Poll(0);
}

/// The handler may destroy this.
void Socket::GoOn() {
  if (turn_) uv_idle_stop(turn_.get());
  const Loop::Handler handler = std::exchange(handler_, nullptr);
  handler();
}

Transfer Socket::Read(std::span<char> into) {
  const ssize_t read = ::recv(descriptor_.get(), into.data(), into.size(), 0);
  if (read == 0) return {.outcome = Transfer::Outcome::kEnded};
  return TransferOf(read, Until::kInput);
}

Transfer Socket::Write(std::string_view from) {
  const ssize_t written = ::send(descriptor_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  return TransferOf(written, Until::kRoom);
}

bool Socket::HasInput() const {
  int bytes = 0;
  return ::ioctl(descriptor_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
}

bool Socket::PeerEnded() const {
  pollfd waited = {.fd = descriptor_.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&waited, 1, 0) > 0;
}

void Socket::AcknowledgeAtOnce() {
  const int on = 1;
  ::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

void Socket::ShutdownSend() { ::shutdown(descriptor_.get(), SHUT_WR); }

void Socket::EndWithReset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

Result<ListeningSockets> ListenOn(const std::string& host, std::uint16_t port) {
  if (host.empty() || host.find('\0') != std::string::npos) {
    return Error{"host \"" + host.substr(0, host.find('\0')) +
                 "\" is not an address: use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  const bool localhost = SameHost(host, "localhost");
  Endpoint endpoint = {};
  Endpoint endpoint6 = {};
  int error = Resolve(localhost ? "127.0.0.1" : WithoutBrackets(host), port, &endpoint);
  if (error != 0) {
    return Error{"cannot listen on " + HostAndPort(host, port) + ": \"" + host +
                 "\" is neither an address nor a known name (" + ::gai_strerror(error) +
                 "); use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  // A port that is free on 127.0.0.1 may be in use on ::1; then another free one is tried.
  constexpr int kMaxTries = 20;
  for (int tried = 0; tried < kMaxTries; ++tried) {
    ListeningSockets listening;
    error = Open(endpoint, &listening);
    if (error != 0) break;
    if (!localhost) return listening;
    Resolve("::1", listening.port, &endpoint6);
    error = Open(endpoint6, &listening);
    if (error != EADDRINUSE) return listening;  // with ::1, or without if there is none
    if (port != 0) break;
  }
  return Error{"cannot listen on " + HostAndPort(host, port) + ": " +
               std::generic_category().message(error) + "; " + Remedy(error, port)};
}

}  // namespace timock
