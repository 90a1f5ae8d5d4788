#include "core/call_counters.h"

#include <algorithm>
#include <tuple>

namespace timock {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::size_t HashOf(std::string_view command, int error_code) {
  const std::size_t last = command.empty() ? 0 : static_cast<unsigned char>(command.back());
  return static_cast<std::size_t>(error_code) * 31 + command.size() * 7 + last;
}

void AddOutcome(std::string_view command, int error_code, std::uint64_t calls, CallMetrics* sum) {
  if (calls == 0) return;
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

std::atomic<std::uint64_t>& CallCounters::CounterOf(std::string_view command, int error_code) {
  if (command.size() > kMostCommand) return other_outcomes_;
  const std::size_t first = HashOf(command, error_code);
  for (std::size_t i = 0; i < kMostOutcomes; ++i) {
    Outcome& outcome = outcomes_[(first + i) % kMostOutcomes];
    State state = outcome.state.load(std::memory_order_acquire);
    if (state == State::kFree && outcome.state.compare_exchange_strong(state, State::kBeingTaken,
                                                                       std::memory_order_acquire)) {
      outcome.error_code = error_code;
      outcome.command_size = static_cast<std::uint8_t>(command.size());
      std::copy(command.begin(), command.end(), outcome.command.begin());
      outcome.state.store(State::kTaken, std::memory_order_release);
      return outcome.calls;
    }
    while (state == State::kBeingTaken) state = outcome.state.load(std::memory_order_acquire);
    if (outcome.error_code == error_code && outcome.command_text() == command) {
      return outcome.calls;
    }
  }
  return other_outcomes_;
}

void CallCounters::Count(std::string_view command, int error_code,
                         std::chrono::nanoseconds duration) {
  CounterOf(command, error_code).fetch_add(1, kRelaxed);
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  const auto* const bound =
      std::find_if(kBounds.begin(), kBounds.end(), [&](std::int64_t most) { return ns <= most; });
  durations_[static_cast<std::size_t>(bound - kBounds.begin())].fetch_add(1, kRelaxed);
  duration_sum_ns_.fetch_add(static_cast<std::uint64_t>(ns), kRelaxed);
}

void CallCounters::CountThrottle(bool admitted) {
  (admitted ? throttle_admitted_ : throttle_refused_).fetch_add(1, kRelaxed);
}

void CallCounters::AddTo(CallMetrics* sum) const {
  for (const Outcome& outcome : outcomes_) {
    if (outcome.state.load(std::memory_order_acquire) != State::kTaken) continue;
    AddOutcome(outcome.command_text(), outcome.error_code, outcome.calls.load(kRelaxed), sum);
  }
  AddOutcome({}, kOtherErrorCodes, other_outcomes_.load(kRelaxed), sum);
  if (sum->duration_bounds.empty()) {
    for (const std::int64_t ns : kBounds) {
      sum->duration_bounds.push_back(static_cast<double>(ns) / 1e9);
    }
    sum->duration_counts.resize(durations_.size());
  }
  std::uint64_t up_to = 0;
  for (std::size_t i = 0; i < durations_.size(); ++i) {
    up_to += durations_[i].load(kRelaxed);
    sum->duration_counts[i] += up_to;
  }
  sum->duration_sum += static_cast<double>(duration_sum_ns_.load(kRelaxed)) / 1e9;
  sum->throttle_admitted += throttle_admitted_.load(kRelaxed);
  sum->throttle_refused += throttle_refused_.load(kRelaxed);
}

}  // namespace timock
