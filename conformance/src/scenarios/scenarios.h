#ifndef TIMOCK_CONFORMANCE_SCENARIOS_SCENARIOS_H_
#define TIMOCK_CONFORMANCE_SCENARIOS_SCENARIOS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/stage.h"

namespace timock::conformance {

/// What a runner does for a case that is more than one exchange; fixtures/cases/scenarios.json says
/// it in words.
using Scenario = std::function<void(Stage&)>;
using NamedScenario = std::pair<std::string, Scenario>;

// Each file's own, by the prefix of their names.
std::vector<NamedScenario> StateScenarios();       // state, order, account, usersig, fault
std::vector<NamedScenario> AppScenarios();         // app, region
std::vector<NamedScenario> ConnectionScenarios();  // connection, tls
std::vector<NamedScenario> ThrottleScenarios();
std::vector<NamedScenario> ThrottleScopeScenarios();
std::vector<NamedScenario> ThrottleClockScenarios();

/// All of them.
const std::vector<NamedScenario>& Scenarios();

/// Runs the one of this name. Throws ConfigError when there is none.
void RunScenario(const std::string& name, Stage& stage);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_SCENARIOS_SCENARIOS_H_
