#ifndef TIMOCK_CORE_ID_TABLE_H_
#define TIMOCK_CORE_ID_TABLE_H_

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/mutex.h"

namespace timock {

/// Values by 32 bit id (SDKAppIDs, say), for many readers and few inserts. Safe to use from any
/// number of threads; what is inside a T, its own lock guards.
///
/// The table owns each T and neither moves nor frees it before the table itself is destroyed, so a
/// pointer from Find stays good that long; nothing can be erased. It holds at most `max_size`
/// values. A key costs 23 to 46 bytes beside its T, and at most as much again for outgrown arrays.
///
///     IdTable<AppState> apps(1'000'000);
///     AppState* app = apps.FindOrInsert(1400000000, [] { return std::make_unique<AppState>(); });
template <class T>
class IdTable {
 public:
  /// `max_size` is at most 2^30.
  explicit IdTable(std::size_t max_size) : max_size_(max_size) {
    assert(max_size <= (std::size_t{1} << 30));
    const MutexLock lock(mutex_);
    Publish(std::make_unique<SlotArray>(kFirstSlotBits));
  }

  ~IdTable() {
    const SlotArray& slots = *slots_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i <= slots.mask; ++i) {
      delete slots.slot[i].value.load(std::memory_order_relaxed);
    }
  }

  IdTable(const IdTable&) = delete;
  IdTable& operator=(const IdTable&) = delete;

  /// The value of `id`, or null. Wait-free: takes no lock and writes no shared memory. Sees each
  /// insert that happened before the call.
  T* Find(std::uint32_t id) const {
    return slots_.load(std::memory_order_acquire)->Probe(id).value;
  }

  /// The value of `id`; where there is none, the one that `make()` returns as std::unique_ptr<T>
  /// is stored first. Null when the table is full. `make` runs under the table's lock, once at
  /// most for each id, and must not use the table; when it throws, nothing is stored.
  template <class Make>
  T* FindOrInsert(std::uint32_t id, Make&& make) TIMOCK_EXCLUDES(mutex_) {
    if (T* found = Find(id)) return found;
    const MutexLock lock(mutex_);
    if (T* found = Find(id)) return found;
    const std::size_t size = size_.load(std::memory_order_relaxed);
    if (size >= max_size_) return nullptr;
    if ((size + 1) * 10 > arrays_.back()->slot_count() * 7) Grow();
    std::unique_ptr<T> value = std::forward<Make>(make)();
    assert(value != nullptr);
    T* const stored = value.release();
    arrays_.back()->Store(id, stored);
    size_.store(size + 1, std::memory_order_release);
    return stored;
  }

  std::size_t size() const { return size_.load(std::memory_order_acquire); }

  /// Calls `visit(id, value)` for each value, ascending by id. Inserts wait while the ids are
  /// collected; `visit` runs without the table's lock, and misses what is inserted meanwhile.
  template <class Visit>
  void ForEach(Visit&& visit) const TIMOCK_EXCLUDES(mutex_) {
    std::vector<std::pair<std::uint32_t, T*>> found;
    {
      const MutexLock lock(mutex_);
      const SlotArray& slots = *arrays_.back();
      found.reserve(size());
      for (std::size_t i = 0; i <= slots.mask; ++i) {
        T* const value = slots.slot[i].value.load(std::memory_order_relaxed);
        if (value != nullptr) found.emplace_back(slots.slot[i].id, value);
      }
    }
    std::sort(found.begin(), found.end());
    for (const auto& [id, value] : found) visit(id, *value);
  }

 private:
  static constexpr int kFirstSlotBits = 4;

  /// `id` is written before `value` is published and never after, so it is read only behind a
  /// value that is not null.
  struct Slot {
    std::atomic<T*> value{nullptr};
    std::uint32_t id = 0;
  };
  static_assert(sizeof(Slot) <= 16);

  struct Probed {
    Slot* slot;
    T* value;
  };

  /// Open addressing, linear probing. Never full, so each probe ends.
  struct SlotArray {
    explicit SlotArray(int slot_bits)
        : mask((std::size_t{1} << slot_bits) - 1),
          shift(64 - slot_bits),
          slot(std::make_unique<Slot[]>(mask + 1)) {}

    std::size_t slot_count() const { return mask + 1; }

    /// The slot of `id` with its value, or the empty one where it would stand with null. The value
    /// is the one that the probe saw: by now another id may stand in that empty slot.
    Probed Probe(std::uint32_t id) const {
      constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;
      for (std::size_t i = (id * kGoldenRatio) >> shift;; i = (i + 1) & mask) {
        T* const value = slot[i].value.load(std::memory_order_acquire);
        if (value == nullptr || slot[i].id == id) return {&slot[i], value};
      }
    }

    void Store(std::uint32_t id, T* value) {
      Slot* const empty = Probe(id).slot;
      empty->id = id;
      empty->value.store(value, std::memory_order_release);
    }

    const std::size_t mask;
    const int shift;
    const std::unique_ptr<Slot[]> slot;
  };

  void Publish(std::unique_ptr<SlotArray> slots) TIMOCK_REQUIRES(mutex_) {
    arrays_.push_back(std::move(slots));
    slots_.store(arrays_.back().get(), std::memory_order_release);
  }

  void Grow() TIMOCK_REQUIRES(mutex_) {
    const SlotArray& old = *arrays_.back();
    auto grown = std::make_unique<SlotArray>(64 - old.shift + 1);
    for (std::size_t i = 0; i <= old.mask; ++i) {
      T* const value = old.slot[i].value.load(std::memory_order_relaxed);
      if (value != nullptr) grown->Store(old.slot[i].id, value);
    }
    Publish(std::move(grown));
  }

  const std::size_t max_size_;
  mutable Mutex mutex_;
  std::atomic<const SlotArray*> slots_{nullptr};
  std::atomic<std::size_t> size_{0};
  /// The newest last; a reader may still stand in an older one.
  std::vector<std::unique_ptr<SlotArray>> arrays_ TIMOCK_GUARDED_BY(mutex_);
};

}  // namespace timock

#endif  // TIMOCK_CORE_ID_TABLE_H_
