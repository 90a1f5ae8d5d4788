#ifndef TIMOCK_HTTP_PROXY_ROUTE_H_
#define TIMOCK_HTTP_PROXY_ROUTE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace timock {

/// What to do with a request on the proxy's port. Nothing is ever forwarded.
enum class ProxyRoute : std::uint8_t {
  kServe,        ///< `http://` of one of our hosts: a call.
  kServeAsTls,   ///< `https://` of one: a real proxy would speak TLS to it (R12).
  kTunnel,       ///< `CONNECT host:443` of such a host: TLS with ourselves.
  kTunnelPlain,  ///< `CONNECT host:80` of such a host: HTTP with ourselves.
  kRefuse,       ///< Any other host or port.
  kNoProxyForm,  ///< Neither CONNECT nor an absolute target.
};

/// The server's own ports; 0 for none.
struct OwnPorts {
  std::uint16_t http = 0;
  std::uint16_t tls = 0;
};

/// Routes a well-formed request. Our hosts are `hosts` (see ServedHosts) at the scheme's default
/// port and, in absolute form only, localhost, 127.0.0.1 and ::1 at that port or at `own`.
ProxyRoute RouteOf(std::string_view method, std::string_view target, OwnPorts own,
                   std::span<const std::string> hosts);

}  // namespace timock

#endif  // TIMOCK_HTTP_PROXY_ROUTE_H_
