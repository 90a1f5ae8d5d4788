#ifndef TIMOCK_SERVICE_CONTROLLED_CLOCK_H_
#define TIMOCK_SERVICE_CONTROLLED_CLOCK_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/mutex.h"
#include "text/time.h"
#include "timock/clock.h"
#include "timock/result.h"

namespace timock {

/// A clock laid over another one: shifted, or stopped. Reading takes no lock. Whatever the clock
/// below says, UNIX time lies in 0 to kMaxUnixTime, and no sum overflows.
class ControlledClock {
 public:
  /// UNIX time and ticks of one moment.
  struct Moment {
    UnixTime now;
    Tick tick;
    Tick real;         ///< Of the clock below.
    UnixTime machine;  ///< Of the clock below.
  };

  explicit ControlledClock(std::shared_ptr<const Clock> base) : base_(std::move(base)) {}

  Moment Read() const;
  /// Of the clock below: to measure real time by.
  Tick RealTicks() const { return base_->Ticks(); }

  ClockSetting Setting() const;
  /// Both change nothing and fail when the new time lies outside 0 to kMaxUnixTime. The message
  /// says what was expected.
  Result<Done> Set(const ClockSetting& setting) TIMOCK_EXCLUDES(mutex_);
  Result<Done> Advance(std::chrono::nanoseconds by) TIMOCK_EXCLUDES(mutex_);

 private:
  /// While frozen the moment itself, otherwise what is added to the clock below.
  struct Position {
    bool frozen = false;
    std::int64_t now = 0;
    std::int64_t tick = 0;
  };

  UnixTime BaseNow() const;
  Moment At(const Position& position) const;
  Position Load() const;
  void Store(const Position& position) TIMOCK_REQUIRES(mutex_);

  const std::shared_ptr<const Clock> base_;
  Mutex mutex_;  // of writers
  /// Odd while the three below change.
  std::atomic<std::uint64_t> version_{0};
  std::atomic<bool> frozen_{false};
  std::atomic<std::int64_t> now_{0};
  std::atomic<std::int64_t> tick_{0};
};

}  // namespace timock

#endif  // TIMOCK_SERVICE_CONTROLLED_CLOCK_H_
