#include "cases/commands.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cases/embedded_fixture.h"

namespace timock::conformance {
namespace {

std::vector<CommandRow> ReadCommands() {
  std::vector<CommandRow> commands;
  const auto file = nlohmann::json::parse(EmbeddedFixture("commands.json"));
  for (const nlohmann::json& row : file.at("commands")) {
    const nlohmann::json payload = row.value("payload", nlohmann::json());
    commands.push_back({row.at("command").get<std::string>(),
                        payload.is_string() ? payload.get<std::string>() : "",
                        !row.value("stores", nlohmann::json::array()).empty()});
  }
  return commands;
}

}  // namespace

const CommandRow* CommandAt(std::string_view path) {
  static const std::vector<CommandRow> commands = ReadCommands();
  const auto found = std::find_if(commands.begin(), commands.end(), [&](const CommandRow& row) {
    return path.ends_with(row.path.substr(row.path.find('/')));
  });
  return found == commands.end() ? nullptr : &*found;
}

}  // namespace timock::conformance
