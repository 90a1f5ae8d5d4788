#ifndef TIMOCK_JOURNAL_EVICTED_ENTRIES_H_
#define TIMOCK_JOURNAL_EVICTED_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "journal/entry.h"
#include "timock/journal.h"

namespace timock {

/// What is still known of entries that the journal had to drop: enough to say of a filter that none
/// of them fitted it. Not thread-safe.
class EvictedEntries {
 public:
  /// Apps that are tracked individually. At the bound those that no longer exist make room; any
  /// further apps share one bucket.
  static constexpr std::size_t kMaxApps = 1'024;

  explicit EvictedEntries(std::function<bool(std::uint32_t)> app_exists)
      : app_exists_(std::move(app_exists)) {}

  void Note(const StoredEntry& entry);

  /// Entries noted so far, also those that were forgotten since.
  std::uint64_t count() const { return count_; }

  /// False when certainly none of the noted entries fitted.
  bool MayFit(const JournalFilter& filter) const;

  /// Notes an app that cannot have been called yet: nothing of it was dropped.
  void Expect(std::uint32_t sdkappid);

  /// After Clear(filter) no dropped entry that fitted is missed any more.
  void Forget(const JournalFilter& filter);

 private:
  struct Extent {
    std::uint64_t last_id = 0;  // 0: none
    UnixTime earliest = UnixTime::max();
    UnixTime latest = UnixTime::min();

    void Add(const StoredEntry& entry);
    void Add(const Extent& other);
    bool MayFit(const JournalFilter& filter) const;
  };

  void DropMissingApps();

  const std::function<bool(std::uint32_t)> app_exists_;
  std::uint64_t count_ = 0;
  std::uint64_t untracked_ = 0;
  std::unordered_map<std::uint32_t, Extent> by_app_;
  Extent of_other_apps_;
  Extent of_no_app_;
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_EVICTED_ENTRIES_H_
