#include "wire/pacer.h"

#include <algorithm>
#include <cmath>

#include "wire/stopwatch.h"

namespace timock::conformance {

Pacer::Pacer(double messages_a_second) : between_(std::llround(1e9 / messages_a_second)) {}

void Pacer::Await() {
  const std::chrono::nanoseconds now = MonotonicNow();
  if (now < next_) SleepFor(next_ - now);
  next_ = std::max(now, next_) + between_;
}

}  // namespace timock::conformance
