#ifndef TIMOCK_CONFORMANCE_STOPWATCH_H_
#define TIMOCK_CONFORMANCE_STOPWATCH_H_

#include <chrono>
#include <cstdint>

namespace timock::conformance {

/// The machine's monotonic clock.
std::chrono::nanoseconds MonotonicNow();

/// The machine's UNIX time in seconds.
std::int64_t UnixNow();

void SleepFor(std::chrono::nanoseconds time);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_STOPWATCH_H_
