#ifndef TIMOCK_JOURNAL_ENTRY_PAGE_H_
#define TIMOCK_JOURNAL_ENTRY_PAGE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "journal/stored_entry.h"

namespace timock {

/// Memory for a number of journal entries and their texts, filled front to back by one writer at a
/// time. What has been added can be read meanwhile, without a lock.
class EntryPage {
 public:
  struct Slot {
    StoredEntry entry;
    std::atomic<bool> forgotten{false};
  };

  EntryPage(std::size_t most_entries, std::size_t text_bytes)
      : most_entries_(most_entries),
        text_bytes_(text_bytes),
        slots_(std::make_unique<Slot[]>(most_entries)),
        texts_(std::make_unique_for_overwrite<char[]>(text_bytes)) {}

  /// What a page of that measure takes.
  static std::size_t BytesOf(std::size_t most_entries, std::size_t text_bytes) {
    return sizeof(EntryPage) + most_entries * sizeof(Slot) + text_bytes;
  }
  std::size_t bytes() const { return BytesOf(most_entries_, text_bytes_); }
  bool Measures(std::size_t most_entries, std::size_t text_bytes) const {
    return most_entries == most_entries_ && text_bytes == text_bytes_;
  }

  /// Of the writer. `entry` was measured from `record`, and its id is set.
  bool HasRoomFor(const StoredEntry& entry) const {
    return size_.load(std::memory_order_relaxed) < most_entries_ &&
           entry.text_bytes <= text_bytes_ - used_;
  }
  void Add(const StoredEntry& entry, const CallRecord& record) {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    char* const texts = texts_.get() + used_;
    WriteTexts(record, entry, texts);
    Slot& slot = slots_[size];
    slot.entry = entry;
    slot.entry.texts = texts;
    slot.forgotten.store(false, std::memory_order_relaxed);
    used_ += entry.text_bytes;
    size_.store(size + 1, std::memory_order_release);
  }
  /// Empties it. Nobody may be reading.
  void Restart() {
    used_ = 0;
    size_.store(0, std::memory_order_relaxed);
  }

  /// Entries so far; those below this number can be read. Ascending by id.
  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  const Slot& operator[](std::size_t i) const { return slots_[i]; }
  void Forget(std::size_t i) { slots_[i].forgotten.store(true, std::memory_order_relaxed); }

 private:
  const std::size_t most_entries_;
  const std::size_t text_bytes_;
  const std::unique_ptr<Slot[]> slots_;
  const std::unique_ptr<char[]> texts_;
  std::size_t used_ = 0;
  std::atomic<std::size_t> size_{0};
};

}  // namespace timock

#endif  // TIMOCK_JOURNAL_ENTRY_PAGE_H_
