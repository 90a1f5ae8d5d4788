#ifndef TIMOCK_BENCH_LOAD_JUDGE_LOAD_REPORT_H_
#define TIMOCK_BENCH_LOAD_JUDGE_LOAD_REPORT_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "load/judge/statistics.h"
#include "load/send/sample.h"

namespace timock::load {

struct ReportOptions {
  /// What the server is held to, for each app; without a limit nothing is held to anything.
  std::optional<std::size_t> limit = 100;
  std::chrono::nanoseconds window{1'000'000'000};
  /// Requests before it are in no count and no latency, but the limit is judged over all.
  std::chrono::nanoseconds warmup{0};
  std::chrono::nanoseconds duration{0};  ///< Of what is counted.
  /// The app that must never be refused while another one floods.
  std::optional<std::uint32_t> quiet_app = {};
};

/// The most requests of one app in any one window of this length: certain and possible.
struct WindowRow {
  std::chrono::nanoseconds window{0};
  conformance::WorstWindow offered = {};
  conformance::WorstWindow admitted = {};
};

/// From the sending of a throttled request until the next one of that app had been admitted.
struct Recovery {
  std::size_t count = 0;
  std::chrono::nanoseconds median{0};
  std::chrono::nanoseconds longest{0};
};

struct QuietApp {
  std::size_t offered = 0;
  std::size_t refused = 0;
};

/// Calls of the first app that were sent in the window that ends at `at`.
struct SeriesPoint {
  std::chrono::nanoseconds at{0};
  std::size_t offered = 0;
  std::size_t admitted = 0;
  std::size_t refused = 0;
};

/// What a run has shown. scheduled = offered + skipped; offered = admitted + refused + errors.
struct LoadReport {
  std::size_t scheduled = 0;
  std::size_t skipped = 0;
  std::size_t skipped_for_server = 0;  ///< Of these: all connections waited for the server.
  std::size_t offered = 0;
  std::size_t admitted = 0;
  std::size_t refused = 0;
  std::size_t errors = 0;
  std::map<std::string, std::size_t> refused_by_code;
  std::map<std::string, std::size_t> errors_by_kind;
  double offered_per_second = 0;
  double admitted_per_second = 0;

  std::vector<WindowRow> windows;  ///< 10 ms, 100 ms, W, 2W.
  std::size_t false_admits = 0;    ///< Proven ones, of all apps.
  std::size_t false_throttles = 0;
  Recovery recovery;
  double connection_fairness = 1;  ///< Jain's index of the answers that each connection brought.
  std::optional<QuietApp> quiet;

  Latency admitted_latency;  ///< From the intended moment to the last byte of the answer.
  Latency refused_latency;
  Latency service_time;  ///< From the write.
  Latency lag;           ///< From the intended moment to the write.
  bool valid = true;     ///< At most 0.1 % skipped, and p99 of the lag at most 2 ms.

  std::vector<SeriesPoint> series;

  /// Whether nothing was admitted, be it that nothing should have been, or more than a hundredth of
  /// the requests failed: then the run shows nothing of the limit.
  bool nothing_admitted() const { return admitted == 0; }
  bool too_many_errors() const { return errors * 100 > offered; }
  /// Whether the server broke what it is held to.
  bool keeps_to_limit() const {
    return false_admits == 0 && false_throttles == 0 && (!quiet || quiet->refused == 0);
  }
};

LoadReport Summarize(const std::vector<Sample>& samples, const ReportOptions& options);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_JUDGE_LOAD_REPORT_H_
