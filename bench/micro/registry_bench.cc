// What the apps of a service cost: finding one, reading and writing its names, and its memory.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/app_state.h"
#include "apps/id_table.h"
#include "support.h"

namespace timock {
namespace {

constexpr std::int64_t kMany = 1'000'000;

struct Registry {
  explicit Registry(std::size_t apps) : ids(ShuffledIds(apps)) {
    const ControlledClock clock(std::make_shared<SystemClock>());
    for (const std::uint32_t id : ids) {
      table.Put(id, std::make_shared<AppState>(DemoApp(), clock));
    }
  }

  std::vector<std::uint32_t> ids;
  IdTable<AppState> table;
};

void BM_RegistryRead(benchmark::State& state) {
  const Registry registry(static_cast<std::size_t>(state.range(0)));
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(registry.table.Find(registry.ids[next])->Snapshot());
    if (++next == registry.ids.size()) next = 0;
  }
}
BENCHMARK(BM_RegistryRead)->ArgName("apps")->Arg(1)->Arg(1'000)->Arg(kMany);

void BM_RegistryWrite(benchmark::State& state) {
  const Registry registry(static_cast<std::size_t>(state.range(0)));
  const std::vector<SlotName> names = {{0, "sex"}, {1, "city"}, {2, "country"}};
  std::size_t next = 0;
  for (auto _ : state) {
    const std::shared_ptr<AppState> found = registry.table.Find(registry.ids[next]);
    AppState& app = *found;
    const MutexLock lock(app.mutex);
    benchmark::DoNotOptimize(app.UpdateNames(names, false, false));
    if (++next == registry.ids.size()) next = 0;
  }
}
BENCHMARK(BM_RegistryWrite)->ArgName("apps")->Arg(1)->Arg(1'000)->Arg(kMany);

/// Heap bytes an app, its slot of the index included: idle, after one call, and after a hundred
/// calls in one window of the exact sliding window. No counter holds key, admins or names.
void BM_MemoryOfApps(benchmark::State& state) {
  const auto apps = static_cast<std::size_t>(state.range(0));
  const ThrottleRule rule;
  const ThrottlePlan plan;
  const auto per_app = [&](std::size_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(apps);
  };
  for (auto _ : state) {
    // The ids are in a vector of this benchmark's own.
    const std::size_t empty = HeapBytes() + apps * sizeof(std::uint32_t);
    const Registry registry(apps);
    state.counters["idle_bytes"] = per_app(HeapBytes() - empty);
    const auto call_all = [&] {
      for (const std::uint32_t id : registry.ids) {
        AppState& app = *registry.table.Find(id);
        const MutexLock lock(app.mutex);
        app.Admit(rule, plan, 0, "administrator", Tick{1});
      }
    };
    call_all();
    state.counters["called_bytes"] = per_app(HeapBytes() - empty);
    for (int call = 1; call < 100; ++call) call_all();
    state.counters["warm_bytes"] = per_app(HeapBytes() - empty);
  }
}
BENCHMARK(BM_MemoryOfApps)
    ->ArgName("apps")
    ->Arg(1'000)
    ->Arg(kMany)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace timock
