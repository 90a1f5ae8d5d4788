#include "limiter/estimate.h"

#include <algorithm>
#include <cmath>

namespace timock::conformance {

Range Common(const Range& a, const Range& b) {
  const Range common{std::max(a.low, b.low), std::min(a.high, b.high)};
  if (common.low <= common.high) return common;
  const double between = (common.low + common.high) / 2;
  return {between, between};
}

std::int64_t RoundestIn(const Range& range) {
  constexpr double kMax = 1e15;
  for (double unit = kMax; unit >= 1; unit /= 10) {
    // The nearest to the middle of those that are a multiple of the unit.
    const double middle = std::round((range.low + range.high) / 2 / unit) * unit;
    for (const double value : {middle, middle - unit, middle + unit}) {
      if (value > 0 && value >= range.low && value <= range.high) return std::llround(value);
    }
  }
  return std::llround((range.low + range.high) / 2);
}

namespace {

/// How many of them hold `moment` or that and some periods.
std::size_t HeldBy(const std::vector<Range>& hits, double moment, double period) {
  return static_cast<std::size_t>(std::count_if(hits.begin(), hits.end(), [&](const Range& hit) {
    return std::ceil((hit.low - moment) / period) * period + moment <= hit.high;
  }));
}

}  // namespace

std::optional<Range> PeriodOf(const std::vector<Range>& hits, const Range& possible) {
  constexpr int kSteps = 1'000;
  const double step = (possible.high - possible.low) / kSteps;
  Range found{0, 0};
  for (int i = 0; i <= kSteps; ++i) {
    const double period = possible.low + step * i;
    const bool fits = std::any_of(hits.begin(), hits.end(), [&](const Range& hit) {
      return HeldBy(hits, hit.low, period) + 1 >= hits.size();
    });
    if (!fits) continue;
    if (found.low == 0) found.low = period - step;
    found.high = period + step;
  }
  if (found.low == 0) return {};
  return found;
}

}  // namespace timock::conformance
