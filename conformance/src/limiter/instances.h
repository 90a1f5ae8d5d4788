#ifndef TIMOCK_CONFORMANCE_LIMITER_INSTANCES_H_
#define TIMOCK_CONFORMANCE_LIMITER_INSTANCES_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "limiter/probe.h"

namespace timock::conformance {

/// A limiter as calls over single connections see it.
struct LanedSubject {
  std::function<std::chrono::nanoseconds()> now;
  std::function<void(std::chrono::nanoseconds until)> wait;
  /// A call over this connection, at once.
  std::function<Shot(std::size_t lane)> call;
  std::size_t lanes = 1;
};

/// Whether several instances answer that do not share their limit.
struct InstancesFinding {
  enum class By {
    kNothing,     ///< One limiter, or several that are called in turn, which looks like one.
    kConnection,  ///< Each connection leads to one of them.
    kCall,        ///< Each call may go to another one.
  };
  By by = By::kNothing;
  std::size_t count = 1;  ///< At least so many.
  /// Each connection has a limit of its own: so many instances, or a limit by connection.
  bool each_lane = false;
  std::vector<Shot> shots;

  /// One line for people; empty for one limiter.
  std::string Text() const;
};

/// Uses the limit up over the first connection and looks, while it stays used up, whether others
/// still pass. Begins with a rest of more than three windows and needs another one behind it. Calls
/// that go to instances in turn cannot be told from one limiter of so many times the limit.
InstancesFinding FindInstances(const LanedSubject& subject, const ProbePlan& plan);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_INSTANCES_H_
