#include <algorithm>
#include <string>
#include <utility>

#include "base/secrets.h"
#include "control/exchange.h"
#include "text/base64.h"
#include "text/url.h"
#include "text/words.h"

namespace timock::control {
namespace {

std::string_view Header(const HttpRequestView& request, std::string_view name) {
  for (const HttpHeaderView& header : request.headers) {
    if (EqualsIgnoreCase(header.name, name)) return header.value;
  }
  return {};
}

// "127.x.x.x", not what only begins like it.
bool IsLoopback4(std::string_view host) {
  int parts = 0;
  bool first_is_127 = false;
  while (!host.empty()) {
    const std::size_t end = std::min(host.find('.'), host.size());
    const auto part = ReadUint32(host.substr(0, end));
    if (!part || *part > 255 || end > 3) return false;
    if (parts++ == 0) first_is_127 = *part == 127;
    if (end + 1 == host.size()) return false;
    host.remove_prefix(std::min(end + 1, host.size()));
  }
  return parts == 4 && first_is_127;
}

bool IsOwnHost(std::string_view authority, const std::string& bound) {
  const std::optional<HostPort> parts = ReadHostPort(authority);
  const std::string_view host = parts ? parts->host : std::string_view();
  return EqualsIgnoreCase(host, "localhost") || host == "[::1]" || IsLoopback4(host) ||
         (!host.empty() &&
          (EqualsIgnoreCase(host, bound) || EqualsIgnoreCase(host, "[" + bound + "]")));
}

bool CarriesToken(const HttpRequestView& request, std::string_view token) {
  std::string_view value = Header(request, "Authorization");
  const std::size_t space = std::min(value.find(' '), value.size());
  const std::string_view scheme = value.substr(0, space);
  value.remove_prefix(space);
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  if (EqualsIgnoreCase(scheme, "Bearer")) return SameSecret(value, token);
  if (!EqualsIgnoreCase(scheme, "Basic")) return false;
  const std::string pair = DecodeBase64(value).value_or("");
  const std::size_t colon = pair.find(':');
  return colon != std::string::npos && SameSecret(std::string_view(pair).substr(colon + 1), token);
}

std::optional<Refusal> Forbidden(std::string message) {
  return Refusal{.status = 403, .message = std::move(message)};
}

std::optional<Refusal> CheckOrigins(const HttpRequestView& request, std::string_view own) {
  for (const HttpHeaderView& header : request.headers) {
    if (!EqualsIgnoreCase(header.name, "Origin")) continue;
    std::string_view origin = header.value;
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (!origin.starts_with(scheme)) continue;
      origin.remove_prefix(scheme.size());
      break;
    }
    if (origin.size() == header.value.size() || !EqualsIgnoreCase(origin, own)) {
      return Forbidden("Origin " + std::string(header.value.substr(0, 100)) +
                       ": a page of another origin may not use the control API");
    }
  }
  return {};
}

}  // namespace

std::optional<Refusal> CheckAccess(const ServerView& server, const HttpRequestView& request,
                                   std::string_view authority, bool leads_to_page) {
  const std::string_view own = authority.empty() ? Header(request, "Host") : authority;
  if (!server.token.empty()) {
    if (!CarriesToken(request, server.token)) {
      return Refusal{.status = 401,
                     .message =
                         "expected Authorization: Bearer with the control token, or Basic "
                         "with it as the password"};
    }
  } else if (!IsOwnHost(own, server.host)) {
    return Forbidden("Host " + std::string(own.substr(0, 100)) +
                     ": expected localhost, 127.0.0.1, [::1] or the address that the server is "
                     "bound to");
  }
  if (std::optional<Refusal> refused = CheckOrigins(request, own)) return refused;
  const bool follows_link =
      leads_to_page && EqualsIgnoreCase(Header(request, "Sec-Fetch-Mode"), "navigate");
  if (!follows_link && EqualsIgnoreCase(Header(request, "Sec-Fetch-Site"), "cross-site")) {
    return Forbidden("a page of another site may not use the control API");
  }
  return {};
}

}  // namespace timock::control
