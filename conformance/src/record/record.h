#ifndef TIMOCK_CONFORMANCE_RECORD_RECORD_H_
#define TIMOCK_CONFORMANCE_RECORD_RECORD_H_

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cases/case.h"
#include "limiter/probe.h"
#include "target/target.h"

namespace timock::conformance {

/// A switch that is not in a recorded profile.
struct Unobserved {
  std::string name;    ///< As in a profile: "not_admin", "throttle.burst".
  std::string reason;  ///< A sentence without its full stop.
};

/// The switches of a profile that calls can tell, whatever target it takes, by their names; those
/// of `throttle` and `usersig_lockout` one by one.
std::vector<std::string> RecordableSwitches();
/// All others, with the reason.
const std::vector<Unobserved>& UnobservableSwitches();

struct RecordOptions {
  std::string name = "recorded";
  std::set<std::string> only = {};  ///< Switches, whole ones; empty: all.
  ProbePlan plan = {};
  std::function<void(const std::string&)> progress = [](const std::string&) {};
};

struct Recording {  // NOLINT(bugprone-exception-escape): json checks itself when moved
  /// A profile file: base seed-2022-04, and the members that were observed.
  nlohmann::ordered_json profile;
  std::vector<Unobserved> unobserved;
  /// Where a target does what no profile can say: sentences.
  std::vector<std::string> notes;
};

/// Runs the cases that a switch decides, and the probe, and tells what `target` does as a profile.
/// Throws as RunCase and ProbeTarget do.
Recording RecordProfile(const std::vector<Case>& cases, Target& target,
                        const RecordOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RECORD_RECORD_H_
