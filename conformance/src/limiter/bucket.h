#ifndef TIMOCK_CONFORMANCE_LIMITER_BUCKET_H_
#define TIMOCK_CONFORMANCE_LIMITER_BUCKET_H_

#include <chrono>
#include <vector>

#include "judge/throttle_judge.h"
#include "limiter/estimate.h"

namespace timock::conformance {

// What calls prove of a token bucket: a call passes and takes a token where there is one, and
// tokens come in evenly until the bucket is full. By sums alone, so for every delay; and for
// servers that read their clock in whole milliseconds.

/// Tokens a second. `shots` are one stream, in the order of sending, in which throttled calls take
/// nothing; the bucket holds `burst` or more, and the server reads its clock in steps of
/// `clock_step`. Without two throttled calls nothing is known: 0 to
/// infinity.
Range BucketRate(const std::vector<Shot>& shots, double burst,
                 std::chrono::nanoseconds clock_step = std::chrono::milliseconds{1});

/// The same where a throttled call empties the bucket.
Range BucketRateOfPauses(const std::vector<Shot>& shots);

/// How many tokens it held, of calls at once to a bucket that gets `rate` a second: a bound from
/// below for its size, and one from above for what was in it. At least 1.
Range BucketLevel(const std::vector<Shot>& shots, const Range& rate);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_BUCKET_H_
