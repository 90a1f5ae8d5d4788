// What one throttle decision costs: finding the counter of an SDKAppID, its lock, one reading of
// the steady clock, the decision. Beside it two floors: structures that decide the same way and do
// nothing else. Keys are visited in a shuffled order.

#include <benchmark/benchmark.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "apps/id_table.h"
#include "base/mutex.h"
#include "support.h"
#include "throttle/throttle.h"
#include "timock/clock.h"

namespace timock {
namespace {

enum class Load { kAdmitted, kRefused, kOneHotKey };

struct Variant {
  ThrottleAlgorithm algorithm = ThrottleAlgorithm::kSlidingWindow;
  Load load = Load::kAdmitted;
};

struct Entry {
  Mutex mutex;
  ThrottleCounter counter TIMOCK_GUARDED_BY(mutex);
};

/// A limit that no run reaches, or one that the first call of a key uses up for an hour.
ThrottlePlan PlanOf(const Variant& variant) {
  const bool admits = variant.load != Load::kRefused;
  ThrottlePlan plan{.algorithm = variant.algorithm};
  plan.limit = admits ? 1'000'000 : 1;
  plan.burst = plan.limit;
  plan.window_ns = admits ? 1'000'000 : 3'600'000'000'000;
  return plan;
}

bool Decide(const IdTable<Entry>& table, std::uint32_t id, const ThrottlePlan& plan) {
  const SystemClock clock;
  const std::shared_ptr<Entry> entry = table.Find(id);
  const Tick now = clock.Ticks();
  const MutexLock lock(entry->mutex);
  return entry->counter.Admit(plan, now).admitted;
}

/// What all threads of one run call.
struct Subject {
  explicit Subject(std::size_t keys) : ids(ShuffledIds(keys)) {
    for (const std::uint32_t id : ids) table.Put(id, std::make_shared<Entry>());
  }

  std::vector<std::uint32_t> ids;
  IdTable<Entry> table;
};

// Made by the first thread before all meet at the loop, dropped by it behind the loop.
std::unique_ptr<Subject> subject;  // NOLINT(cert-err58-cpp)

void ThrottleDecide(benchmark::State& state, const Variant& variant) {
  const auto keys = static_cast<std::size_t>(state.range(0));
  const ThrottlePlan plan = PlanOf(variant);
  if (state.thread_index() == 0) {
    subject = std::make_unique<Subject>(keys);
    for (const std::uint32_t id : subject->ids) Decide(subject->table, id, plan);
  }
  std::int64_t admitted = 0;
  const bool hot = variant.load == Load::kOneHotKey;
  // Threads begin far from each other, unless they are to meet.
  std::size_t next = hot ? 0
                         : keys * static_cast<std::size_t>(state.thread_index()) /
                               static_cast<std::size_t>(state.threads());
  for (auto _ : state) {
    admitted += Decide(subject->table, subject->ids[next], plan) ? 1 : 0;
    if (!hot) ++next;
    if (next == keys) next = 0;
  }
  const bool admits = variant.load != Load::kRefused;
  if (admitted != (admits ? static_cast<std::int64_t>(state.iterations()) : 0)) {
    state.SkipWithError("the plan did not decide as this variant promises");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  if (state.thread_index() == 0) subject.reset();
}

/// Open addressing over one array; T begins with its id, 0 for none.
template <typename T>
class FloorTable {
 public:
  explicit FloorTable(const std::vector<std::uint32_t>& ids) {
    while (slots_.size() * 7 < ids.size() * 10) slots_ = std::vector<T>(slots_.size() * 2);
    for (const std::uint32_t id : ids) Find(id).id = id;
  }

  T& Find(std::uint32_t id) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (id * std::uint64_t{0x9E3779B97F4A7C15} >> 32) & mask;
    while (slots_[at].id != 0 && slots_[at].id != id) at = (at + 1) & mask;
    return slots_[at];
  }

 private:
  std::vector<T> slots_ = std::vector<T>(4);
};

/// One cell that compare-and-swap advances: when the next call may come (GCRA).
struct Cell {
  Cell() = default;
  Cell(const Cell& other) : id(other.id) {}
  Cell& operator=(const Cell&) = delete;
  Cell(Cell&&) = delete;
  Cell& operator=(Cell&&) = delete;
  ~Cell() = default;

