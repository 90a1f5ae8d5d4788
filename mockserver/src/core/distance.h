#ifndef TIMOCK_CORE_DISTANCE_H_
#define TIMOCK_CORE_DISTANCE_H_

#include <cstdint>

namespace timock {

/// Nanoseconds from tick `earlier` to tick `later`: exact for every pair in this order.
constexpr std::uint64_t Distance(std::int64_t earlier, std::int64_t later) {
  return static_cast<std::uint64_t>(later) - static_cast<std::uint64_t>(earlier);
}

}  // namespace timock

#endif  // TIMOCK_CORE_DISTANCE_H_
