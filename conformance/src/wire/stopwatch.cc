#include "wire/stopwatch.h"

#include <time.h>

#include "wire/interrupt.h"

namespace timock::conformance {

std::chrono::nanoseconds MonotonicNow() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::chrono::nanoseconds UnixNow() { return std::chrono::system_clock::now().time_since_epoch(); }

void SleepFor(std::chrono::nanoseconds time) {
  if (InterruptedBy() != 0) return;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const timespec wanted{.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
  nanosleep(&wanted, nullptr);  // which a signal ends
}

}  // namespace timock::conformance
