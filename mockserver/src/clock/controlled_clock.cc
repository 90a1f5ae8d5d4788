#include "clock/controlled_clock.h"

#include <algorithm>
#include <utility>

#include "base/ticks.h"

namespace timock {
namespace {

Result<Done> CheckRange(UnixTime at) {
  if (at >= UnixTime{} && at <= kMaxUnixTime) return Done{};
  return Error{"expected a time from 0 to 9000000000 in UNIX seconds"};
}

UnixTime Bounded(std::int64_t now) {
  return std::clamp(UnixTime{std::chrono::nanoseconds{now}}, UnixTime{}, kMaxUnixTime);
}

}  // namespace

UnixTime SystemClock::Now() const { return std::chrono::system_clock::now(); }

Tick SystemClock::Ticks() const { return std::chrono::steady_clock::now().time_since_epoch(); }

UnixTime ControlledClock::BaseNow() const {
  return Bounded(base_->Now().time_since_epoch().count());
}

Moment ControlledClock::Read() const {
  const Tick real = base_->Ticks();
  const UnixTime machine = BaseNow();
  if (frozen_) return {Bounded(now_), Tick{tick_}, real, machine};
  return {Bounded(AddBounded(machine.time_since_epoch().count(), now_)),
          Tick{AddBounded(real.count(), tick_)}, real, machine};
}

Result<Done> CheckClock(const ClockSetting& setting) {
  if (setting.mode == ClockSetting::Mode::kReal || !setting.at) return Done{};
  return CheckRange(*setting.at);
}

ClockSetting ControlledClock::Setting() const {
  if (frozen_) return {ClockSetting::Mode::kFrozen, Read().now};
  if (now_ == 0) return {};
  return {ClockSetting::Mode::kOffset, Read().now};
}

Result<Done> ControlledClock::Set(const ClockSetting& setting) {
  if (Result<Done> fits = CheckClock(setting); !fits) return fits;
  if (setting.mode == ClockSetting::Mode::kReal) {
    frozen_ = false;
    now_ = tick_ = 0;
    return Done{};
  }
  const Moment present = Read();
  const UnixTime at = setting.at.value_or(present.now);
  const std::int64_t now = at.time_since_epoch().count();
  const std::int64_t tick = AddBounded(present.tick.count(), (at - present.now).count());
  frozen_ = setting.mode == ClockSetting::Mode::kFrozen;
  now_ = frozen_ ? now : now - BaseNow().time_since_epoch().count();
  tick_ = frozen_ ? tick : SubtractBounded(tick, base_->Ticks().count());
  return Done{};
}

Result<Done> ControlledClock::Advance(std::chrono::nanoseconds by) {
  const UnixTime now = Read().now;
  const bool fits = by.count() >= 0 ? by <= kMaxUnixTime - now : by >= UnixTime{} - now;
  if (!fits) return CheckRange(UnixTime::max());
  now_ += by.count();
  tick_ = AddBounded(tick_, by.count());
  return Done{};
}

}  // namespace timock
