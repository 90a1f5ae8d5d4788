#ifndef TIMOCK_BENCH_MICRO_SUPPORT_H_
#define TIMOCK_BENCH_MICRO_SUPPORT_H_

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "timock/timock.h"

namespace timock {

inline constexpr std::uint32_t kSdkAppId = 1'400'000'000;  ///< Of DemoApp.
inline constexpr const char* kBody = R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})";

/// The demo app under a limit that no benchmark reaches.
std::unique_ptr<Service> MakeUnthrottled(JournalOptions journal = {});

/// Whether the answer of a call is the documented success, payload or not.
bool Accepted(const HttpResponse& response);

/// Bytes that malloc has given out and not got back, its own overhead included.
std::size_t HeapBytes();

/// SDKAppIDs from kSdkAppId on, in an order that no prefetcher guesses; always the same one.
std::vector<std::uint32_t> ShuffledIds(std::size_t keys);

/// From its making to its end: the counter "allocations", calls of operator new an iteration.
class AllocationsPerCall {
 public:
  explicit AllocationsPerCall(benchmark::State& state);
  ~AllocationsPerCall();
  AllocationsPerCall(const AllocationsPerCall&) = delete;
  AllocationsPerCall& operator=(const AllocationsPerCall&) = delete;

 private:
  benchmark::State& state_;
  const std::uint64_t start_;
};

}  // namespace timock

#endif  // TIMOCK_BENCH_MICRO_SUPPORT_H_
