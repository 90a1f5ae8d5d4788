#ifndef TIMOCK_CLOCK_H_
#define TIMOCK_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace timock {

/// UNIX time to the nanosecond.
using UnixTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Monotonic time: nanoseconds since a fixed moment that differs from clock to clock.
using Tick = std::chrono::nanoseconds;

/// The UNIX time `seconds` after 1970-01-01T00:00:00Z.
constexpr UnixTime UnixSeconds(std::int64_t seconds) {
  return UnixTime{std::chrono::seconds{seconds}};
}

/// Where a Service reads the time, once a request. Safe to call from any thread. UNIX time outside
/// 0 to 9000000000 s counts as the nearer bound; ticks may be any.
class Clock {
 public:
  virtual ~Clock() = default;
  /// For UserSig expiry, feature activation and time stamps.
  virtual UnixTime Now() const = 0;
  /// For the throttle: not moved by an adjustment of the machine's UNIX time.
  virtual Tick Ticks() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  UnixTime Now() const override;
  Tick Ticks() const override;
};

/// Starts at a given UNIX time and is frozen until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(UnixTime start) : start_(start) {}
  UnixTime Now() const override { return start_ + Ticks(); }
  Tick Ticks() const override { return Tick{moved_.load(std::memory_order_acquire)}; }

  /// Moves UNIX time and ticks together; a negative step moves both back.
  void Advance(std::chrono::nanoseconds by) {
    moved_.fetch_add(by.count(), std::memory_order_acq_rel);
  }

 private:
  UnixTime start_;
  std::atomic<std::int64_t> moved_{0};
};

/// How a service's clock relates to the one that it was given (the machine's, usually).
struct ClockSetting {
  enum class Mode {
    kReal,    ///< That clock.
    kFrozen,  ///< Stands still at `at`.
    kOffset,  ///< Starts at `at` and runs at that clock's pace.
  };
  Mode mode = Mode::kReal;
  std::optional<UnixTime> at = {};  ///< Empty: the present moment. Not read in mode kReal.

  bool operator==(const ClockSetting&) const = default;
};

}  // namespace timock

#endif  // TIMOCK_CLOCK_H_
