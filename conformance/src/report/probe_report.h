#ifndef TIMOCK_CONFORMANCE_REPORT_PROBE_REPORT_H_
#define TIMOCK_CONFORMANCE_REPORT_PROBE_REPORT_H_

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "limiter/probe_scope.h"

namespace timock::conformance {

/// A whole probe.
struct ProbeReport {
  std::string target;
  ProbePlan plan;
  ProbeFinding finding = {};
  ScopeFinding scope = {};

  /// Whether a throttled call takes a place can be seen; windows that open for a while count what
  /// passed alone, whatever they do with the rest.
  bool TellsCountRefused() const;
};

/// Plans, measures and tells the scope. `progress` as Probe has it.
ProbeReport ProbeTarget(Target& target, const RefusalSign& refused, const ProbePlan& plan,
                        const std::function<void(const std::string&)>& progress);

/// The finding in words, and what passed over time as bars.
void PrintProbe(const ProbeReport& report, std::ostream& out);
nlohmann::ordered_json ProbeJson(const ProbeReport& report);
/// A page with a chart for each experiment: what passed and what was throttled over time.
std::string ProbePage(const ProbeReport& report);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REPORT_PROBE_REPORT_H_
