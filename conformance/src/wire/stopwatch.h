#ifndef TIMOCK_CONFORMANCE_WIRE_STOPWATCH_H_
#define TIMOCK_CONFORMANCE_WIRE_STOPWATCH_H_

#include <chrono>

namespace timock::conformance {

/// The machine's monotonic clock.
std::chrono::nanoseconds MonotonicNow();

/// The machine's UNIX time.
std::chrono::nanoseconds UnixNow();

/// Returns earlier after a signal, see InterruptedBy.
void SleepFor(std::chrono::nanoseconds time);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_STOPWATCH_H_
