#ifndef TIMOCK_JOURNAL_ENTRY_STORE_H_
#define TIMOCK_JOURNAL_ENTRY_STORE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "journal/entry_page.h"
#include "journal/evicted_entries.h"
#include "timock/journal.h"

namespace timock {

/// The memory of the journal. Each shard fills a page of its own under a lock of its own; only when
/// the page is full does it need the common lock, and at the bounds the memory of the oldest page.
/// Pages hold a hundredth of the bounds, or one entry where the bounds are small.
class EntryStore {
 public:
  EntryStore(const JournalOptions& options, std::size_t shards,
             std::function<bool(std::uint32_t)> app_exists);

  /// Gives `record` the next id. What is over the bounds alone is cut, or dropped and counted.
  void Append(std::size_t shard, const CallRecord& record) TIMOCK_EXCLUDES(mutex_);

  /// The last id so far, when all entries up to it can be read.
  std::uint64_t LastId() const;

  /// Calls `visit` with each entry of an id over `after`, up to `last`, the id from LastId; not in
  /// the order of ids. What is dropped meanwhile may be missing.
  template <class Visit>
  void ForEach(std::uint64_t after, std::uint64_t last, Visit&& visit) const {
    std::shared_ptr<const EntryPage> page;
    for (std::uint64_t number = 0; NextPage(after, &number, &page);) {
      const std::size_t size = page->size();
      for (std::size_t i = 0; i < size; ++i) {
        const EntryPage::Slot& slot = (*page)[i];
        if (slot.entry.id <= after || slot.entry.id > last) continue;
        if (!slot.forgotten.load(std::memory_order_relaxed)) visit(slot.entry);
      }
    }
  }

  void Clear(const JournalFilter& filter) TIMOCK_EXCLUDES(mutex_);
  void Expect(std::uint32_t sdkappid) TIMOCK_EXCLUDES(mutex_);
  bool MayHaveEvicted(const JournalFilter& filter) const TIMOCK_EXCLUDES(mutex_);
  JournalStatus status() const TIMOCK_EXCLUDES(mutex_);

 private:
  // A page is owned by its shelf, its shard while it is filled, and those who read it. Owners come
  // and go under mutex_ alone, so that use_count says whether its memory can be used anew.
  using PagePointer = std::shared_ptr<EntryPage>;

  struct alignas(64) Shard {
    Mutex mutex;
    PagePointer page TIMOCK_GUARDED_BY(mutex);
  };
  struct Shelf {
    std::uint64_t number = 0;  // ascending
    PagePointer page;
    std::size_t reserved = 0;  // entries that count against the bound
    std::size_t forgotten = 0;
    bool filled = false;
  };

  void AppendToNewPage(Shard& shard, const StoredEntry& entry, const CallRecord& record)
      TIMOCK_REQUIRES(shard.mutex) TIMOCK_EXCLUDES(mutex_);
  /// Null when there is no room even without the oldest pages.
  PagePointer NewPageLocked(std::size_t entries, std::size_t text_bytes, bool filled)
      TIMOCK_REQUIRES(mutex_);
  void MarkFilledLocked(const EntryPage* page) TIMOCK_REQUIRES(mutex_);
  PagePointer EvictOldestLocked() TIMOCK_REQUIRES(mutex_);
  /// Invalidates all iterators, `shelf` too.
  PagePointer TakeDownLocked(const std::deque<Shelf>::iterator& shelf) TIMOCK_REQUIRES(mutex_);
  bool NextPage(std::uint64_t after, std::uint64_t* number,
                std::shared_ptr<const EntryPage>* page) const TIMOCK_EXCLUDES(mutex_);

  const JournalOptions options_;
  const std::size_t most_text_bytes_;  // of one entry
  std::size_t page_entries_ = 1;
  std::size_t page_text_bytes_ = 0;
  std::atomic<std::uint64_t> last_id_{0};
  mutable std::vector<Shard> shards_;

  mutable Mutex mutex_;  // taken after a shard's
  std::deque<Shelf> shelves_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t last_number_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::size_t held_entries_ TIMOCK_GUARDED_BY(mutex_) = 0;
  std::size_t held_bytes_ TIMOCK_GUARDED_BY(mutex_) = 0;
  EvictedEntries evicted_ TIMOCK_GUARDED_BY(mutex_);
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_ENTRY_STORE_H_
