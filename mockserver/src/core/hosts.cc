#include "core/hosts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/any_case.h"
#include "core/embedded_fixture.h"

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
    const auto json = nlohmann::json::parse(EmbeddedFixture("hosts.json"));
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

}  // namespace

std::string_view RegionOfHost(std::string_view host) {
  host = host.substr(0, host.find(':'));
  for (const HostRow& row : Table().hosts) {
    if (row.documented && SameInAnyCase(row.host, host)) {
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

}  // namespace timock
