#ifndef TIMOCK_CONFORMANCE_RECORD_RECORD_THROTTLE_H_
#define TIMOCK_CONFORMANCE_RECORD_RECORD_THROTTLE_H_

#include <vector>

#include "record/record.h"

namespace timock::conformance {

struct ThrottleRecording {  // NOLINT(bugprone-exception-escape): json checks itself when moved
  nlohmann::ordered_json members;  ///< Of the switch throttle, without its position.
  std::vector<Unobserved> unobserved;
};

/// What a throttled call is answered with, and what the probe finds. Throws as ProbeTarget does.
ThrottleRecording RecordThrottle(Target& target, const ProbePlan& plan,
                                 const std::function<void(const std::string&)>& progress);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_RECORD_RECORD_THROTTLE_H_
