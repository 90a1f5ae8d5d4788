#ifndef TIMOCK_BENCH_MICRO_ALLOCATION_COUNT_H_
#define TIMOCK_BENCH_MICRO_ALLOCATION_COUNT_H_

#include <cstdint>

namespace timock {

/// Calls of operator new in this process so far, from all threads.
std::uint64_t AllocationCount();

}  // namespace timock

#endif  // TIMOCK_BENCH_MICRO_ALLOCATION_COUNT_H_
