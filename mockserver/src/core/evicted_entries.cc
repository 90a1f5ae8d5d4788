#include "core/evicted_entries.h"

#include <algorithm>

namespace timock {

void EvictedEntries::Extent::Add(const StoredEntry& entry) {
  last_id = std::max(last_id, entry.id);
  earliest = std::min(earliest, entry.at);
  latest = std::max(latest, entry.at);
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
  if (by_app_.size() >= kMostApps) return of_other_apps_.Add(entry);
  by_app_[*entry.sdkappid].Add(entry);
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
  } else if (by_app_.size() < kMostApps || by_app_.contains(*filter.sdkappid)) {
    // An empty entry tells this app from the others.
    by_app_[*filter.sdkappid] = {};
  }
}

}  // namespace timock
