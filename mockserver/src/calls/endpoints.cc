#include "calls/endpoints.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/embedded_fixture.h"
#include "json/strict_json.h"

namespace timock {
namespace {

constexpr Endpoint kServed[kServedCommands] = {
    {"all_member_push/im_set_attr_name", ReadSetAttrNameBody, SetAttrNames},
    {"all_member_push/im_get_attr_name", ReadGetAttrNameBody, GetAttrNames},
};

}  // namespace

std::span<const Endpoint, kServedCommands> ServedEndpoints() { return kServed; }

std::span<const std::string> UnservedCommands() {
  static const std::vector<std::string> commands = [] {
    std::vector<std::string> out;
    const auto table = ParseOwnJson(EmbeddedFixture("commands.json"));
    for (const nlohmann::json& row : table.at("commands")) {
      if (!row.at("served")) out.push_back(row.at("command"));
    }
    return out;
  }();
  return commands;
}

}  // namespace timock
