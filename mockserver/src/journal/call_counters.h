#ifndef TIMOCK_JOURNAL_CALL_COUNTERS_H_
#define TIMOCK_JOURNAL_CALL_COUNTERS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "timock/service.h"

namespace timock {

/// Counts all calls since the start. Safe to use from any thread.
class CallCounters {
 public:
  /// Pairs of command and code with a counter of their own; the further ones share one.
  static constexpr std::size_t kMaxOutcomes = 128;

  /// `command` is one of those that are served, or empty. A negative duration counts as 0.
  /// `admitted` is what the throttle said, if it was asked.
  void Count(std::string_view command, std::optional<int> error_code,
             std::chrono::nanoseconds duration, std::optional<bool> admitted = {})
      TIMOCK_EXCLUDES(mutex_);

  /// What was counted; outcomes are ordered by command, then code. Its exceptions are 0.
  CallMetrics Metrics() const TIMOCK_EXCLUDES(mutex_);

 private:
  /// Upper bounds of the histogram in nanoseconds.
  static constexpr std::array<std::int64_t, 19> kBounds = {
      1'000,      2'000,       5'000,       10'000,      20'000,       50'000,     100'000,
      200'000,    500'000,     1'000'000,   2'000'000,   5'000'000,    10'000'000, 20'000'000,
      50'000'000, 100'000'000, 200'000'000, 500'000'000, 1'000'000'000};

  mutable Mutex mutex_;
  /// By command, then code.
  std::map<std::string, std::map<std::optional<int>, std::uint64_t>, std::less<>> outcomes_
      TIMOCK_GUARDED_BY(mutex_);
  std::size_t outcome_count_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::uint64_t other_outcomes_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::array<std::uint64_t, kBounds.size() + 1> durations_ TIMOCK_GUARDED_BY(mutex_) = {};
  std::uint64_t duration_sum_ns_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::uint64_t throttle_admitted_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::uint64_t throttle_refused_ TIMOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_CALL_COUNTERS_H_
