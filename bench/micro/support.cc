#include "support.h"

#include <malloc.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <utility>

#include "allocation_count.h"

namespace timock {

std::unique_ptr<Service> MakeUnthrottled(JournalOptions journal) {
  ServiceOptions options{.apps = {DemoApp()}};
  options.profile = Profile().With(R"({"throttle":{"limit":1000000}})").value();
  options.journal = journal;
  return Service::Create(std::move(options)).value();
}

bool Accepted(const HttpResponse& response) {
  return response.body.find("\"ErrorCode\":0") != std::string::npos;
}

std::size_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

std::vector<std::uint32_t> ShuffledIds(std::size_t keys) {
  constexpr std::uint64_t kSeed = 20220401;
  std::vector<std::uint32_t> ids(keys);
  std::iota(ids.begin(), ids.end(), kSdkAppId);
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(kSeed));
  return ids;
}

AllocationsPerCall::AllocationsPerCall(benchmark::State& state)
    : state_(state), start_(AllocationCount()) {}

AllocationsPerCall::~AllocationsPerCall() {
  state_.counters["allocations"] = benchmark::Counter(
      static_cast<double>(AllocationCount() - start_), benchmark::Counter::kAvgIterations);
}

}  // namespace timock
