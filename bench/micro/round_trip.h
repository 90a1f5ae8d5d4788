#ifndef TIMOCK_BENCH_MICRO_ROUND_TRIP_H_
#define TIMOCK_BENCH_MICRO_ROUND_TRIP_H_

#include "target/target.h"

namespace timock {

/// Registers BM_RoundTrip: one call at a time to `target` over one kept connection, from the first
/// byte sent to the last one read. im_set_attr_name where the target's names may be changed, else
/// im_get_attr_name. A live target gets 50 calls, at its own rate. The target must outlive the run.
void RegisterRoundTrip(conformance::Target& target);

}  // namespace timock

#endif  // TIMOCK_BENCH_MICRO_ROUND_TRIP_H_
