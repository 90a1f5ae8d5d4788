#ifndef TIMOCK_TESTS_UNIT_APPLY_FAULT_H_
#define TIMOCK_TESTS_UNIT_APPLY_FAULT_H_

#include <optional>

#include "calls/endpoints.h"
#include "faults/fault_plan.h"

namespace timock {

/// The fault of `plan` that acts on a call with this request.
inline std::optional<FaultHit> ApplyFault(FaultPlan& plan, const HttpRequestView& request) {
  const Profile profile;
  const CallSettings settings{.owner = profile,
                              .profile = profile.data(),
                              .throttle_plan = {},
                              .endpoints = ServedEndpoints(),
                              .unserved_commands = {}};
  return plan.Apply(ParseCall(request, settings, {}));
}

}  // namespace timock

#endif  // TIMOCK_TESTS_UNIT_APPLY_FAULT_H_
