#include "exchange.h"

#include <algorithm>

#include "encoding.h"

namespace timock::conformance {

std::string HeaderOf(const std::vector<Header>& headers, const std::string& name) {
  const auto same = [&](const Header& header) {
    return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                      [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  };
  const auto found = std::find_if(headers.begin(), headers.end(), same);
  return found == headers.end() ? "" : found->second;
}

std::string CurlLine(const Outgoing& request, const std::string& base_url, const Secrets& secrets) {
  const auto quoted = [&](const std::string& text) { return ShellQuote(secrets.Redacted(text)); };
  const std::size_t host = base_url.find("://") + 3;
  if (request.raw) {
    std::string address = base_url.substr(host);
    const bool tls = base_url.starts_with("https");
    const std::string send = "printf %s " + quoted(*request.raw) + " | ";
    if (tls) return send + "openssl s_client -quiet -connect " + address;
    std::replace(address.begin(), address.end(), ':', ' ');
    return send + "nc -q 2 " + address;
  }
  std::string line = "curl -sS -i -X " + ShellQuote(request.method);
  for (const auto& [name, value] : request.headers) {
    std::string field = name;
    field.append(": ").append(value);
    line.append(" -H ").append(quoted(field));
  }
  if (!request.body.empty() || request.method == "POST") {
    line += " --data-binary " + quoted(request.body);
  }
  if (!request.target.starts_with("/")) {
    return line + " --request-target " + quoted(request.target) + " " + ShellQuote(base_url);
  }
  return line + " --path-as-is " + quoted(base_url + request.target);
}

}  // namespace timock::conformance
