#include "estimate.h"

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
  constexpr double kMost = 1e15;
  for (double unit = kMost; unit >= 1; unit /= 10) {
    // The nearest to the middle of those that are a multiple of the unit.
    const double middle = std::round((range.low + range.high) / 2 / unit) * unit;
    for (const double value : {middle, middle - unit, middle + unit}) {
      if (value > 0 && value >= range.low && value <= range.high) return std::llround(value);
    }
  }
  return std::llround((range.low + range.high) / 2);
}

Range PeriodOf(const std::vector<double>& moments, double guess, double late) {
  // Of neighbours, so that the error of the guess does not add up to half a period.
  double periods = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    periods += std::round((moments[i] - moments[i - 1]) / guess);
  }
  const double span = moments.back() - moments.front();
  return {(span - late) / periods, (span + late) / periods};
}

}  // namespace timock::conformance
