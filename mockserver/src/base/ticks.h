#ifndef TIMOCK_BASE_TICKS_H_
#define TIMOCK_BASE_TICKS_H_

#include <cstdint>
#include <limits>

namespace timock {

/// Nanoseconds from tick `earlier` to tick `later`: exact for every pair in this order.
constexpr std::uint64_t ElapsedNs(std::int64_t earlier, std::int64_t later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

/// `tick` plus `wait`, or the greatest tick there is.
constexpr std::int64_t After(std::int64_t tick, std::uint64_t wait) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  if (wait > ElapsedNs(tick, kLast)) return kLast;
  return tick + static_cast<std::int64_t>(wait);
}

/// The sum or difference, or the nearest number that there is.
constexpr std::int64_t AddBounded(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}
constexpr std::int64_t SubtractBounded(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max()
               : std::numeric_limits<std::int64_t>::min();
}

/// The rule for whatever keeps moments for the length of a window, when the clock goes back
/// (PROTOCOL section 5): a tick before the newest one seen counts as that one, and a step back of
/// more than a window empties. Moves `*newest` to what `tick` counts as; true when the owner must
/// forget what it kept. Exact for every pair of ticks.
constexpr bool StepsBackBeyond(std::uint64_t window, std::int64_t tick, std::int64_t* newest) {
  const bool empties = tick < *newest && ElapsedNs(tick, *newest) > window;
  if (empties || tick > *newest) *newest = tick;
  return empties;
}

}  // namespace timock

#endif  // TIMOCK_BASE_TICKS_H_
