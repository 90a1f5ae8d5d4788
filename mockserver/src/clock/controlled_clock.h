#ifndef TIMOCK_CLOCK_CONTROLLED_CLOCK_H_
#define TIMOCK_CLOCK_CONTROLLED_CLOCK_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <utility>

#include "text/time.h"
#include "timock/clock.h"
#include "timock/result.h"

namespace timock {

/// Whether ControlledClock::Set takes it.
Result<Done> CheckClock(const ClockSetting& setting);

/// A clock laid over another one: shifted, or frozen. A plain value: a copy goes its own way, and
/// threads that share one must not change it. Whatever the clock below says, UNIX time lies in 0 to
/// kMaxUnixTime, and no sum overflows.
class ControlledClock {
 public:
  explicit ControlledClock(std::shared_ptr<const Clock> base) : base_(std::move(base)) {}

  Moment Read() const;
  /// Of the clock below: to measure real time by.
  Tick RealTicks() const { return base_->Ticks(); }

  ClockSetting Setting() const;
  /// Both change nothing and fail when the new time lies outside 0 to kMaxUnixTime. The message
  /// says what was expected. UNIX time and ticks move together.
  Result<Done> Set(const ClockSetting& setting);
  Result<Done> Advance(std::chrono::nanoseconds by);

 private:
  UnixTime BaseNow() const;

  std::shared_ptr<const Clock> base_;
  // While frozen the moment itself, otherwise what is added to the clock below.
  bool frozen_ = false;
  std::int64_t now_ = 0;
  std::int64_t tick_ = 0;
};

}  // namespace timock

#endif  // TIMOCK_CLOCK_CONTROLLED_CLOCK_H_
