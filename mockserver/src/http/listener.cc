#include "http/listener.h"

#include <fcntl.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <string_view>
#include <utility>

#include "core/hosts.h"
#include "http/limits.h"

namespace timock {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

tcp::endpoint Resolve(asio::io_context& io, const std::string& host, std::uint16_t port,
                      error_code& error) {
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (!error) return {address, port};
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error) return {};
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return entry.endpoint();
  }
  return found.begin()->endpoint();
}

std::string Remedy(const error_code& error, std::uint16_t port) {
  if (error == asio::error::address_in_use) {
    return "something else listens there; `ss -ltnp 'sport = :" + std::to_string(port) +
           "'` shows which process; choose another port, or 0 for a free one";
  }
  if (error == asio::error::access_denied) {
    return "ports below 1024 need root; choose another port, or 0 for a free one";
  }
  if (error == boost::system::errc::address_not_available) {
    return "no interface of this machine has that address; `ip addr` lists them";
  }
  if (error == asio::error::no_descriptors) {
    return "the process has too many open files; raise `ulimit -n`";
  }
  return "check the host and the port";
}

bool Open(tcp::acceptor* acceptor, const tcp::endpoint& endpoint, error_code& error) {
  acceptor->open(endpoint.protocol(), error);
  if (error) return false;
  ::fcntl(acceptor->native_handle(), F_SETFD, FD_CLOEXEC);
  acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return false;
  acceptor->bind(endpoint, error);
  if (error) return false;
  acceptor->listen(kBacklog, error);
  if (error) return false;
  acceptor->native_non_blocking(true, error);
  return !error;
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

Result<std::vector<tcp::acceptor>> Listen(asio::io_context& io, const std::string& host,
                                          std::uint16_t port) {
  if (host.empty() || host.find('\0') != std::string::npos) {
    return Error{"host \"" + host.substr(0, host.find('\0')) +
                 "\" is no address: use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  error_code error;
  const bool localhost = SameHost(host, "localhost");
  const tcp::endpoint endpoint = localhost ? tcp::endpoint(asio::ip::address_v4::loopback(), port)
                                           : Resolve(io, WithoutBrackets(host), port, error);
  if (error) {
    return Error{"cannot listen on " + HostAndPort(host, port) + ": \"" + host +
                 "\" is no address and no known name (" + error.message() +
                 "); use 127.0.0.1, or 0.0.0.0 for all interfaces"};
  }
  std::vector<tcp::acceptor> acceptors;
  // A port that is free of 127.0.0.1 may be taken of ::1: then another free one is tried.
  constexpr int kMaxTries = 20;
  for (int tried = 0; tried < kMaxTries; ++tried) {
    acceptors.clear();
    if (!Open(&acceptors.emplace_back(io), endpoint, error)) break;
    if (!localhost) return acceptors;
    const std::uint16_t bound = acceptors.front().local_endpoint().port();
    if (Open(&acceptors.emplace_back(io), {asio::ip::address_v6::loopback(), bound}, error)) {
      return acceptors;
    }
    acceptors.pop_back();
    if (error != asio::error::address_in_use) return acceptors;  // there is no ::1
    if (port != 0) break;
  }
  return Error{"cannot listen on " + HostAndPort(host, port) + ": " + error.message() + "; " +
               Remedy(error, port)};
}

}  // namespace timock
