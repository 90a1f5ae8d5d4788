#include "http/proxy_route.h"

#include <algorithm>
#include <array>
#include <optional>

#include "apps/hosts.h"
#include "text/url.h"
#include "text/words.h"

namespace timock {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool IsAmong(std::span<const std::string> hosts, std::string_view host) {
  return std::any_of(hosts.begin(), hosts.end(),
                     [host](const std::string& name) { return SameHost(host, name); });
}

bool IsLoopback(std::string_view host) {
  constexpr std::array<std::string_view, 3> kNames = {"localhost", "127.0.0.1", "[::1]"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [host](std::string_view name) { return SameHost(host, name); });
}

}  // namespace

ProxyRoute RouteOf(std::string_view method, std::string_view target, OwnPorts own,
                   std::span<const std::string> hosts) {
  if (method == "CONNECT") {
    const std::optional<HostPort> to = ReadHostPort(target);
    if (!to || !IsAmong(hosts, to->host)) return ProxyRoute::kRefuse;
    if (to->port == kHttpPort) return ProxyRoute::kTunnelPlain;
    return to->port == kHttpsPort ? ProxyRoute::kTunnel : ProxyRoute::kRefuse;
  }
  if (target.starts_with('/') || target == "*") return ProxyRoute::kNoProxyForm;
  const bool https = StartsWithIgnoreCase(target, "https://");
  if (!https && !StartsWithIgnoreCase(target, "http://")) return ProxyRoute::kRefuse;
  const std::uint16_t scheme_port = https ? kHttpsPort : kHttpPort;
  const std::optional<HostPort> to = ReadHostPort(SplitTarget(target).authority);
  if (!to) return ProxyRoute::kRefuse;
  const std::uint16_t port = to->port.value_or(scheme_port);
  const bool default_port = port == scheme_port;
  const std::uint16_t own_port = https ? own.tls : own.http;
  const bool ours = (default_port && IsAmong(hosts, to->host)) ||
                    ((default_port || (own_port != 0 && port == own_port)) && IsLoopback(to->host));
  if (!ours) return ProxyRoute::kRefuse;
  return https ? ProxyRoute::kServeAsTls : ProxyRoute::kServe;
}

}  // namespace timock
