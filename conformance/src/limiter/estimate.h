#ifndef TIMOCK_CONFORMANCE_LIMITER_ESTIMATE_H_
#define TIMOCK_CONFORMANCE_LIMITER_ESTIMATE_H_

#include <cstdint>
#include <optional>
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

/// The periods in `possible` of which some moment of the grid lies in each of `hits`, or in all but
/// one of them; none where there is no such.
std::optional<Range> PeriodOf(const std::vector<Range>& hits, const Range& possible);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_ESTIMATE_H_