  bool Admit(std::int64_t now) {
    constexpr std::int64_t kInterval = 1;
    constexpr std::int64_t kTolerance = 1'000'000'000;
    std::int64_t before = next.load(std::memory_order_relaxed);
    for (;;) {
      const std::int64_t at = before > now ? before : now;
      if (at - now > kTolerance) return false;
      if (next.compare_exchange_weak(before, at + kInterval, std::memory_order_relaxed)) {
        return true;
      }
    }
  }

  std::uint32_t id = 0;
  std::atomic<std::int64_t> next{0};
};

/// The moments of the last hundred calls.
struct Ring {
  bool Admit(std::int64_t now) {
    constexpr std::int64_t kWindow = 1;
    if (now - stamps[oldest] < kWindow) return false;
    stamps[oldest] = now;
    oldest = oldest + 1 == stamps.size() ? 0 : oldest + 1;
    return true;
  }

  std::uint32_t id = 0;
  std::uint32_t oldest = 0;
  std::array<std::int64_t, 100> stamps{};
};

template <typename T>
void FloorDecide(benchmark::State& state) {
  const auto keys = static_cast<std::size_t>(state.range(0));
  const std::vector<std::uint32_t> ids = ShuffledIds(keys);
  FloorTable<T> table(ids);
  const SystemClock clock;
  for (const std::uint32_t id : ids) table.Find(id).Admit(clock.Ticks().count());
  std::size_t next = 0;
  std::int64_t admitted = 0;
  for (auto _ : state) {
    T& found = table.Find(ids[next]);
    admitted += found.Admit(clock.Ticks().count()) ? 1 : 0;
    if (++next == keys) next = 0;
  }
  if (admitted == 0) state.SkipWithError("nothing was admitted");
}

constexpr std::array<std::int64_t, 3> kKeys = {1, 1'000, 1'000'000};
// Of the rows from which the growth is drawn.
constexpr std::array<std::int64_t, 4> kKeysBetween = {10, 100, 10'000, 100'000};

void RegisterAll() {
  const struct {
    const char* name;
    ThrottleAlgorithm algorithm;
  } rows[] = {{"sliding_window", ThrottleAlgorithm::kSlidingWindow},
              {"fixed_window", ThrottleAlgorithm::kFixedWindow},
              {"window_from_first", ThrottleAlgorithm::kWindowFromFirst},
              {"sliding_counter", ThrottleAlgorithm::kSlidingCounter},
              {"token_bucket", ThrottleAlgorithm::kTokenBucket}};
  const struct {
    const char* name;
    Load load;
  } loads[] = {{"admitted", Load::kAdmitted},
               {"refused", Load::kRefused},
               {"one_hot_key", Load::kOneHotKey}};
  for (const auto& row : rows) {
    for (const auto& load : loads) {
      const std::string name = std::string("ThrottleDecide/") + row.name + '/' + load.name;
      auto* const one = benchmark::RegisterBenchmark(name.c_str(), ThrottleDecide,
                                                     Variant{row.algorithm, load.load});
      one->ArgName("keys")->Threads(1)->Threads(2);
      for (const std::int64_t keys : kKeys) one->Arg(keys);
      if (load.load != Load::kAdmitted) continue;
      for (const std::int64_t keys : kKeysBetween) one->Arg(keys);
    }
  }
  const std::array<benchmark::internal::Benchmark*, 2> floors = {
      benchmark::RegisterBenchmark("FloorDecide/one_cell", FloorDecide<Cell>),
      benchmark::RegisterBenchmark("FloorDecide/ring_of_100", FloorDecide<Ring>)};
  for (auto* const one : floors) {
    one->ArgName("keys");
    for (const std::int64_t keys : kKeys) one->Arg(keys);
    for (const std::int64_t keys : kKeysBetween) one->Arg(keys);
  }
}

[[maybe_unused]] const bool registered = (RegisterAll(), true);

}  // namespace
}  // namespace timock
