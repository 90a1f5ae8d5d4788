#include "journal/call_counters.h"

#include <algorithm>

namespace timock {
namespace {

void AddOutcome(std::string_view command, std::optional<int> error_code, std::uint64_t calls,
                CallMetrics* sum) {
  const auto place = std::lower_bound(
      sum->outcomes.begin(), sum->outcomes.end(), std::tuple(command, error_code),
      [](const CallMetrics::Outcome& outcome, const auto& key) {
        return std::tuple(std::string_view(outcome.command), outcome.error_code) < key;
      });
  if (place != sum->outcomes.end() && place->command == command &&
      place->error_code == error_code) {
    place->calls += calls;
  } else {
    sum->outcomes.insert(place, {std::string(command), error_code, calls});
  }
}

}  // namespace

void CallCounters::Count(std::string_view command, std::optional<int> error_code,
                         std::chrono::nanoseconds duration, std::optional<bool> admitted) {
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  const auto* const bound =
      std::find_if(kBounds.begin(), kBounds.end(), [&](std::int64_t most) { return ns <= most; });
  const MutexLock lock(mutex_);
  if (const auto found = outcomes_.find(std::tuple(command, error_code));
      found != outcomes_.end()) {
    ++found->second;
  } else if (outcomes_.size() < kMaxOutcomes) {
    outcomes_.emplace(Outcome{std::string(command), error_code}, 1);
  } else {
    ++other_outcomes_;
  }
  ++durations_[static_cast<std::size_t>(bound - kBounds.begin())];
  duration_sum_ns_ += static_cast<std::uint64_t>(ns);
  if (admitted) ++(*admitted ? throttle_admitted_ : throttle_refused_);
}

void CallCounters::AddTo(CallMetrics* sum) const {
  if (sum->duration_bounds.empty()) {
    for (const std::int64_t ns : kBounds) {
      sum->duration_bounds.push_back(static_cast<double>(ns) / 1e9);
    }
    sum->duration_counts.resize(kBounds.size() + 1);
  }
  const MutexLock lock(mutex_);
  for (const auto& [outcome, calls] : outcomes_) {
    AddOutcome(outcome.command, outcome.error_code, calls, sum);
  }
  sum->other_outcomes += other_outcomes_;
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < durations_.size(); ++i) {
    up_to += durations_[i];
    sum->duration_counts[i] += up_to;
  }
  sum->duration_sum += static_cast<double>(duration_sum_ns_) / 1e9;
  sum->throttle_admitted += throttle_admitted_;
  sum->throttle_refused += throttle_refused_;
}

}  // namespace timock
