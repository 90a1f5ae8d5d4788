#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "limiter/probe.h"

// Limiters of many rates and sizes, written from their textbooks and in virtual time, none of which
// the probe was made for: what it says of each must be true.

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Whether a call at this moment passes. Moments ascend.
using Limiter = std::function<bool(nanoseconds at)>;

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

Limiter FixedWindow(std::size_t limit, nanoseconds window) {
  return [=, index = std::int64_t{-1}, calls = std::size_t{0}](nanoseconds at) mutable {
    if (at / window != index) calls = 0;
    index = at / window;
    return calls < limit && ++calls > 0;
  };
}

Limiter SlidingWindow(std::size_t limit, nanoseconds window, bool count_throttled) {
  return [=, calls = std::deque<nanoseconds>{}](nanoseconds at) mutable {
    while (!calls.empty() && calls.front() <= at - window) calls.pop_front();
    const bool passes = calls.size() < limit;
    if (passes || count_throttled) calls.push_back(at);
    return passes;
  };
}

Limiter WindowFromFirst(std::size_t limit, nanoseconds window) {
  return [=, end = nanoseconds{0}, calls = std::size_t{0}](nanoseconds at) mutable {
    if (at >= end) {
      end = at + window;
      calls = 0;
    }
    return calls < limit && ++calls > 0;
  };
}

Limiter SlidingCounter(std::size_t limit, nanoseconds window, bool count_throttled) {
  return [=, index = std::int64_t{-2}, before = 0.0, calls = 0.0](nanoseconds at) mutable {
    const std::int64_t now = at / window;
    if (now != index) before = now == index + 1 ? calls : 0;
    if (now != index) calls = 0;
    index = now;
    const double left = 1 - Seconds(at % window) / Seconds(window);
    const bool passes = before * left + calls < static_cast<double>(limit);
    if (passes || count_throttled) calls += 1;
    return passes;
  };
}

Limiter TokenBucket(double rate, double burst, bool count_throttled) {
  return [=, level = burst, last = 0.0](nanoseconds at) mutable {
    level = std::min(burst, level + rate * (Seconds(at) - last));
    last = Seconds(at);
    const bool passes = level >= 1 - 1e-9;
    if (passes) level -= 1;
    if (!passes && count_throttled) level = 0;
    return passes;
  };
}

/// The same by the moment at which all would be in order again.
Limiter Gcra(double rate, double burst) {
  return [=, arrival = 0.0](nanoseconds at) mutable {
    const double now = Seconds(at);
    const double next = std::max(arrival, now) + 1 / rate;
    if (next - now > burst / rate + 1e-7) return false;
    arrival = next;
    return true;
  };
}

/// A bucket that leaks by the steps of its clock: whole milliseconds, as nginx has it.
Limiter LeakyBucket(double rate, double burst, nanoseconds step = 1ms) {
  return [=, excess = 0.0, last = std::int64_t{0}](nanoseconds at) mutable {
    const std::int64_t now = at / step;
    const double gone = rate * static_cast<double>(now - last) * Seconds(step);
    const double next = std::max(0.0, excess - gone) + 1;
    if (next > burst + 1e-9) return false;
    excess = next;
    last = now;
    return true;
  };
}

/// Brings the probe's calls to a limiter over some connections, each of which carries one at a
/// time.
class VirtualClient {
 public:
  VirtualClient(Limiter limiter, nanoseconds round_trip)
      : limiter_(std::move(limiter)), round_trip_(round_trip) {}

  ProbeSubject Subject() {
    return {.now = [this] { return now_; },
            .fire = [this](const std::vector<nanoseconds>& at) { return Fire(at); }};
  }

 private:
  std::vector<Shot> Fire(const std::vector<nanoseconds>& at) {
    std::vector<Shot> shots(at.size());
    std::vector<std::pair<nanoseconds, std::size_t>> decisions;
    std::array<nanoseconds, 8> free{};
    free.fill(now_);
    for (std::size_t i = 0; i < at.size(); ++i) {
      nanoseconds& connection = *std::min_element(free.begin(), free.end());
      shots[i].sent = std::max(connection, at[i]);
      decisions.emplace_back(shots[i].sent + HalfTrip(), i);
      connection = shots[i].answered = decisions[i].first + HalfTrip();
      now_ = std::max(now_, connection);
    }
    std::sort(decisions.begin(), decisions.end());
    for (const auto& [moment, i] : decisions) shots[i].passed = limiter_(moment);
    return shots;
  }

  /// Half as long to twice as long.
  nanoseconds HalfTrip() {
    constexpr std::uint32_t kSteps = 1'000;
    return round_trip_ / 4 + round_trip_ * (random_() % kSteps) * 3 / (4 * kSteps);
  }

  Limiter limiter_;
  const nanoseconds round_trip_;
  nanoseconds now_ = 12'345'678'901'234ns;
  std::mt19937 random_{20'261'128};
};

struct Truth {
  std::vector<std::string> algorithms;  ///< Names that are right.
  double rate = 0;                      ///< Calls a second, in the long run.
  std::size_t burst = 0;                ///< Passed at once after a long rest.
  nanoseconds window{0};                ///< A bucket's is the one that is asked for.
};

bool Holds(const Range& range, double value) {
  constexpr double kRounding = 1e-6;
  return range.low <= value * (1 + kRounding) && value * (1 - kRounding) <= range.high;
}

