#ifndef TIMOCK_CONFORMANCE_PROBE_H_
#define TIMOCK_CONFORMANCE_PROBE_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace timock::conformance {

/// The limiter that is probed.
struct ProbeSubject {
  std::function<bool()> call;  ///< One call; whether it passed.
  std::function<void(std::chrono::nanoseconds)> wait;
};

struct ProbePlan {
  std::size_t limit = 100;  ///< Calls a window that are said to pass; at least 6.
  std::chrono::nanoseconds window{1'000'000'000};
};

/// What the probe found, and from what. Times are in windows, counts in limits.
struct ProbeFinding {
  /// "none" or as the switch throttle.algorithm has it.
  std::string algorithm;
  bool refusals_count = false;  ///< Throttled calls take places.
  double burst = 0;             ///< Passed at once after a rest.
  double median_recovery = 0;   ///< From the first throttled call to the next that passes.
  double recovery_spread = 0;   ///< Between the fastest and the slowest of these.
  double second_burst = 0;      ///< Passed right after such a recovery; the median.
  double evenness = 0;          ///< At twice the rate: the fullest tenth of a window to the mean.
  double anchor = 0;            ///< Passed around the end of a window whose first call is known.
  std::size_t calls = 0;        ///< That it took.

  /// The measured values, for people.
  std::string Measured() const;
};

/// Tells which limiter it is by six experiments, each after a rest of more than three windows, in
/// the order of decision of the contract: no limit, token bucket, windows that are aligned to the
/// clock, a window from the first call, else a sliding window. Takes about 35 limits of calls and
/// 70 windows of time. The calls must be fast against a fiftieth of the window. Where
/// throttled calls count the limit must be over 50, for so many in a window ask for recovery.
ProbeFinding Probe(const ProbeSubject& subject, const ProbePlan& plan);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_PROBE_H_
