#ifndef TIMOCK_JOURNAL_JOURNAL_H_
#define TIMOCK_JOURNAL_JOURNAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "base/mutex.h"
#include "journal/entry.h"
#include "journal/evicted_entries.h"
#include "profile/assumptions.h"
#include "timock/journal.h"

namespace timock {

/// The last calls, in bounded memory: a deque, ascending by id, under one mutex. An entry is made
/// before the lock is taken; when the bounds are met, the oldest go. See Service for what the
/// functions answer.
class Journal {
 public:
  /// `app_exists` is asked under the journal's lock, and must not use the journal.
  explicit Journal(
      const JournalOptions& options,
      std::function<bool(std::uint32_t)> app_exists = [](std::uint32_t) { return true; });

  /// Gives `record` the next id. What is over the bounds alone is cut, or dropped and counted.
  void Append(const CallRecord& record) TIMOCK_EXCLUDES(mutex_);

  JournalPage Read(const JournalFilter& filter, std::size_t limit, bool newest = false) const
      TIMOCK_EXCLUDES(mutex_);
  std::optional<JournalEntry> Find(std::uint64_t id) const TIMOCK_EXCLUDES(mutex_);
  JournalCount Count(const JournalFilter& filter) const TIMOCK_EXCLUDES(mutex_);
  JournalCount Explain(const JournalFilter& filter) const TIMOCK_EXCLUDES(mutex_);
  JournalCount WaitFor(const JournalFilter& filter, std::uint64_t at_least,
                       std::chrono::milliseconds wait) const TIMOCK_EXCLUDES(mutex_);
  void Clear(const JournalFilter& filter) TIMOCK_EXCLUDES(mutex_);
  /// Notes an app that cannot have been called yet.
  void Expect(std::uint32_t sdkappid) TIMOCK_EXCLUDES(mutex_);
  JournalStatus status() const TIMOCK_EXCLUDES(mutex_);

  /// How many entries that fit have each bit of CallRecord::assumptions, and the last such entry.
  std::vector<Dependence> Dependences(const JournalFilter& filter) const TIMOCK_EXCLUDES(mutex_);

 private:
  using Entries = std::deque<StoredEntry>;

  /// The first entry of an id over `id`.
  Entries::const_iterator After(std::uint64_t id) const TIMOCK_REQUIRES(mutex_);
  JournalCount CountLocked(const JournalFilter& filter) const TIMOCK_REQUIRES(mutex_);

  const JournalOptions options_;
  const std::size_t max_text_bytes_;  // of one entry
  mutable Mutex mutex_;
  mutable CondVar appended_;
  Entries entries_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t last_id_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ TIMOCK_GUARDED_BY(mutex_) = 0;
  EvictedEntries evicted_ TIMOCK_GUARDED_BY(mutex_);
};

/// Watches whether the number of calls that fit a filter is within bounds. Between two counts of
/// the whole journal it adds up what has come since the last look, so that a look costs what is
/// new; only what is counted whole decides, for entries may have gone meanwhile.
class CountWatch {
 public:
  enum class Verdict { kWithin, kNotYet, kNever };

  /// What it looks at: the journal's status, and the count of a filter.
  using Status = std::function<JournalStatus()>;
  using Count = std::function<JournalCount(const JournalFilter&)>;

  CountWatch(Status status, Count count, JournalFilter filter,
             std::optional<std::uint64_t> at_least, std::optional<std::uint64_t> at_most = {});

  /// kNever: there are too many, or entries that might fit were dropped and their loss decides.
  Verdict Judge(const JournalCount& count) const;
  /// Whether Judge of a count now is not kNotYet.
  bool Decided();
  /// All calls up to this id were looked at.
  std::uint64_t seen_id() const { return seen_id_; }

 private:
  bool MayBeDecided(const JournalStatus& status);

  const Status status_;
  const Count count_;
  const JournalFilter filter_;
  const std::optional<std::uint64_t> at_least_;
  const std::optional<std::uint64_t> at_most_;
  bool looked_ = false;
  std::uint64_t sum_ = 0;      // calls that fit, up to seen_id_, or more
  std::uint64_t seen_id_ = 0;  // all up to this id are counted in sum_
  std::uint64_t seen_evicted_ = 0;
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_JOURNAL_H_
