#ifndef TIMOCK_CORE_CALL_COUNTERS_H_
#define TIMOCK_CORE_CALL_COUNTERS_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "timock/service.h"

namespace timock {

/// The counters of one shard, written by its threads and read by anybody, without a lock.
class CallCounters {
 public:
  /// `command` is one of those that are served, or empty.
  void Count(std::string_view command, int error_code, std::chrono::nanoseconds duration);
  void CountThrottle(bool admitted);

  /// Adds what was counted here to `*sum`.
  void AddTo(CallMetrics* sum) const;
};

}  // namespace timock

#endif  // TIMOCK_CORE_CALL_COUNTERS_H_
