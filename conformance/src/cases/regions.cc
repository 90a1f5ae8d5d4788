#include "cases/regions.h"

#include <nlohmann/json.hpp>

#include "cases/embedded_fixture.h"

namespace timock::conformance {

std::vector<Region> Regions() {
  const auto file = nlohmann::json::parse(EmbeddedFixture("hosts.json"));
  std::vector<Region> regions;
  for (const auto& region : file.at("regions")) {
    regions.push_back({region.at("region").get<std::string>(), {}});
    for (const auto& host : region.at("hosts")) {
      regions.back().hosts.push_back(host.at("host").get<std::string>());
    }
  }
  return regions;
}

}  // namespace timock::conformance
