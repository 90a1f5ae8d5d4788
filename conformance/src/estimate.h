#ifndef TIMOCK_CONFORMANCE_ESTIMATE_H_
#define TIMOCK_CONFORMANCE_ESTIMATE_H_

#include <cstdint>
#include <vector>

namespace timock::conformance {

/// Between which values something lies; both belong to it.
struct Range {
  double low = 0;
  double high = 0;

  bool operator==(const Range&) const = default;
};

/// The part of two ranges that both have; where they have none, the point between them.
Range Common(const Range& a, const Range& b);

/// The whole number in `range` with the fewest digits that are not final zeros, for people choose
/// such limits: 1000 of 993.2 to 1001.5. Where there is none in it, the one nearest to its middle.
std::int64_t RoundestIn(const Range& range);

/// The period of moments that lie on a grid of it, each seen up to `late` after its point, and
/// `guess` less than a tenth off. At least two moments, ascending.
Range PeriodOf(const std::vector<double>& moments, double guess, double late);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_ESTIMATE_H_
