#ifndef TIMOCK_BENCH_LOAD_SEND_SAMPLE_H_
#define TIMOCK_BENCH_LOAD_SEND_SAMPLE_H_

#include <chrono>
#include <cstdint>

#include "load/send/body_mix.h"
#include "load/send/verdict.h"

namespace timock::load {

/// One request that is to be sent.
struct PlannedRequest {
  std::chrono::nanoseconds at{0};  ///< After the start of the run.
  std::uint32_t app = 0;           ///< Index.
  BodyKind kind = BodyKind::kValid;
};

/// What became of it. Moments are after the start of the run, by the monotonic clock.
struct Sample {
  PlannedRequest planned;
  std::chrono::nanoseconds sent{0};      ///< Just before the write; when it was skipped, that.
  std::chrono::nanoseconds answered{0};  ///< Behind the last byte, or at the failure.
  Verdict verdict;
  std::uint32_t connection = 0;  ///< Index.
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_SAMPLE_H_
