#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "limiter/estimate.h"

namespace timock::conformance {

/// The limiter that is probed, and the clock of those who call it.
struct ProbeSubject {
  std::function<std::chrono::nanoseconds()> now;
  /// A call at each of these moments, which ascend; side by side as far as they are at once, and at
  /// once where the moment has gone by. What became of them, in the same order, when all are
  /// answered.
  std::function<std::vector<Shot>(const std::vector<std::chrono::nanoseconds>&)> fire;
};

/// What is expected; the probe corrects both by what it measures, if they are not off by more than
/// a factor of twenty.
struct ProbePlan {
  std::size_t limit = 100;  ///< Calls a window that are said to pass; at least 6.
  std::chrono::nanoseconds window{1'000'000'000};
};

/// About how many calls Probe makes, and how much time it takes.
std::size_t PlannedCalls(const ProbePlan& plan);
std::chrono::nanoseconds PlannedTime(const ProbePlan& plan);

/// The calls of one experiment.
struct Experiment {
  std::string name;
  std::vector<Shot> shots;
};

/// What the probe found, and from what.
struct ProbeFinding {
  /// "none" or as the switch throttle.algorithm has it.
  std::string algorithm;
  bool refusals_count = false;  ///< Throttled calls take places.

  // Not for "none". A token bucket knows but a rate: the window is the plan's, or a multiple of it
  // in which a whole number of calls passes, and the limit goes with it.
  std::size_t limit = 0;
  std::chrono::milliseconds window{0};
  std::size_t burst = 0;  ///< Passed at once after a rest.
  // What was measured, in calls and milliseconds. It holds the true value if the algorithm is as
  // its name says. Of a bucket that could not be seen full, burst_range has no end, and burst is
  // its beginning: at least so many.
  Range limit_range;
  Range window_range;
  Range burst_range;

  // The experiments' results, in windows and limits.
  double median_recovery = 0;  ///< From the first throttled call to the next that passes.
  double recovery_spread = 0;  ///< Between the fastest and the slowest of these.
  double second_burst = 0;     ///< Passed right after such a recovery; the median.
  double evenness = 0;         ///< At twice the rate: the fullest tenth of a window to the mean.
  double anchor = 0;           ///< Passed around the end of a window whose first call is known.

  std::size_t calls = 0;            ///< That it took.
  std::size_t unlimited_calls = 0;  ///< Of "none": so many at once met no limit.
  /// Why the client was too slow for any of this to mean something; empty: it was not.
  std::string invalid;
  std::vector<Experiment> experiments;

  /// The experiments' results, for people.
  std::string Measured() const;
};

/// Tells which limiter it is by six experiments, each after a rest of more than three windows, in
/// the order of decision of the contract: no limit, token bucket, windows that are aligned to the
/// clock, a window from the first call, else a sliding window. An experiment in which the client
/// was late is done again, twice at most. `progress` is called with the name of each that begins.
/// Whatever the subject throws passes through.
ProbeFinding Probe(
    const ProbeSubject& subject, const ProbePlan& plan,
    const std::function<void(const std::string&)>& progress = [](const std::string&) {});

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_H_
