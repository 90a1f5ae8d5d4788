#include "load/judge/statistics.h"

#include <algorithm>

namespace timock::load {

using std::chrono::nanoseconds;

std::optional<nanoseconds> Percentile(const std::vector<nanoseconds>& sorted,
                                      std::size_t per_mille) {
  constexpr std::size_t kAbove = 10;
  const std::size_t rank = (sorted.size() * per_mille + 999) / 1000;
  if (rank == 0 || sorted.size() - rank < kAbove) return {};
  return sorted[rank - 1];
}

Latency Latency::Of(std::vector<nanoseconds> times) {
  std::sort(times.begin(), times.end());
  return {.count = times.size(),
          .p50 = Percentile(times, 500),
          .p90 = Percentile(times, 900),
          .p99 = Percentile(times, 990),
          .p999 = Percentile(times, 999),
          .max = times.empty() ? nanoseconds{0} : times.back()};
}

double Jain(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return squares == 0 ? 1 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace timock::load
