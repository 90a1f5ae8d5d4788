#ifndef TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_
#define TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace timock::load {

/// How requests lie in time.
struct Arrival {
  enum class Kind { kBurst, kPoisson };
  Kind kind = Kind::kBurst;
  std::size_t burst = 1;  ///< So many at one moment; 1: a constant stream.

  /// "constant", "poisson" or "burst:N". Throws conformance::ConfigError.
  static Arrival Parse(const std::string& text);
};

struct ScheduleOptions {
  Arrival arrival = {};
  double rate = 100;  ///< Requests a second on average; over 0.
  std::chrono::nanoseconds duration{0};
  std::uint64_t seed = 1;  ///< For kPoisson.
};

/// The moments at which requests are to be sent, ascending, in [0, duration). Bursts come each
/// burst / rate seconds, each moment rounded to the nanosecond on its own, so that none drifts.
std::vector<std::chrono::nanoseconds> MakeSchedule(const ScheduleOptions& options);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_
