#include "journal/evicted_entries.h"

#include <algorithm>

namespace timock {

void EvictedEntries::Extent::Add(const StoredEntry& entry) {
  last_id = std::max(last_id, entry.id);
  earliest = std::min(earliest, entry.at);
  latest = std::max(latest, entry.at);
}

void EvictedEntries::Extent::Add(const Extent& other) {
  last_id = std::max(last_id, other.last_id);
  earliest = std::min(earliest, other.earliest);
  latest = std::max(latest, other.latest);
}

bool EvictedEntries::Extent::MayFit(const JournalFilter& filter) const {
  return last_id > filter.since_id && (!filter.from || latest >= *filter.from) &&
         (!filter.until || earliest < *filter.until);
}

void EvictedEntries::Note(const StoredEntry& entry) {
  ++count_;
  if (!entry.sdkappid) return of_no_app_.Add(entry);
  if (const auto found = by_app_.find(*entry.sdkappid); found != by_app_.end()) {
    return found->second.Add(entry);
  }
  // All tracked apps are looked at once in so many entries, so that an entry costs one look-up.
  if (by_app_.size() >= kMaxApps && untracked_++ % kMaxApps == 0) DropMissingApps();
  if (by_app_.size() >= kMaxApps) return of_other_apps_.Add(entry);
  // Earlier entries of this app may be among the others.
  by_app_.emplace(*entry.sdkappid, of_other_apps_).first->second.Add(entry);
}

void EvictedEntries::Expect(std::uint32_t sdkappid) {
  if (by_app_.size() >= kMaxApps) DropMissingApps();
  if (by_app_.size() < kMaxApps) by_app_[sdkappid] = {};
}

void EvictedEntries::DropMissingApps() {
  std::erase_if(by_app_, [&](const auto& entry) {
    if (app_exists_(entry.first)) return false;
    of_other_apps_.Add(entry.second);
    return true;
  });
}

bool EvictedEntries::MayFit(const JournalFilter& filter) const {
  if (filter.sdkappid) {
    const auto found = by_app_.find(*filter.sdkappid);
    return (found != by_app_.end() ? found->second : of_other_apps_).MayFit(filter);
  }
  return of_no_app_.MayFit(filter) || of_other_apps_.MayFit(filter) ||
         std::any_of(by_app_.begin(), by_app_.end(),
                     [&](const auto& entry) { return entry.second.MayFit(filter); });
}

void EvictedEntries::Forget(const JournalFilter& filter) {
  const bool by_app_at_most = !filter.error_code && filter.command.empty() &&
                              filter.fault.empty() && !filter.from && !filter.until &&
                              filter.since_id == 0;
  if (!by_app_at_most) return;
  if (!filter.sdkappid) {
    by_app_.clear();
    of_other_apps_ = {};
    of_no_app_ = {};
  } else if (by_app_.size() < kMaxApps || by_app_.contains(*filter.sdkappid)) {
    // An empty entry tracks this app apart from the others.
    by_app_[*filter.sdkappid] = {};
  }
}

}  // namespace timock
