// What one throttle decision costs: finding the counter of an SDKAppID, its lock, one reading of
// the steady clock, the decision. Keys are visited in a shuffled order.

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "core/id_table.h"
#include "core/mutex.h"
#include "core/throttle.h"
#include "timock/clock.h"

namespace timock {
namespace {

constexpr std::uint32_t kFirstId = 1'400'000'000;

struct Entry {
  Mutex mutex;
  ThrottleCounter counter TIMOCK_GUARDED_BY(mutex);
};

std::size_t HeapBytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

std::vector<std::uint32_t> ShuffledIds(std::size_t keys) {
  std::vector<std::uint32_t> ids(keys);
  std::iota(ids.begin(), ids.end(), kFirstId);
  std::shuffle(ids.begin(), ids.end(), std::mt19937_64(20220401));
  return ids;
}

/// A limit that no run reaches, or one that the first call of a key uses up for an hour.
ThrottlePlan PlanThat(bool admits, ThrottleAlgorithm algorithm) {
  ThrottlePlan plan{.algorithm = algorithm};
  plan.limit = admits ? 1'000'000 : 1;
  plan.burst = plan.limit;
  plan.window_ns = admits ? 1'000'000 : 3'600'000'000'000;
  return plan;
}

bool Decide(const IdTable<Entry>& table, std::uint32_t id, const ThrottlePlan& plan) {
  const SystemClock clock;
  Entry* const entry = table.Find(id);
  const Tick now = clock.Ticks();
  const MutexLock lock(entry->mutex);
  return entry->counter.Admit(plan, now).admitted;
}

void ThrottleDecide(benchmark::State& state, ThrottleAlgorithm algorithm, bool admits) {
  const auto keys = static_cast<std::size_t>(state.range(0));
  const ThrottlePlan plan = PlanThat(admits, algorithm);
  const std::vector<std::uint32_t> ids = ShuffledIds(keys);
  const std::size_t heap_before = HeapBytes();
  IdTable<Entry> table(keys);
  for (const std::uint32_t id : ids) {
    table.FindOrInsert(id, [] { return std::make_unique<Entry>(); });
  }
  const std::size_t heap_idle = HeapBytes();
  for (const std::uint32_t id : ids) Decide(table, id, plan);

  std::int64_t admitted = 0;
  std::size_t next = 0;
  for (auto _ : state) {
    admitted += Decide(table, ids[next], plan) ? 1 : 0;
    if (++next == keys) next = 0;
  }
  if (admitted != (admits ? static_cast<std::int64_t>(state.iterations()) : 0)) {
    state.SkipWithError("the plan did not decide as this variant promises");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  // The allocator's own caches hide what a single key takes.
  if (keys > 1) {
    state.counters["idle_bytes_per_key"] =
        static_cast<double>(heap_idle - heap_before) / static_cast<double>(keys);
  }
}

void RegisterAll() {
  const struct {
    const char* name;
    ThrottleAlgorithm algorithm;
  } rows[] = {{"sliding_window", ThrottleAlgorithm::kSlidingWindow},
              {"fixed_window", ThrottleAlgorithm::kFixedWindow},
              {"window_from_first", ThrottleAlgorithm::kWindowFromFirst},
              {"sliding_counter", ThrottleAlgorithm::kSlidingCounter},
              {"token_bucket", ThrottleAlgorithm::kTokenBucket}};
  for (const auto& row : rows) {
    for (const bool admits : {true, false}) {
      const std::string name =
          std::string("ThrottleDecide/") + row.name + (admits ? "/admitted" : "/refused");
      benchmark::RegisterBenchmark(name.c_str(), ThrottleDecide, row.algorithm, admits)
          ->ArgName("keys")
          ->Arg(1)
          ->Arg(1'000)
          ->Arg(1'000'000);
    }
  }
}

[[maybe_unused]] const bool registered = (RegisterAll(), true);

}  // namespace
}  // namespace timock
