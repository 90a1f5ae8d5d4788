#ifndef TIMOCK_CONFORMANCE_SCENARIOS_H_
#define TIMOCK_CONFORMANCE_SCENARIOS_H_

#include <string>
#include <vector>

#include "run_case.h"
#include "target.h"

namespace timock::conformance {

/// Runs what is more than one exchange, by the name that a case gives it; every point in which the
/// target is not as expected, as sentences. Throws CaseError for a name that is unknown.
std::vector<std::string> RunScenario(const std::string& name, Target& target, const Held& profile);

/// All names, for the check of case files.
std::vector<std::string> ScenarioNames();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_SCENARIOS_H_
