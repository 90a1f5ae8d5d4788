#include "target/target.h"

#include "wire/stopwatch.h"

namespace timock::conformance {

void AwaitQuiet(Target& target) {
  if (target.TimeStands()) return;
  const std::chrono::nanoseconds now = MonotonicNow();
  if (now < target.quiet_from) SleepFor(target.quiet_from - now);
}

}  // namespace timock::conformance
