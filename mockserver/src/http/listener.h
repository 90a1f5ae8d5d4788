#ifndef TIMOCK_HTTP_LISTENER_H_
#define TIMOCK_HTTP_LISTENER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "http/descriptor.h"
#include "timock/result.h"

namespace timock {

/// The sockets that listen at one port.
struct Listening {
  std::vector<Descriptor> sockets;  ///< Non-blocking.
  std::uint16_t port = 0;
  bool loopback = false;  ///< Only programs on this machine reach it.
};

/// Listens on `host` (an address, one in brackets, or a name) and `port` (0: a free one). Of a name
/// that is its first IPv4 address, for every client tries that; but of `localhost` 127.0.0.1 and,
/// where this machine has it, ::1 at the same port, for some clients try only the first that they
/// find. Fails with host, port, the reason and what to do about it.
Result<Listening> Listen(const std::string& host, std::uint16_t port);

/// `host` without the brackets of an IPv6 address, if it has them.
std::string WithoutBrackets(const std::string& host);

/// `host` as a URL has it, an IPv6 address in brackets, and `port`.
std::string HostAndPort(const std::string& host, std::uint16_t port);

}  // namespace timock

#endif  // TIMOCK_HTTP_LISTENER_H_
