#ifndef TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_
#define TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/send/body_mix.h"
#include "load/send/sample.h"
#include "target/target.h"

namespace timock::load {

/// How requests lie in time.
struct Arrival {
  enum class Kind { kBurst, kPoisson };
  Kind kind = Kind::kBurst;
  std::size_t burst = 1;  ///< So many at one moment; 1: a constant stream.

  /// "constant", "poisson" or "burst:N". Throws conformance::ConfigError.
  static Arrival Parse(const std::string& text);
  /// In the form that Parse reads.
  std::string Text() const;
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

/// What is sent at the moments of `schedule`: kinds drawn from `mix`, to `apps` apps in turn. With
/// `quiet_rate` all of it goes to the first app, and the second gets so many valid calls a second.
std::vector<PlannedRequest> MakePlan(const ScheduleOptions& schedule, const BodyMix& mix,
                                     std::size_t apps, std::optional<double> quiet_rate);

/// The call that is planned, to its app of Target::Apps. Throws conformance::ConfigError where it
/// would need the key and there is only a UserSig.
conformance::Outgoing RequestOf(const PlannedRequest& planned, conformance::Target& target);

/// Connections that are enough by Little's law for answers that take five milliseconds.
std::size_t ConnectionsFor(const ScheduleOptions& schedule);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_SCHEDULE_H_
