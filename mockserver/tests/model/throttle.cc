#include "model/throttle.h"

#include <algorithm>
#include <string>

namespace timock::model {

std::int64_t Floor(std::int64_t value, std::int64_t step) {
  return (value / step - (value % step < 0 ? 1 : 0)) * step;
}

bool Counter::Admits(const json& rule, std::int64_t limit, std::int64_t now) const {
  const std::int64_t window = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  const std::string algorithm = rule["algorithm"];
  if (places_.empty() || Emptied(window, now)) return true;
  now = std::max(now, *newest_);
  const std::int64_t aligned = Floor(now, window);
  std::int64_t recent = 0;    // in (now - window, now]
  std::int64_t current = 0;   // in the aligned window
  std::int64_t previous = 0;  // in the one before
  std::int64_t first = places_.front().at;
  std::int64_t since_first = 0;
  // In parts: a token is `window` of them, and `limit` come each nanosecond.
  const std::int64_t full = rule["burst"].get<std::int64_t>() * window;
  std::int64_t tokens = full;
  const auto refilled = [&](std::int64_t elapsed) {
    return std::min(tokens + std::min(elapsed, full) * limit, full);
  };
  std::int64_t filled = first;
  for (const auto& [at, admitted] : places_) {
    if (at > now - window) ++recent;
    if (at >= aligned) ++current;
    if (at < aligned && at >= aligned - window) ++previous;
    if (at >= first + window) first = at, since_first = 0;
    if (admitted) ++since_first;
    tokens = refilled(at - filled);
    filled = at;
    tokens -= std::min(tokens, window);
  }
  const auto admitted = std::count_if(places_.begin(), places_.end(), [&](const Place& place) {
    return place.admitted && place.at >= aligned;
  });
  if (algorithm == "fixed_window") return admitted < limit;
  if (algorithm == "window_from_first") return now >= first + window || since_first < limit;
  if (algorithm == "sliding_counter") {
    return previous * (window - (now - aligned)) + current * window < limit * window;
  }
  if (algorithm == "token_bucket") {
    return refilled(now - filled) >= window;
  }
  return recent < limit;
}

bool Counter::Take(const json& rule, std::int64_t limit, std::int64_t now) {
  const std::int64_t window = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  const bool admitted = Admits(rule, limit, now);
  if (Emptied(window, now)) places_.clear(), newest_.reset();
  newest_ = std::max(now, newest_.value_or(now));
  if (admitted || rule["count_refused"] == true) places_.push_back({*newest_, admitted});
  return admitted;
}

void Row::Note(std::int64_t window, std::int64_t now, bool admit) {
  stepped_back = stepped_back || (newest && now < *newest);
  if (newest && now < *newest - window) admitted.clear(), refused.clear(), newest.reset();
  newest = std::max(now, newest.value_or(now));
  (admit ? admitted : refused).push_back(*newest);
  ++(admit ? admitted_total : refused_total);
  worst = std::max(worst, InWindow(admitted, window, now));
}

std::uint64_t Row::InWindow(const std::vector<std::int64_t>& calls, std::int64_t window,
                            std::int64_t now) const {
  if (!newest || now < *newest - window) return 0;
  const std::int64_t from = std::max(now, *newest) - window;
  return static_cast<std::uint64_t>(
      std::count_if(calls.begin(), calls.end(), [&](std::int64_t at) { return at > from; }));
}

}  // namespace timock::model
