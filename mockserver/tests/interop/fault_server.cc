// A server with all presets of the faults at once, each met by calls of the identifier that bears
// its name. Prints `NAME URL` for each, waits for the end of its input, and prints `NAME HITS`.
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "faults/fault_fields.h"
#include "timock/timock.h"

namespace {

constexpr std::uint32_t kApp = 1'400'000'000;

timock::Fault FaultOf(const std::string& preset) {
  nlohmann::json json = {{"preset", preset}, {"id", preset}, {"match", {{"identifier", preset}}}};
  // 1.6 s for an answer are enough to tell a limit for each byte from one for all.
  if (preset == "slow-trickle") json["action"]["trickle_every_ms"] = 10;
  return timock::FaultFromJson(json).value();
}

}  // namespace

int main() {  // NOLINT(bugprone-exception-escape): then it ends, and the test fails
  std::vector<std::string> presets;
  const nlohmann::ordered_json known = timock::FaultPresets();
  for (const auto& preset : known.at("presets")) presets.push_back(preset.at("name"));
  timock::App app = timock::DemoApp();
  app.admins = presets;
  const std::unique_ptr<timock::Server> server =
      timock::Server::Start({.service = {.apps = {app}}}).value();
  for (const std::string& preset : presets) {
    server->service().AddFault(FaultOf(preset)).value();
    std::cout << preset << ' ' << server->url()
              << server->service().Target("im_set_attr_name", kApp, preset).value() << '\n';
  }
  std::cout << std::endl;
  std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  for (const timock::FaultStatus& status : server->service().Faults()) {
    std::cout << status.fault.id << ' ' << status.hits << '\n';
  }
}
