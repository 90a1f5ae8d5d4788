#ifndef TIMOCK_CORE_EVICTED_ENTRIES_H_
#define TIMOCK_CORE_EVICTED_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "core/stored_entry.h"
#include "timock/journal.h"

namespace timock {

/// What is still known of entries that the journal had to drop: enough to say of a filter that none
/// of them fitted it. Not thread-safe.
class EvictedEntries {
 public:
  /// Apps that are told apart. Those that come later are one to it.
  static constexpr std::size_t kMostApps = 1'024;

  void Note(const StoredEntry& entry);

  /// Entries noted so far, also those that were forgotten since.
  std::uint64_t count() const { return count_; }

  /// False when certainly none of the noted entries fitted.
  bool MayFit(const JournalFilter& filter) const;

  /// After Clear(filter) no dropped entry that fitted is missed any more.
  void Forget(const JournalFilter& filter);

 private:
  struct Extent {
    std::uint64_t last_id = 0;  // 0: none
    UnixTime earliest = UnixTime::max();
    UnixTime latest = UnixTime::min();

    void Add(const StoredEntry& entry);
    bool MayFit(const JournalFilter& filter) const;
  };

  std::uint64_t count_ = 0;
  std::unordered_map<std::uint32_t, Extent> by_app_;
  Extent of_other_apps_;
  Extent of_no_app_;
};

}  // namespace timock

#endif  // TIMOCK_CORE_EVICTED_ENTRIES_H_
