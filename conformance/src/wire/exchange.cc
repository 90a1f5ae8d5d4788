#include "wire/exchange.h"

#include <algorithm>

#include "wire/encoding.h"

namespace timock::conformance {

std::string HeaderOf(const std::vector<Header>& headers, const std::string& name) {
  const auto same = [&](const Header& header) {
    return std::equal(header.first.begin(), header.first.end(), name.begin(), name.end(),
                      [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  };
  const auto found = std::find_if(headers.begin(), headers.end(), same);
  return found == headers.end() ? "" : found->second;
}

namespace {

std::string RawLine(const std::string& raw, const std::string& base_url) {
  std::string address = base_url.substr(base_url.find("://") + 3);
  const std::string send = ShellPrintf(raw) + " | ";
  if (base_url.starts_with("https")) return send + "openssl s_client -quiet -connect " + address;
  std::replace(address.begin(), address.end(), ':', ' ');
  return send + "nc -q 2 " + address;
}

std::string CurlOf(const Outgoing& request, const std::string& base_url, const Secrets& secrets) {
  const auto quoted = [&](const std::string& text) { return ShellQuote(secrets.Redacted(text)); };
  std::string line = "curl -sS -i -g ";
  line += request.method == "HEAD" ? "--head" : "-X " + ShellQuote(request.method);
  for (const auto& [name, value] : request.headers) {
    std::string field = name;
    field.append(value.empty() ? ";" : ": ").append(value);  // curl leaves out "Name: "
    line.append(" -H ").append(quoted(field));
  }
  if (!request.body.empty() || request.method == "POST") {
    // curl has a type of its own otherwise.
    if (HeaderOf(request.headers, "Content-Type").empty()) line += " -H 'Content-Type:'";
    const std::string body = secrets.Redacted(request.body);
    const bool as_word = IsPlainText(body) && !body.starts_with('@');
    line += " --data-binary " + (as_word ? ShellQuote(body) : "@-");
    if (!as_word) line.insert(0, ShellPrintf(body) + " | ");
  }
  if (!request.target.starts_with("/")) {
    return line + " --request-target " + quoted(request.target) + " " + ShellQuote(base_url);
  }
  return line + " --path-as-is " + quoted(base_url + request.target);
}

}  // namespace

std::string CurlLine(const Outgoing& request, const std::string& base_url, const Secrets& secrets) {
  const std::string line = request.raw ? RawLine(secrets.Redacted(*request.raw), base_url)
                                       : CurlOf(request, base_url, secrets);
  return request.note.empty() ? line : line + "  # " + request.note;
}

}  // namespace timock::conformance
