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
  /// Pairs of command and code with a counter of their own; the further ones share one.
  static constexpr std::size_t kMostOutcomes = 128;
  /// Commands up to this length can have counters of their own.
  static constexpr std::size_t kMostCommand = 48;
  /// Upper bounds of the histogram in nanoseconds.
  static constexpr std::array<std::int64_t, 19> kBounds = {
      1'000,      2'000,       5'000,       10'000,      20'000,       50'000,     100'000,
      200'000,    500'000,     1'000'000,   2'000'000,   5'000'000,    10'000'000, 20'000'000,
      50'000'000, 100'000'000, 200'000'000, 500'000'000, 1'000'000'000};

  /// `command` is one of those that are served, or empty. A negative duration counts as 0.
  void Count(std::string_view command, int error_code, std::chrono::nanoseconds duration);
  void CountThrottle(bool admitted);

  /// Adds what was counted here to `*sum`, whose outcomes stay ordered by command, then code.
  void AddTo(CallMetrics* sum) const;

 private:
  enum class State : std::uint8_t { kFree, kBeingTaken, kTaken };

  struct Outcome {
    std::atomic<State> state{State::kFree};
    std::atomic<std::uint64_t> calls{0};
    // Written once, before kTaken.
    int error_code = 0;
    std::uint8_t command_size = 0;
    std::array<char, kMostCommand> command{};

    std::string_view command_text() const { return {command.data(), command_size}; }
  };

  std::atomic<std::uint64_t>& CounterOf(std::string_view command, int error_code);

  std::array<Outcome, kMostOutcomes> outcomes_;
  std::atomic<std::uint64_t> other_outcomes_{0};
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> durations_{};
  std::atomic<std::uint64_t> duration_sum_ns_{0};
  std::atomic<std::uint64_t> throttle_admitted_{0};
  std::atomic<std::uint64_t> throttle_refused_{0};
};

}  // namespace timock

#endif  // TIMOCK_CORE_CALL_COUNTERS_H_
