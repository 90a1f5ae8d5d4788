#include "journal/journal.h"

#include <algorithm>
#include <utility>

#include "timock/clock.h"

namespace timock {
namespace {

constexpr std::chrono::hours kLongestWait{24};
constexpr std::size_t kNearMisses = 5;
constexpr std::size_t kAssumptionBits = 64;

// An entry takes at most a quarter of the memory, so that a large one never clears the journal.
std::size_t MaxTextBytes(std::size_t max_bytes) {
  const std::size_t quarter = max_bytes / 4;
  return quarter > sizeof(StoredEntry) ? quarter - sizeof(StoredEntry) : 0;
}

}  // namespace

Journal::Journal(const JournalOptions& options, std::function<bool(std::uint32_t)> app_exists)
    : options_(options),
      max_text_bytes_(MaxTextBytes(options.max_bytes)),
      evicted_(std::move(app_exists)) {}

// Invariant: entries_ ascends by id, bytes_ is the sum of their bytes(), and both bounds hold
// whenever the lock is free. An id is given and its entry added under one lock, so that a reader
// who goes on from the last id that it saw misses none. Oldest entries go until the new one fits;
// it always does then, unless it is over a bound alone.
void Journal::Append(const CallRecord& record) {
  StoredEntry entry(record, max_text_bytes_);
  const std::size_t bytes = entry.bytes();
  {
    const MutexLock lock(mutex_);
    entry.id = ++last_id_;
    const bool fits = options_.max_entries > 0 && bytes <= options_.max_bytes;
    while (fits &&
           (entries_.size() >= options_.max_entries || bytes_ > options_.max_bytes - bytes)) {
      bytes_ -= entries_.front().bytes();
      evicted_.Note(entries_.front());
      entries_.pop_front();
    }
    if (fits) {
      bytes_ += bytes;
      entries_.push_back(std::move(entry));
    } else {
      evicted_.Note(entry);
    }
  }
  appended_.NotifyAll();
}

Journal::Entries::const_iterator Journal::After(std::uint64_t id) const {
  return std::upper_bound(
      entries_.begin(), entries_.end(), id,
      [](std::uint64_t passed, const StoredEntry& entry) { return passed < entry.id; });
}

JournalPage Journal::Read(const JournalFilter& filter, std::size_t limit, bool newest) const {
  JournalPage page;
  const MutexLock lock(mutex_);
  page.evicted = evicted_.count();
  const auto add = [&](auto entry, auto end) {
    for (; entry != end && !page.more; ++entry) {
      if (!Fits(*entry, filter)) continue;
      page.more = page.entries.size() == limit;
      if (!page.more) page.entries.push_back(Decode(*entry));
    }
  };
  const auto first = After(filter.since_id);
  if (newest) {
    add(entries_.rbegin(), std::make_reverse_iterator(first));
    std::reverse(page.entries.begin(), page.entries.end());
  } else {
    add(first, entries_.end());
  }
  return page;
}

std::optional<JournalEntry> Journal::Find(std::uint64_t id) const {
  if (id == 0) return {};
  const MutexLock lock(mutex_);
  const auto found = After(id - 1);
  if (found == entries_.end() || found->id != id) return {};
  return Decode(*found);
}

JournalCount Journal::CountLocked(const JournalFilter& filter) const {
  const auto count = std::count_if(After(filter.since_id), entries_.end(),
                                   [&](const StoredEntry& entry) { return Fits(entry, filter); });
  return {.count = static_cast<std::uint64_t>(count),
          .complete = options_.enabled && !evicted_.MayFit(filter)};
}

JournalCount Journal::Count(const JournalFilter& filter) const {
  const MutexLock lock(mutex_);
  return CountLocked(filter);
}

JournalCount Journal::Explain(const JournalFilter& filter) const {
  const MutexLock lock(mutex_);
  JournalCount count = CountLocked(filter);
  for (auto entry = entries_.rbegin();
       entry != entries_.rend() && count.near_misses.size() < kNearMisses; ++entry) {
    if (std::optional<std::string> why = NearMissOf(*entry, filter)) {
      count.near_misses.push_back({entry->id, *std::move(why)});
    }
  }
  return count;
}

JournalCount Journal::WaitFor(const JournalFilter& filter, std::uint64_t at_least,
                              std::chrono::milliseconds wait) const {
  const SystemClock clock;
  const Tick deadline =
      clock.Ticks() + std::clamp<std::chrono::milliseconds>(wait, {}, kLongestWait);
  const auto count = [this](const JournalFilter& by) {
    // Dropped entries cannot end a wait for more: what is counted is enough or not.
    return JournalCount{.count = Count(by).count};
  };
  CountWatch watch([this] { return status(); }, count, filter, at_least);
  while (!watch.Decided()) {
    const MutexLock lock(mutex_);
    while (last_id_ == watch.seen_id() && clock.Ticks() < deadline) {
      appended_.WaitUntil(mutex_, deadline);
    }
    if (last_id_ == watch.seen_id()) break;
  }
  JournalCount result = Count(filter);
  return result.count >= at_least ? result : Explain(filter);
}

void Journal::Clear(const JournalFilter& filter) {
  const MutexLock lock(mutex_);
  std::size_t freed = 0;
  std::erase_if(entries_, [&](const StoredEntry& entry) {
    if (!Fits(entry, filter)) return false;
    freed += entry.bytes();
    return true;
  });
  bytes_ -= freed;
  evicted_.Forget(filter);
}

void Journal::Expect(std::uint32_t sdkappid) {
  const MutexLock lock(mutex_);
  evicted_.Expect(sdkappid);
}

JournalStatus Journal::status() const {
  const MutexLock lock(mutex_);
  return {.entries = entries_.size(),
          .bytes = bytes_,
          .evicted = evicted_.count(),
          .last_id = last_id_};
}

std::vector<Dependence> Journal::Dependences(const JournalFilter& filter) const {
  std::vector<Dependence> all(kAssumptionBits);
  const MutexLock lock(mutex_);
  for (auto entry = After(filter.since_id); entry != entries_.end(); ++entry) {
    if (entry->assumptions == 0 || !Fits(*entry, filter)) continue;
    for (std::size_t bit = 0; bit < kAssumptionBits; ++bit) {
      if ((entry->assumptions >> bit & 1) == 0) continue;
      ++all[bit].calls;
      all[bit].last_id = entry->id;
    }
  }
  return all;
}

CountWatch::CountWatch(Status status, Count count, JournalFilter filter,
                       std::optional<std::uint64_t> at_least, std::optional<std::uint64_t> at_most)
    : status_(std::move(status)),
      count_(std::move(count)),
      filter_(std::move(filter)),
      at_least_(at_least),
      at_most_(at_most) {}

CountWatch::Verdict CountWatch::Judge(const JournalCount& count) const {
  if (at_most_ && count.count > *at_most_) return Verdict::kNever;
  // Where entries are missing, nothing but a minimum that is reached is certain.
  if (!count.complete && (!at_least_ || at_most_)) return Verdict::kNever;
  return !at_least_ || count.count >= *at_least_ ? Verdict::kWithin : Verdict::kNotYet;
}

bool CountWatch::Decided() {
  const JournalStatus status = status_();
  if (looked_ && status.last_id == seen_id_) return false;
  if (looked_ && !MayBeDecided(status)) return false;
  const JournalCount count = count_(filter_);
  looked_ = true;
  sum_ = count.count;
  seen_id_ = status.last_id;
  seen_evicted_ = status.evicted;
  return Judge(count) != Verdict::kNotYet;
}

// Whether enough has come, deleted calls and those between two looks being counted too often, or
// calls were dropped whose loss decides.
bool CountWatch::MayBeDecided(const JournalStatus& status) {
  JournalFilter fresh = filter_;
  fresh.since_id = std::max(fresh.since_id, seen_id_);
  sum_ += count_(fresh).count;
  seen_id_ = status.last_id;
  return sum_ >= at_least_.value_or(0) || (at_most_ && status.evicted != seen_evicted_);
}

}  // namespace timock
