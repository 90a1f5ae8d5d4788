#ifndef TIMOCK_BENCH_LOAD_JUDGE_THRESHOLD_H_
#define TIMOCK_BENCH_LOAD_JUDGE_THRESHOLD_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "load/judge/load_report.h"

namespace timock::load {

/// Bounds that a run must keep: {"p99_ms": 5, "errors": 0, "admitted_per_second_min": 90}.
class Thresholds {
 public:
  /// Members: p50_ms, p90_ms, p99_ms, p999_ms, max_ms (of admitted requests), errors, refused,
  /// false_admits, false_throttles, worst_window (admitted for certain in W) and recovery_ms are
  /// upper bounds, admitted_per_second_min and connection_fairness_min lower ones. Throws
  /// conformance::ConfigError with `origin` (a file name) in front for what is no JSON, an unknown
  /// member or no number.
  static Thresholds Parse(std::string_view json, const std::string& origin);

  /// Those of a file. Throws conformance::ConfigError when it cannot be read, and as Parse does.
  static Thresholds Read(const std::string& path);

  /// One line for each bound that is missed: "p99_ms is 7.20, over 5.00". A percentile that there
  /// are too few requests for is missed.
  std::vector<std::string> Missed(const LoadReport& report) const;

 private:
  std::map<std::string, double> bounds_;
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_JUDGE_THRESHOLD_H_
