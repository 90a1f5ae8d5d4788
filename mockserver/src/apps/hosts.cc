#include "apps/hosts.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "base/embedded_fixture.h"
#include "json/strict_json.h"
#include "text/words.h"

namespace timock {
namespace {

struct HostRow {
  std::string host;
  std::string region;
  bool documented = false;  // mark D, not only observed
};

struct HostTable {
  std::vector<HostRow> hosts;
  std::vector<std::string> regions;
};

const HostTable& Table() {
  static const HostTable table = [] {
    HostTable out;
    const auto json = ParseOwnJson(EmbeddedFixture("hosts.json"));
    for (const nlohmann::json& region : json.at("regions")) {
      out.regions.push_back(region.at("region"));
      for (const nlohmann::json& row : region.at("hosts")) {
        out.hosts.push_back({row.at("host"), out.regions.back(), row.at("mark") == "D"});
      }
    }
    return out;
  }();
  return table;
}

std::string_view WithoutFinalDot(std::string_view host) {
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

bool IsLabel(std::string_view label) {
  constexpr std::size_t kMaxLabelBytes = 63;
  return !label.empty() && label.size() <= kMaxLabelBytes && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_';
         });
}

}  // namespace

bool SameHost(std::string_view a, std::string_view b) {
  return EqualsIgnoreCase(WithoutFinalDot(a), WithoutFinalDot(b));
}

std::string_view RegionOfHost(std::string_view host) {
  host = host.substr(0, host.find(':'));
  for (const HostRow& row : Table().hosts) {
    if (row.documented && SameHost(row.host, host)) {
      return row.region;
    }
  }
  return {};
}

const std::vector<std::string>& RegionNames() { return Table().regions; }

std::string_view HostOfRegion(std::string_view region) {
  for (const HostRow& row : Table().hosts) {
    if (row.documented && row.region == region) {
      return row.host;
    }
  }
  return {};
}

std::vector<std::string> DocumentedHosts() {
  std::vector<std::string> hosts;
  for (const HostRow& row : Table().hosts) {
    hosts.push_back(row.host);
  }
  return hosts;
}

std::vector<std::string> ServedHosts(const std::vector<std::string>& extra) {
  std::vector<std::string> hosts = DocumentedHosts();
  hosts.insert(hosts.end(), extra.begin(), extra.end());
  return hosts;
}

std::optional<std::string> ReadHostName(std::string_view text) {
  constexpr std::size_t kMaxHostBytes = 253;
  text = WithoutFinalDot(text);
  if (text.size() > kMaxHostBytes) return std::nullopt;
  std::string name(text);
  std::transform(name.begin(), name.end(), name.begin(), Lower);
  std::string_view last;
  for (std::string_view rest = text;;) {
    last = rest.substr(0, rest.find('.'));
    if (!IsLabel(last)) return std::nullopt;
    if (last.size() == rest.size()) break;
    rest.remove_prefix(last.size() + 1);
  }
  // The last label of an IPv4 address is a number, that of a name never is (RFC 3696 2).
  const bool number = last.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? std::nullopt : std::optional(std::move(name));
}

bool IsVendorHost(std::string_view host) {
  host = WithoutFinalDot(host);
  return std::any_of(Table().hosts.begin(), Table().hosts.end(), [host](const HostRow& row) {
    const std::string_view domain = std::string_view(row.host).substr(row.host.find('.') + 1);
    if (host.size() <= domain.size()) return EqualsIgnoreCase(host, domain);
    return host[host.size() - domain.size() - 1] == '.' &&
           EqualsIgnoreCase(host.substr(host.size() - domain.size()), domain);
  });
}

}  // namespace timock
