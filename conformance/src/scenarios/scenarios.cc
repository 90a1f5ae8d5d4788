#include "scenarios/scenarios.h"

#include <iterator>

#include "wire/config_error.h"

namespace timock::conformance {

const std::vector<NamedScenario>& Scenarios() {
  static const std::vector<NamedScenario> all = [] {
    std::vector<NamedScenario> joined;
    for (const auto part : {StateScenarios, AppScenarios, ConnectionScenarios, ThrottleScenarios,
                            ThrottleScopeScenarios, ThrottleClockScenarios}) {
      std::vector<NamedScenario> some = part();
      joined.insert(joined.end(), std::make_move_iterator(some.begin()),
                    std::make_move_iterator(some.end()));
    }
    return joined;
  }();
  return all;
}

void RunScenario(const std::string& name, Stage& stage) {
  for (const auto& [known, scenario] : Scenarios()) {
    if (known == name) return scenario(stage);
  }
  throw ConfigError("there is no scenario " + name);
}

}  // namespace timock::conformance
