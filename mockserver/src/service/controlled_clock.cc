#include "service/controlled_clock.h"

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

ControlledClock::Moment ControlledClock::At(const Position& position) const {
  const Tick real = base_->Ticks();
  const UnixTime machine = BaseNow();
  if (position.frozen) return {Bounded(position.now), Tick{position.tick}, real, machine};
  return {Bounded(AddBounded(machine.time_since_epoch().count(), position.now)),
          Tick{AddBounded(real.count(), position.tick)}, real, machine};
}

ControlledClock::Position ControlledClock::Load() const {
  for (;;) {
    const std::uint64_t before = version_.load(std::memory_order_acquire);
    const Position position{frozen_.load(std::memory_order_acquire),
                            now_.load(std::memory_order_acquire),
                            tick_.load(std::memory_order_acquire)};
    if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) return position;
  }
}

void ControlledClock::Store(const Position& position) {
  version_.fetch_add(1, std::memory_order_acq_rel);
  frozen_.store(position.frozen, std::memory_order_release);
  now_.store(position.now, std::memory_order_release);
  tick_.store(position.tick, std::memory_order_release);
  version_.fetch_add(1, std::memory_order_release);
}

ControlledClock::Moment ControlledClock::Read() const { return At(Load()); }

ClockSetting ControlledClock::Setting() const {
  const Position position = Load();
  if (position.frozen) return {ClockSetting::Mode::kFrozen, At(position).now};
  if (position.now == 0) return {};
  return {ClockSetting::Mode::kOffset, At(position).now};
}

Result<Done> ControlledClock::Set(const ClockSetting& setting) {
  if (setting.mode == ClockSetting::Mode::kReal) {
    const MutexLock lock(mutex_);
    Store({});
    return Done{};
  }
  if (Result<Done> fits = CheckRange(setting.at); !fits) return fits;
  const MutexLock lock(mutex_);
  const Moment present = Read();
  const std::int64_t now = setting.at.time_since_epoch().count();
  const std::int64_t tick = AddBounded(present.tick.count(), (setting.at - present.now).count());
  if (setting.mode == ClockSetting::Mode::kFrozen) {
    Store({.frozen = true, .now = now, .tick = tick});
  } else {
    Store({.frozen = false,
           .now = now - BaseNow().time_since_epoch().count(),
           .tick = SubtractBounded(tick, base_->Ticks().count())});
  }
  return Done{};
}

Result<Done> ControlledClock::Advance(std::chrono::nanoseconds by) {
  const MutexLock lock(mutex_);
  const UnixTime now = Read().now;
  const bool fits = by.count() >= 0 ? by <= kMaxUnixTime - now : by >= UnixTime{} - now;
  if (!fits) return CheckRange(UnixTime::max());
  Position position = Load();
  position.now += by.count();
  position.tick = AddBounded(position.tick, by.count());
  Store(position);
  return Done{};
}

}  // namespace timock
