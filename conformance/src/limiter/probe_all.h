#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_ALL_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_ALL_H_

#include <functional>
#include <optional>
#include <string>

#include "limiter/instances.h"
#include "limiter/probe_scope.h"

namespace timock::conformance {

/// What is called, and what a refusal looks like.
struct ProbeOrder {
  RefusalSign refused = {};
  ProbePlan plan = {};
  /// In place of calls of im_set_attr_name; any 2xx passes, and which calls share the limit is not
  /// looked at.
  std::optional<Outgoing> call = {};
};

struct WholeFinding {
  InstancesFinding instances;
  ProbeFinding limiter;  ///< Of one of them.
  ScopeFinding scope;
};

/// In real time first whether calls wait for their turn, and whether there are several instances;
/// then Probe and ProbeScope. Where the target's clock is set, all calls go over one connection, so
/// the first two are left out.
WholeFinding ProbeAll(Target& target, const ProbeOrder& order,
                      const std::function<void(const std::string&)>& progress);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_ALL_H_
