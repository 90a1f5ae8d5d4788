#include "load/judge/journal_replay.h"

#include <array>
#include <charconv>
#include <deque>
#include <stdexcept>

namespace timock::load {

using std::chrono::nanoseconds;

Replay ReplayJournal(const std::vector<JournalCall>& calls,
                     const conformance::ThrottleClaim& claim) {
  constexpr nanoseconds kEdge{20'000};
  Replay replay{.calls = calls.size()};
  std::deque<nanoseconds> places;
  for (const JournalCall& call : calls) {
    // A place may be counted on up to the edge by the other clock; keep it that long.
    while (!places.empty() && places.front() <= call.at - claim.window - kEdge) places.pop_front();
    std::size_t taken = 0;
    std::size_t at_most = 0;
    std::size_t at_least = 0;
    for (const nanoseconds place : places) {
      taken += place > call.at - claim.window ? 1U : 0U;
      at_least += place > call.at - claim.window + kEdge ? 1U : 0U;
      ++at_most;
    }
    const bool passes = taken < claim.limit;
    replay.admitted += call.passed ? 1U : 0U;
    replay.admitted_by_model += passes ? 1U : 0U;
    if (passes != call.passed) {
      const bool explained = call.passed ? at_least < claim.limit : at_most >= claim.limit;
      ++(explained ? replay.on_the_edge : replay.differences);
    }
    if (call.passed) places.push_back(call.at);
  }
  return replay;
}

nanoseconds ParseIsoTime(const std::string& text) {
  constexpr std::array<std::size_t, 7> kBegins = {0, 5, 8, 11, 14, 17, 20};
  constexpr std::array<std::size_t, 7> kSizes = {4, 2, 2, 2, 2, 2, 9};
  std::array<int, 7> parts{};
  bool good = text.size() == 30 && text.back() == 'Z';
  for (std::size_t i = 0; good && i < parts.size(); ++i) {
    const char* const begin = text.data() + kBegins[i];
    good = std::from_chars(begin, begin + kSizes[i], parts[i]).ptr == begin + kSizes[i];
  }
  if (!good) throw std::runtime_error("\"" + text + "\" is no time of the journal");
  const std::chrono::year_month_day day{std::chrono::year{parts[0]},
                                        std::chrono::month{static_cast<unsigned>(parts[1])},
                                        std::chrono::day{static_cast<unsigned>(parts[2])}};
  return std::chrono::sys_days{day}.time_since_epoch() + std::chrono::hours{parts[3]} +
         std::chrono::minutes{parts[4]} + std::chrono::seconds{parts[5]} + nanoseconds{parts[6]};
}

}  // namespace timock::load
