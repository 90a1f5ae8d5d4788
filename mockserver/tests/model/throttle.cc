#include <algorithm>

#include "model/model.h"

namespace timock::model {

std::int64_t Log::Look(std::int64_t window, std::int64_t now) {
  if (newest && now < *newest - window) *this = {};
  newest = std::max(now, newest.value_or(now));
  return *newest;
}

json RuleFor(const json& profile, const json& app) {
  json rule = profile["throttle"];
  if (app.contains("limit")) rule["limit"] = rule["burst"] = app["limit"];
  rule["window"] = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  return rule;
}

bool Admits(Log log, const json& rule, std::int64_t now) {
  if (!rule["limit"].is_number()) return true;
  const std::int64_t window = rule["window"];
  const std::int64_t limit = rule["limit"];
  const std::string algorithm = rule["algorithm"];
  now = log.Look(window, now);
  const std::int64_t aligned = now - now % window;
  std::int64_t recent = 0;    // in (now - window, now]
  std::int64_t current = 0;   // in the aligned window
  std::int64_t admitted = 0;  // of these
  std::int64_t previous = 0;  // in the one before
  std::int64_t first = log.places.empty() ? now : log.places.front().at;
  std::int64_t since_first = 0;
  // In parts: a token is `window` of them, and `limit` come each nanosecond.
  const std::int64_t full = rule["burst"].get<std::int64_t>() * window;
  std::int64_t tokens = full;
  std::int64_t filled = first;
  const auto refill = [&](std::int64_t at) {
    tokens = std::min(tokens + std::min(at - filled, full) * limit, full);
    filled = at;
  };
  for (const auto& place : log.places) {
    const bool in_aligned = place.at >= aligned;
    recent += place.at > now - window;
    current += in_aligned;
    admitted += in_aligned && place.admitted;
    previous += !in_aligned && place.at >= aligned - window;
    if (place.at >= first + window) {
      first = place.at;
      since_first = 0;
    }
    since_first += place.admitted;
    refill(place.at);
    tokens -= std::min(tokens, window);
  }
  refill(now);
  if (algorithm == "fixed_window") return admitted < limit;
  if (algorithm == "window_from_first") return now >= first + window || since_first < limit;
  if (algorithm == "token_bucket") return tokens >= window;
  if (algorithm == "sliding_window") return recent < limit;
  return previous * (window - (now - aligned)) + current * window < limit * window;
}

std::int64_t Row::InWindow(bool admitted, const json& rule, std::int64_t now) const {
  Log log = calls;
  const std::int64_t window = rule["window"];
  const std::int64_t from = log.Look(window, now) - window;
  return std::count_if(log.places.begin(), log.places.end(), [&](const Log::Place& place) {
    return place.admitted == admitted && place.at > from;
  });
}

json Model::ThrottleRows(const json& sdkappid) const {
  json out = json::array();
  for (const auto& [id, app] : apps) {
    if (!sdkappid.is_null() && sdkappid != id) continue;
    const json rule = RuleFor(profile, app.app);
    auto rows = app.rows;
    if (rows.empty()) rows[""];
    for (const auto& [command, row] : rows) {
      const auto counter = app.counters.find(command);
      std::int64_t free = Now();
      if (counter != app.counters.end() && !Admits(counter->second, rule, free)) {
        std::int64_t taken = free;
        for (free += 4 * rule["window"].get<std::int64_t>(); free - taken > 1;) {
          const std::int64_t middle = taken + (free - taken) / 2;
          (Admits(counter->second, rule, middle) ? free : taken) = middle;
        }
      }
      auto totals = row.totals;
      out.push_back({{"sdkappid", id},
                     {"command", command.empty() ? json() : json(command)},
                     {"limit", rule["limit"]},
                     {"admitted", row.InWindow(true, rule, Now())},
                     {"refused", row.InWindow(false, rule, Now())},
                     {"next_free", rule["scope"] == "app_and_identifier" ? json() : json(free)},
                     {"worst_admitted", row.worst},
                     {"worst_at_least", false},
                     {"admitted_total", totals[true]},
                     {"refused_total", totals[false]}});
    }
  }
  return out;
}

}  // namespace timock::model
