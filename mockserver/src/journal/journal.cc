#include "journal/journal.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "base/mutex.h"
#include "journal/entry_store.h"
#include "journal/stored_entry.h"
#include "timock/clock.h"

namespace timock {
namespace {

constexpr std::chrono::hours kLongestWait{24};
constexpr std::size_t kNearMisses = 5;
constexpr std::size_t kAssumptionBits = 64;

}  // namespace

struct Journal::Impl {
  Impl(const JournalOptions& options, std::size_t shards,
       std::function<bool(std::uint32_t)> app_exists)
      : enabled(options.enabled), store(options, shards, std::move(app_exists)) {}

  struct Tally {
    std::uint64_t count = 0;
    std::uint64_t last_id = 0;  ///< Up to here it counts.
  };
  Tally CountAfter(std::uint64_t after, const JournalFilter& filter) const {
    Tally tally{.last_id = store.LastId()};
    store.ForEach(std::max(after, filter.since_id), tally.last_id, [&](const StoredEntry& entry) {
      if (Fits(entry, filter)) ++tally.count;
    });
    return tally;
  }
  bool Complete(const JournalFilter& filter) const {
    return enabled && !store.MayHaveEvicted(filter);
  }

  void Wake() TIMOCK_EXCLUDES(mutex) {
    {
      const MutexLock lock(mutex);
      ++wakes;
    }
    appended.NotifyAll();
  }
  std::uint64_t Wakes() TIMOCK_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    return wakes;
  }
  /// False when the deadline passes and nothing has been appended since `before`.
  bool WaitForMoreThan(std::uint64_t before, Tick deadline) TIMOCK_EXCLUDES(mutex) {
    const MutexLock lock(mutex);
    while (wakes == before) {
      if (SystemClock().Ticks() >= deadline) return false;
      appended.WaitUntil(mutex, deadline);
    }
    return true;
  }

  const bool enabled;
  EntryStore store;
  /// Read by every call; the rest below only while somebody waits.
  std::atomic<std::uint64_t> waiting{0};
  Mutex mutex;
  CondVar appended;
  std::uint64_t wakes TIMOCK_GUARDED_BY(mutex) = 0;
};

Journal::Journal(const JournalOptions& options, std::size_t shards,
                 std::function<bool(std::uint32_t)> app_exists)
    : impl_(std::make_unique<Impl>(options, shards, std::move(app_exists))) {}

Journal::~Journal() = default;

// Whoever waits goes through the locks of all shards before it looks, so it either finds the entry
// or is seen here.
void Journal::Append(std::size_t shard, const CallRecord& record) {
  impl_->store.Append(shard, record);
  if (impl_->waiting.load(std::memory_order_relaxed) != 0) impl_->Wake();
}

JournalPage Journal::Read(const JournalFilter& filter, std::size_t limit, bool newest) const {
  JournalPage page;
  std::map<std::uint64_t, JournalEntry> kept;
  // Whether an entry of this id is one too many: pages come in no order.
  const auto beyond = [&](std::uint64_t id) {
    if (kept.size() < limit) return false;
    return limit == 0 || (newest ? id < kept.begin()->first : id > kept.rbegin()->first);
  };
  impl_->store.ForEach(filter.since_id, impl_->store.LastId(), [&](const StoredEntry& entry) {
    if (page.more && beyond(entry.id)) return;
    if (!Fits(entry, filter)) return;
    page.more = page.more || kept.size() == limit;
    if (beyond(entry.id)) return;
    kept.emplace(entry.id, Decode(entry));
    if (kept.size() > limit) kept.erase(newest ? kept.begin() : std::prev(kept.end()));
  });
  page.entries.reserve(kept.size());
  for (auto& [id, entry] : kept) page.entries.push_back(std::move(entry));
  page.evicted = impl_->store.status().evicted;
  return page;
}

std::optional<JournalEntry> Journal::Find(std::uint64_t id) const {
  std::optional<JournalEntry> found;
  if (id == 0) return found;
  impl_->store.ForEach(id - 1, std::min(id, impl_->store.LastId()),
                       [&](const StoredEntry& entry) { found = Decode(entry); });
  return found;
}

JournalCount Journal::Count(const JournalFilter& filter) const {
  const std::uint64_t count = impl_->CountAfter(0, filter).count;
  return {.count = count, .complete = impl_->Complete(filter)};
}

JournalCount Journal::Explain(const JournalFilter& filter) const {
  JournalCount count;
  std::map<std::uint64_t, std::string, std::greater<>> newest;
  impl_->store.ForEach(0, impl_->store.LastId(), [&](const StoredEntry& entry) {
    if (Fits(entry, filter)) ++count.count;
    if (newest.size() == kNearMisses && entry.id < newest.rbegin()->first) return;
    if (std::optional<std::string> why = NearMissOf(entry, filter)) {
      newest.emplace(entry.id, *std::move(why));
      if (newest.size() > kNearMisses) newest.erase(std::prev(newest.end()));
    }
  });
  for (auto& [id, why] : newest) count.near_misses.push_back({id, std::move(why)});
  count.complete = impl_->Complete(filter);
  return count;
}

JournalCount Journal::WaitFor(const JournalFilter& filter, std::uint64_t at_least,
                              std::chrono::milliseconds wait) const {
  const Tick deadline =
      SystemClock().Ticks() + std::clamp<std::chrono::milliseconds>(wait, {}, kLongestWait);
  struct Waiting {
    explicit Waiting(std::atomic<std::uint64_t>& waiting) : count(waiting) { ++count; }
    ~Waiting() { --count; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    std::atomic<std::uint64_t>& count;
  };
  const Waiting waiting(impl_->waiting);
  // Only what is new is looked at, until the sum may be enough; then all of it, for entries may
  // have gone.
  Impl::Tally seen;
  for (;;) {
    const std::uint64_t wakes = impl_->Wakes();
    const Impl::Tally fresh = impl_->CountAfter(seen.last_id, filter);
    seen = {seen.count + fresh.count, fresh.last_id};
    if (seen.count >= at_least) {
      seen = impl_->CountAfter(0, filter);
      if (seen.count >= at_least) {
        return {.count = seen.count, .complete = impl_->Complete(filter)};
      }
    }
    if (!impl_->WaitForMoreThan(wakes, deadline)) return Explain(filter);
  }
}

void Journal::Clear(const JournalFilter& filter) { impl_->store.Clear(filter); }

void Journal::Expect(std::uint32_t sdkappid) { impl_->store.Expect(sdkappid); }

JournalStatus Journal::status() const { return impl_->store.status(); }

std::vector<Dependence> Journal::Dependences(const JournalFilter& filter) const {
  std::vector<Dependence> all(kAssumptionBits);
  impl_->store.ForEach(filter.since_id, impl_->store.LastId(), [&](const StoredEntry& entry) {
    if (entry.assumptions == 0 || !Fits(entry, filter)) return;
    for (std::size_t bit = 0; bit < kAssumptionBits; ++bit) {
      if ((entry.assumptions >> bit & 1) == 0) continue;
      ++all[bit].calls;
      all[bit].last_id = std::max(all[bit].last_id, entry.id);
    }
  });
  return all;
}

}  // namespace timock
