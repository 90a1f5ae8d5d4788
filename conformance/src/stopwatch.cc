#include "stopwatch.h"

#include <thread>

namespace timock::conformance {

std::chrono::nanoseconds MonotonicNow() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::chrono::nanoseconds UnixNow() { return std::chrono::system_clock::now().time_since_epoch(); }

void SleepFor(std::chrono::nanoseconds time) { std::this_thread::sleep_for(time); }

}  // namespace timock::conformance
