#include "http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "apps/hosts.h"
#include "http/limits.h"

namespace timock {
namespace {

/// An address and a port, as the kernel's functions take and give them.
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

/// Of an address or a name. Returns what getaddrinfo does: 0, or the number of an error.
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

/// Adds a socket that listens there to `*listening`; or returns errno.
int Open(const Endpoint& endpoint, Listening* listening) {
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

std::string WithoutBrackets(const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

std::string HostAndPort(const std::string& host, std::uint16_t port) {
  const std::string bare = WithoutBrackets(host);
  const bool ipv6 = bare.find(':') != std::string::npos;
  return (ipv6 ? "[" + bare + "]" : bare) + ":" + std::to_string(port);
}

Result<Listening> Listen(const std::string& host, std::uint16_t port) {
  if (host.empty() || host.find('\0') != std::string::npos) {
    return Error{"host \"" + host.substr(0, host.find('\0')) +
                 "\" is no address: use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  const bool localhost = SameHost(host, "localhost");
  Endpoint endpoint = {};
  Endpoint endpoint6 = {};
  int error = Resolve(localhost ? "127.0.0.1" : WithoutBrackets(host), port, &endpoint);
  if (error != 0) {
    return Error{"cannot listen on " + HostAndPort(host, port) + ": \"" + host +
                 "\" is no address and no known name (" + ::gai_strerror(error) +
                 "); use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  // A port that is free of 127.0.0.1 may be taken of ::1: then another free one is tried.
  constexpr int kMaxTries = 20;
  for (int tried = 0; tried < kMaxTries; ++tried) {
    Listening listening;
    error = Open(endpoint, &listening);
    if (error != 0) break;
    if (!localhost) return listening;
    Resolve("::1", listening.port, &endpoint6);
    error = Open(endpoint6, &listening);
    if (error != EADDRINUSE) return listening;  // with ::1, or there is none
    if (port != 0) break;
  }
  return Error{"cannot listen on " + HostAndPort(host, port) + ": " +
               std::generic_category().message(error) + "; " + Remedy(error, port)};
}

}  // namespace timock
