#include "timock/clock.h"

namespace timock {

UnixTime SystemClock::Now() const { return std::chrono::system_clock::now(); }

Tick SystemClock::Ticks() const { return std::chrono::steady_clock::now().time_since_epoch(); }

}  // namespace timock
