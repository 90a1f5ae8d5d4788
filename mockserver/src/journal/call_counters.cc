#include "journal/call_counters.h"

#include <algorithm>

namespace timock {

void CallCounters::Count(std::string_view command, std::optional<int> error_code,
                         std::chrono::nanoseconds duration, std::optional<bool> admitted) {
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  const auto* const bound = std::lower_bound(kBounds.begin(), kBounds.end(), ns);
  const MutexLock lock(mutex_);
  auto codes = outcomes_.find(command);
  const bool known = codes != outcomes_.end() && codes->second.contains(error_code);
  if (!known && outcome_count_ == kMaxOutcomes) {
    ++other_outcomes_;
  } else {
    if (!known) ++outcome_count_;
    if (codes == outcomes_.end()) codes = outcomes_.try_emplace(std::string(command)).first;
    ++codes->second[error_code];
  }
  ++durations_[static_cast<std::size_t>(bound - kBounds.begin())];
  duration_sum_ns_ += static_cast<std::uint64_t>(ns);
  if (admitted) ++(*admitted ? throttle_admitted_ : throttle_refused_);
}

CallMetrics CallCounters::Metrics() const {
  CallMetrics metrics;
  for (const std::int64_t ns : kBounds) {
    metrics.duration_bounds.push_back(static_cast<double>(ns) / 1e9);
  }
  const MutexLock lock(mutex_);
  for (const auto& [command, codes] : outcomes_) {
    for (const auto& [code, calls] : codes) metrics.outcomes.push_back({command, code, calls});
  }
  metrics.other_outcomes = other_outcomes_;
  std::uint64_t up_to = 0;
  for (const std::uint64_t calls : durations_) {
    metrics.duration_counts.push_back(up_to += calls);
  }
  metrics.duration_sum = static_cast<double>(duration_sum_ns_) / 1e9;
  metrics.throttle_admitted = throttle_admitted_;
  metrics.throttle_refused = throttle_refused_;
  return metrics;
}

}  // namespace timock