std::size_t Planned(const Truth& truth) {
  return static_cast<std::size_t>(std::llround(truth.rate * Seconds(truth.window)));
}

/// The probe by its defaults, and by the true limit.
void ExpectTrue(const std::function<Limiter()>& make, const Truth& truth, const std::string& name) {
  for (const ProbePlan& plan : {ProbePlan{}, ProbePlan{Planned(truth), truth.window}}) {
    for (const nanoseconds round_trip : {0us, 300us}) {
      VirtualClient client(make(), round_trip);
      const ProbeFinding found = Probe(client.Subject(), plan);
      SCOPED_TRACE(name + ", plan " + std::to_string(plan.limit) + ", round trip " +
                   std::to_string(round_trip / 1us) + " us: " + found.algorithm + ", " +
                   found.Measured());
      if (found.algorithm == "none") {
        EXPECT_GT(truth.burst, found.unlimited_calls);
        continue;
      }
      if (!found.invalid.empty() && name.starts_with("counting")) continue;
      EXPECT_EQ(found.invalid, "");
      EXPECT_TRUE(std::count(truth.algorithms.begin(), truth.algorithms.end(), found.algorithm));
      const bool bucket = found.algorithm == "token_bucket";
      const double limit = truth.rate * Seconds(bucket ? found.window : truth.window);
      EXPECT_TRUE(Holds(found.limit_range, limit))
          << limit << ": limit " << found.limit_range.low << " to " << found.limit_range.high;
      EXPECT_TRUE(Holds(found.burst_range, static_cast<double>(truth.burst)))
          << truth.burst << ": burst " << found.burst_range.low << " to " << found.burst_range.high;
      EXPECT_TRUE(Holds(found.limit_range, static_cast<double>(found.limit)));
      EXPECT_TRUE(Holds(found.burst_range, static_cast<double>(found.burst)));
      if (bucket) continue;
      EXPECT_TRUE(Holds(found.window_range, Seconds(truth.window) * 1000))
          << "window " << found.window_range.low << " to " << found.window_range.high;
    }
  }
}

class ProbeGrid : public testing::TestWithParam<std::size_t> {};

TEST_P(ProbeGrid, TellsTheTruthOfWindows) {
  const std::size_t limit = GetParam();
  for (const nanoseconds window : {250ms, 1000ms, 3000ms}) {
    const std::string size = std::to_string(limit) + " in " + std::to_string(window / 1ms) + " ms";
    const auto is = [&](const std::string& algorithm) {
      return Truth{{algorithm}, static_cast<double>(limit) / Seconds(window), limit, window};
    };
    ExpectTrue([=] { return FixedWindow(limit, window); }, is("fixed_window"), "fixed " + size);
    for (const bool count : {false, true}) {
      ExpectTrue([=] { return SlidingWindow(limit, window, count); }, is("sliding_window"),
                 (count ? "counting log " : "log ") + size);
      ExpectTrue([=] { return SlidingCounter(limit, window, count); }, is("sliding_counter"),
                 (count ? "counting counter " : "counter ") + size);
    }
    ExpectTrue([=] { return WindowFromFirst(limit, window); }, is("window_from_first"),
               "first " + size);
  }
}

TEST_P(ProbeGrid, TellsTheTruthOfBuckets) {
  const std::size_t rate = GetParam();
  for (const std::size_t burst : {std::size_t{1}, std::size_t{5}, rate, 2 * rate, 10 * rate}) {
    const std::string size = std::to_string(rate) + "/s burst " + std::to_string(burst);
    const auto a = static_cast<double>(rate);
    const auto b = static_cast<double>(burst);
    const Truth truth{{"token_bucket"}, a, burst, 1s};
    ExpectTrue([=] { return TokenBucket(a, b, false); }, truth, "bucket " + size);
    ExpectTrue([=] { return TokenBucket(a, b, true); }, truth, "counting bucket " + size);
    ExpectTrue([=] { return Gcra(a, b); }, truth, "gcra " + size);
    ExpectTrue([=] { return LeakyBucket(a, b); }, truth, "leaky " + size);
  }
}

// Of a clock that stands still at times, as a busy server's does, it gives no verdict or a sound
// one.
TEST_P(ProbeGrid, GivesNoFiguresThatContradictEachOther) {
  const auto rate = static_cast<double>(GetParam());
  int without = 0;
  for (const nanoseconds step : {3ms, 7ms, 20ms, 50ms}) {
    VirtualClient client(LeakyBucket(rate, 1, step), 100us);
    const ProbeFinding found = Probe(client.Subject(), {});
    SCOPED_TRACE(std::to_string(step / 1ms) + " ms: " + found.algorithm);
    without += !found.invalid.empty();
    if (!found.invalid.empty()) continue;
    EXPECT_LE(found.limit_range.low, found.limit_range.high);
    EXPECT_LE(found.burst_range.low, found.burst_range.high);
    EXPECT_TRUE(Holds(found.limit_range, static_cast<double>(found.limit)));
  }
  RecordProperty("without_verdict", without);
}

INSTANTIATE_TEST_SUITE_P(Rates, ProbeGrid, testing::Values(7, 20, 33, 100, 250),
                         [](const auto& each) { return std::to_string(each.param); });

}  // namespace
}  // namespace timock::conformance
