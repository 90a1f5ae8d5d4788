#ifndef TIMOCK_HTTP_LISTENER_H_
#define TIMOCK_HTTP_LISTENER_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

#include "timock/result.h"

namespace timock {

/// Listens on `host` (an address, one in brackets, or a name) and `port` (0: a free one). Fails
/// with host, port, the reason and what to do about it.
Result<boost::asio::ip::tcp::acceptor> Listen(boost::asio::io_context& io, const std::string& host,
                                              std::uint16_t port);

/// `host` without the brackets of an IPv6 address, if it has them.
std::string WithoutBrackets(const std::string& host);

/// `host` as a URL has it, an IPv6 address in brackets, and `port`.
std::string HostAndPort(const std::string& host, std::uint16_t port);

}  // namespace timock

#endif  // TIMOCK_HTTP_LISTENER_H_
