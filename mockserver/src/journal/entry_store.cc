#include "journal/entry_store.h"

#include <algorithm>
#include <utility>

namespace timock {
namespace {

constexpr std::size_t kPages = 100;
constexpr std::size_t kMinPageBytes = 8'192;
constexpr std::size_t kMaxBytesPerEntry = 4'096;  // that a page makes room for

// One entry takes at most a quarter of the memory, so that the pages that are being filled never
// leave it no room.
std::size_t MostTextBytes(std::size_t max_bytes) {
  const std::size_t quarter = std::min<std::size_t>(max_bytes / 4, UINT32_MAX);
  const std::size_t beside = EntryPage::BytesOf(1, 0);
  return quarter > beside ? quarter - beside : 0;
}

}  // namespace

EntryStore::EntryStore(const JournalOptions& options, std::size_t shards,
                       std::function<bool(std::uint32_t)> app_exists)
    : options_(options),
      most_text_bytes_(MostTextBytes(options.max_bytes)),
      shards_(shards),
      evicted_(std::move(app_exists)) {
  const std::size_t bytes = options.max_bytes / kPages;
  const std::size_t entries =
      std::min(options.max_entries / kPages, bytes / (2 * sizeof(EntryPage::Slot)));
  if (entries < 2 || bytes < kMinPageBytes) return;
  page_entries_ = entries;
  page_text_bytes_ = std::min(bytes - EntryPage::BytesOf(entries, 0), entries * kMaxBytesPerEntry);
}

void EntryStore::Append(std::size_t shard_index, const CallRecord& record) {
  StoredEntry entry = Measure(record, most_text_bytes_);
  Shard& shard = shards_[shard_index % shards_.size()];
  const MutexLock lock(shard.mutex);
  entry.id = last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (shard.page && shard.page->HasRoomFor(entry)) {
    shard.page->Add(entry, record);
  } else {
    AppendToNewPage(shard, entry, record);
  }
}

void EntryStore::AppendToNewPage(Shard& shard, const StoredEntry& entry, const CallRecord& record) {
  const bool shared = page_entries_ > 1 && entry.text_bytes <= page_text_bytes_;
  const MutexLock lock(mutex_);
  if (shared && shard.page) {
    MarkFilledLocked(shard.page.get());
    shard.page.reset();
  }
  const PagePointer page = shared ? NewPageLocked(page_entries_, page_text_bytes_, false)
                                  : NewPageLocked(1, entry.text_bytes, true);
  if (!page) return evicted_.Note(entry);
  page->Add(entry, record);
  if (shared) shard.page = page;
}

EntryStore::PagePointer EntryStore::NewPageLocked(std::size_t entries, std::size_t text_bytes,
                                                  bool filled) {
  const std::size_t bytes = EntryPage::BytesOf(entries, text_bytes);
  if (entries > options_.max_entries || bytes > options_.max_bytes) return nullptr;
  PagePointer page;
  while (held_entries_ > options_.max_entries - entries ||
         held_bytes_ > options_.max_bytes - bytes) {
    page = EvictOldestLocked();
    if (!page) return nullptr;
  }
  if (page && page->Measures(entries, text_bytes) && page.use_count() == 1) {
    page->Restart();
  } else {
    page = std::make_shared<EntryPage>(entries, text_bytes);
  }
  held_entries_ += entries;
  held_bytes_ += bytes;
  shelves_.push_back(
      {.number = ++last_number_, .page = page, .reserved = entries, .filled = filled});
  return page;
}

void EntryStore::MarkFilledLocked(const EntryPage* page) {
  const auto shelf = std::find_if(shelves_.begin(), shelves_.end(),
                                  [&](const Shelf& entry) { return entry.page.get() == page; });
  shelf->filled = true;
  held_entries_ -= shelf->reserved - page->size();
  shelf->reserved = page->size();
  if (shelf->forgotten == shelf->reserved) TakeDownLocked(shelf);
}

EntryStore::PagePointer EntryStore::EvictOldestLocked() {
  const auto oldest = std::find_if(shelves_.begin(), shelves_.end(),
                                   [](const Shelf& shelf) { return shelf.filled; });
  if (oldest == shelves_.end()) return nullptr;
  const EntryPage& page = *oldest->page;
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (!page[i].forgotten.load(std::memory_order_relaxed)) evicted_.Note(page[i].entry);
  }
  return TakeDownLocked(oldest);
}

EntryStore::PagePointer EntryStore::TakeDownLocked(const std::deque<Shelf>::iterator& shelf) {
  PagePointer page = std::move(shelf->page);
  held_entries_ -= shelf->reserved;
  held_bytes_ -= page->bytes();
  shelves_.erase(shelf);
  return page;
}

// An id is given under the lock of its shard. So once that lock has been free, either the entry can
// be read, or its id was not yet given when last_id_ was read.
std::uint64_t EntryStore::LastId() const {
  const std::uint64_t last = last_id_.load(std::memory_order_relaxed);
  for (Shard& shard : shards_) {
    const MutexLock lock(shard.mutex);
  }
  return last;
}

bool EntryStore::NextPage(std::uint64_t after, std::uint64_t* number,
                          std::shared_ptr<const EntryPage>* page) const {
  const MutexLock lock(mutex_);
  page->reset();
  auto shelf = std::upper_bound(
      shelves_.begin(), shelves_.end(), *number,
      [](std::uint64_t passed, const Shelf& entry) { return passed < entry.number; });
  for (; shelf != shelves_.end(); ++shelf) {
    const std::size_t size = shelf->page->size();
    if (size == 0 || (*shelf->page)[size - 1].entry.id <= after) continue;
    *number = shelf->number;
    *page = shelf->page;
    return true;
  }
  return false;
}

void EntryStore::Clear(const JournalFilter& filter) {
  const std::uint64_t last = LastId();
  const MutexLock lock(mutex_);
  for (auto shelf = shelves_.begin(); shelf != shelves_.end();) {
    EntryPage& page = *shelf->page;
    for (std::size_t i = 0; i < page.size(); ++i) {
      const EntryPage::Slot& slot = page[i];
      if (slot.forgotten.load(std::memory_order_relaxed) || slot.entry.id > last) continue;
      if (!Fits(slot.entry, filter)) continue;
      page.Forget(i);
      ++shelf->forgotten;
    }
    if (shelf->filled && shelf->forgotten == page.size()) {
      const auto place = shelf - shelves_.begin();
      TakeDownLocked(shelf);
      shelf = shelves_.begin() + place;
    } else {
      ++shelf;
    }
  }
  evicted_.Forget(filter);
}

void EntryStore::Expect(std::uint32_t sdkappid) {
  const MutexLock lock(mutex_);
  evicted_.Expect(sdkappid);
}

bool EntryStore::MayHaveEvicted(const JournalFilter& filter) const {
  const MutexLock lock(mutex_);
  return evicted_.MayFit(filter);
}

JournalStatus EntryStore::status() const {
  JournalStatus status{.last_id = LastId()};
  const MutexLock lock(mutex_);
  for (const Shelf& shelf : shelves_) status.entries += shelf.page->size() - shelf.forgotten;
  status.bytes = held_bytes_;
  status.evicted = evicted_.count();
  return status;
}

}  // namespace timock
