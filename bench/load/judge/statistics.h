#ifndef TIMOCK_BENCH_LOAD_JUDGE_STATISTICS_H_
#define TIMOCK_BENCH_LOAD_JUDGE_STATISTICS_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace timock::load {

/// Some times in a few numbers. A percentile is the smallest time that at least so many per cent do
/// not exceed; with fewer than ten times above it there is none, for it would be chance.
struct Latency {
  std::size_t count = 0;
  std::optional<std::chrono::nanoseconds> p50;
  std::optional<std::chrono::nanoseconds> p90;
  std::optional<std::chrono::nanoseconds> p99;
  std::optional<std::chrono::nanoseconds> p999;
  std::chrono::nanoseconds max{0};

  static Latency Of(std::vector<std::chrono::nanoseconds> times);
};

/// The percentile of ascending times, `per_mille` thousandths; see Latency.
std::optional<std::chrono::nanoseconds> Percentile(
    const std::vector<std::chrono::nanoseconds>& sorted, std::size_t per_mille);

/// Jain's fairness index of shares: 1 when all are equal, 1/n when one has everything; 1 of none or
/// of nothing but zeros.
double Jain(const std::vector<double>& shares);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_JUDGE_STATISTICS_H_
