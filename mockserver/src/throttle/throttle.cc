#include "throttle/throttle.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

#include "base/ticks.h"

namespace timock {
namespace {

constexpr std::uint32_t kFirstCapacity = 8;
[[maybe_unused]] constexpr std::uint32_t kMaxPlaces = 1'000'000;
[[maybe_unused]] constexpr std::int64_t kMaxWindow = 3'600'000'000'000;

std::uint64_t DivideUp(std::uint64_t dividend, std::uint64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

std::uint64_t Window(const ThrottlePlan& plan) {
  return static_cast<std::uint64_t>(plan.window_ns);
}

/// What has elapsed at `tick` of its aligned window.
std::uint64_t ElapsedAt(const ThrottlePlan& plan, std::int64_t tick) {
  const std::int64_t window = plan.window_ns;
  // Both remainders lie in (-window, window), so the sum fits where tick + offset might not.
  const std::int64_t sum = tick % window + plan.unix_minus_ticks_ns % window;
  return static_cast<std::uint64_t>((sum + 2 * window) % window);
}

/// kSlidingCounter: from when in a window of `current` calls, fewer than the limit, one more fits
/// after a window of `previous` calls; the whole window when only in the next.
std::uint64_t FirstFree(const ThrottlePlan& plan, std::uint32_t previous, std::uint32_t current) {
  if (previous == 0) return 0;
  // previous * (window - e) / window + current < limit, solved for window - e < reach.
  const std::uint64_t window = Window(plan);
  const std::uint64_t reach = DivideUp((plan.limit - current) * window, previous);
  return reach > window ? 0 : window - reach + 1;
}

}  // namespace

// kSlidingWindow, exactly. A call at t is admitted when fewer than L places were taken in (t - W,
// t].
//
// Invariant: the ring holds, oldest first, the ticks at which the last `size` places were taken,
// and every place that it no longer holds was taken W or more before the newest, or is followed by
// L later ones.
//
// Why L ticks are enough: places are taken in order, so fewer than L were taken in (t - W, t] if
// and only if the L-th last one was taken at or before t - W, or never. With the ring full at L,
// that one is `oldest`: the call is refused while it lies within the window, and its place is free
// exactly W after it was taken, which is the wait that is returned. With less than L places taken
// in all, or a ring that is not full at L, no L-th last one lies within the window. `oldest` may be
// overwritten once it lies outside the window, for newest_ never decreases until the counter is
// emptied.
ThrottleCounter::Places::Places(const Places& other)
    : ticks(std::make_unique<std::int64_t[]>(other.capacity)),
      capacity(other.capacity),
      size(other.size),
      oldest(other.oldest) {
  std::copy_n(other.ticks.get(), capacity, ticks.get());
}

std::uint64_t ThrottleCounter::Places::Admit(const ThrottlePlan& plan, std::int64_t newest) {
  const std::uint64_t window = Window(plan);
  if (size == capacity) {
    const bool oldest_in_window = size > 0 && ElapsedNs(ticks[oldest], newest) < window;
    if (oldest_in_window && capacity == plan.limit) {
      if (plan.count_refused) Take(newest);
      return window - ElapsedNs(ticks[oldest], newest);
    }
    if (oldest_in_window || capacity == 0) Grow(plan.limit);
  }
  Take(newest);
  return 0;
}

void ThrottleCounter::Places::Take(std::int64_t newest) {
  std::uint32_t end = oldest + size;
  if (end >= capacity) end -= capacity;
  ticks[end] = newest;
  if (size < capacity) {
    ++size;
  } else if (++oldest == capacity) {
    oldest = 0;
  }
}

void ThrottleCounter::Places::Grow(std::uint32_t limit) {
  const std::uint32_t grown_capacity = std::min(limit, std::max(kFirstCapacity, capacity * 2));
  auto grown = std::make_unique_for_overwrite<std::int64_t[]>(grown_capacity);
  std::rotate_copy(ticks.get(), ticks.get() + oldest, ticks.get() + size, grown.get());
  ticks = std::move(grown);
  capacity = grown_capacity;
  oldest = 0;
}

// kFixedWindow and kSlidingCounter keep no ticks, only how far the newest one lies in its aligned
// window. Adding up what has passed stays exact over any distance, where tick + offset to UNIX time
// might not fit 64 bits: `elapsed` is below W always, and `passed` is reduced modulo W.
void ThrottleCounter::AlignedWindows::Advance(const ThrottlePlan& plan, std::uint64_t passed) {
  const std::uint64_t window = Window(plan);
  if (passed < window - elapsed) {
    elapsed += passed;
    return;
  }
  previous = passed < 2 * window - elapsed ? current : 0;
  current = 0;
  elapsed = (elapsed + passed % window) % window;
}

std::uint64_t ThrottleCounter::AlignedWindows::AdmitFixed(const ThrottlePlan& plan,
                                                          std::uint64_t passed) {
  Advance(plan, passed);
  if (current == plan.limit) return Window(plan) - elapsed;
  ++current;
  return 0;
}

std::uint64_t ThrottleCounter::AlignedWindows::AdmitSliding(const ThrottlePlan& plan,
                                                            std::uint64_t passed) {
  Advance(plan, passed);
  if (current < plan.limit && elapsed >= FirstFree(plan, previous, current)) {
    ++current;
    return 0;
  }
  if (plan.count_refused && current < std::numeric_limits<std::uint32_t>::max()) ++current;
  if (current < plan.limit) return FirstFree(plan, previous, current) - elapsed;
  return Window(plan) - elapsed + FirstFree(plan, current, 0);
}

std::uint64_t ThrottleCounter::OpenedWindow::Admit(const ThrottlePlan& plan, std::int64_t newest) {
  const std::uint64_t elapsed = ElapsedNs(start, newest);
  if (elapsed >= Window(plan)) {
    start = newest;
    calls = 0;
  } else if (calls == plan.limit) {
    return Window(plan) - elapsed;
  }
  ++calls;
  return 0;
}

// kTokenBucket in whole numbers: a token is W units, and L units flow in each nanosecond, so that L
// tokens come each W without rounding. The level never passes the capacity, burst * W, at most
// 3.6e18; a gain that does not fit 64 bits fills the bucket. After a refusal the wait is rounded
// up: the first nanosecond at which the level reaches a token.
std::uint64_t ThrottleCounter::Bucket::Admit(const ThrottlePlan& plan, std::uint64_t passed) {
  const std::uint64_t token = Window(plan);
  const std::uint64_t capacity = plan.burst * token;
  std::uint64_t gain = 0;
  const bool overflow = __builtin_mul_overflow(passed, std::uint64_t{plan.limit}, &gain);
  level = overflow || gain > capacity - level ? capacity : level + gain;
  if (level >= token) {
    level -= token;
    return 0;
  }
  if (plan.count_refused) level = 0;
  return DivideUp(token - level, plan.limit);
}

ThrottleDecision ThrottleCounter::Admit(const ThrottlePlan& plan, Tick now) {
  assert(plan.limit >= 1 && plan.limit <= kMaxPlaces);
  assert(plan.burst >= 1 && plan.burst <= kMaxPlaces);
  assert(plan.window_ns >= 1 && plan.window_ns <= kMaxWindow);
  const std::int64_t tick = now.count();
  const bool first = std::holds_alternative<std::monostate>(state_);
  const std::int64_t before = newest_;
  std::uint64_t passed = 0;
  if (first || StepsBackBeyond(Window(plan), tick, &newest_)) {
    Start(plan, tick);
  } else {
    passed = ElapsedNs(before, newest_);
  }
  std::uint64_t wait = 0;
  switch (plan.algorithm) {
    case ThrottleAlgorithm::kSlidingWindow:
      wait = std::get<Places>(state_).Admit(plan, newest_);
      break;
    case ThrottleAlgorithm::kFixedWindow:
      wait = std::get<AlignedWindows>(state_).AdmitFixed(plan, passed);
      break;
    case ThrottleAlgorithm::kSlidingCounter:
      wait = std::get<AlignedWindows>(state_).AdmitSliding(plan, passed);
      break;
    case ThrottleAlgorithm::kWindowFromFirst:
      wait = std::get<OpenedWindow>(state_).Admit(plan, newest_);
      break;
    case ThrottleAlgorithm::kTokenBucket:
      wait = std::get<Bucket>(state_).Admit(plan, passed);
      break;
  }
  return {.admitted = wait == 0, .next_free = Tick{After(newest_, wait)}};
}

void ThrottleCounter::Start(const ThrottlePlan& plan, std::int64_t tick) {
  newest_ = tick;
  switch (plan.algorithm) {
    case ThrottleAlgorithm::kSlidingWindow:
      // An emptied ring keeps its memory.
      if (auto* places = std::get_if<Places>(&state_)) {
        places->size = 0;
      } else {
        state_.emplace<Places>();
      }
      break;
    case ThrottleAlgorithm::kFixedWindow:
    case ThrottleAlgorithm::kSlidingCounter:
      state_ = AlignedWindows{.elapsed = ElapsedAt(plan, tick)};
      break;
    case ThrottleAlgorithm::kWindowFromFirst:
      state_ = OpenedWindow{.start = tick};
      break;
    case ThrottleAlgorithm::kTokenBucket:
      state_ = Bucket{.level = plan.burst * Window(plan)};
      break;
  }
}

void ThrottleCounter::Reset() { state_.emplace<std::monostate>(); }

}  // namespace timock
