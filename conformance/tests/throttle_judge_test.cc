#include "judge/throttle_judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <random>

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t kLimit = 100;
constexpr ThrottleClaim kClaim{kLimit, 1s};

/// A limiter in simulation: whether the call that is decided on at this moment passes. Moments only
/// ever grow.
using Limiter = std::function<bool(nanoseconds)>;

/// At most `limit` in any `window`, `lag` of which the places come free early or late.
Limiter Sliding(std::size_t limit, nanoseconds window, bool count_refused = false) {
  return
      [limit, window, count_refused, taken = std::deque<nanoseconds>()](nanoseconds now) mutable {
        while (!taken.empty() && taken.front() <= now - window) taken.pop_front();
        const bool passes = taken.size() < limit;
        if (passes || count_refused) taken.push_back(now);
        return passes;
      };
}

Limiter Fixed(std::size_t limit, nanoseconds window) {
  return [=, count = std::size_t{0}, in = std::int64_t{-1}](nanoseconds now) mutable {
    if (now / window != in) {
      in = now / window;
      count = 0;
    }
    return count++ < limit;
  };
}

Limiter Bucket(double burst, double per_second) {
  return [=, level = burst, last = nanoseconds{0}](nanoseconds now) mutable {
    level = std::min(burst, level + per_second * static_cast<double>((now - last).count()) / 1e9);
    last = now;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}

/// A counter of its own for each of so many connections, taken in turn.
Limiter PerConnection(std::size_t connections) {
  return [limiters = std::vector<Limiter>(connections, Sliding(kLimit, 1s)), next = std::size_t{0}](
             nanoseconds now) mutable { return limiters[next++ % limiters.size()](now); };
}

/// Lets every 50th call pass that it should refuse.
Limiter Leaky() {
  return [inner = Sliding(kLimit, 1s), refused = 0](nanoseconds now) mutable {
    return inner(now) || ++refused % 50 == 0;
  };
}

/// Forgets everything once in a while.
Limiter Forgetful() {
  return [inner = Sliding(kLimit, 1s), calls = 0](nanoseconds now) mutable {
    if (++calls % 150 == 0) inner = Sliding(kLimit, 1s);
    return inner(now);
  };
}

/// Refuses every 40th call without a reason.
Limiter Moody() {
  return [inner = Sliding(kLimit, 1s), calls = 0](nanoseconds now) mutable {
    return ++calls % 40 != 0 && inner(now);
  };
}

/// 300 calls at once, then 200 a second for three seconds. On its way to the server and back each
/// one takes up to `delay`, so that decisions come in another order than calls were sent.
std::vector<Shot> Simulated(const Limiter& limiter, nanoseconds delay, unsigned seed) {
  struct Sent {
    Shot shot;
    nanoseconds decided;
  };
  std::mt19937 random(seed);
  std::uniform_int_distribution<std::int64_t> late(0, delay.count());
  std::vector<Sent> calls;
  for (int i = 0; i < 900; ++i) {
    const nanoseconds sent = i < 300 ? i * 100us : 30ms + (i - 299) * 5ms;
    const nanoseconds decided = sent + nanoseconds{late(random)};
    calls.push_back({{sent, decided + nanoseconds{late(random)}}, decided});
  }
  std::sort(calls.begin(), calls.end(),
            [](const Sent& a, const Sent& b) { return a.decided < b.decided; });
  std::vector<Shot> shots;
  for (Sent& call : calls) {
    call.shot.passed = limiter(call.decided);
    shots.push_back(call.shot);
  }
  return shots;
}

TEST(ThrottleJudgeTest, NeverAccusesARightLimiterWhateverTheDelays) {
  for (const nanoseconds delay : {nanoseconds{0}, nanoseconds{1us}, nanoseconds{5ms},
                                  nanoseconds{80ms}, nanoseconds{1500ms}}) {
    for (unsigned seed = 0; seed < 20; ++seed) {
      const std::vector<Shot> shots = Simulated(Sliding(kLimit, 1s), delay, seed);
      EXPECT_FALSE(ProvenFalseAdmit(shots, kClaim)) << delay.count() << ' ' << seed;
      EXPECT_FALSE(ProvenFalseThrottle(shots, kClaim)) << delay.count() << ' ' << seed;
      EXPECT_LE(WorstOf(shots, 1s).certain, kLimit);
      EXPECT_GE(WorstOf(shots, 1s).possible, kLimit);
    }
  }
}

TEST(ThrottleJudgeTest, NeverAccusesWhenAllHappensAtOneInstant) {
  std::vector<Shot> shots(300, {.sent = 5s, .answered = 5s});
  for (std::size_t i = 0; i < kLimit; ++i) shots[i].passed = true;
  EXPECT_FALSE(ProvenFalseAdmit(shots, kClaim));
  EXPECT_FALSE(ProvenFalseThrottle(shots, kClaim));
  shots[kLimit].passed = true;
  EXPECT_TRUE(ProvenFalseAdmit(shots, kClaim));
}

TEST(ThrottleJudgeTest, KnowsTheEdgeOfAWindow) {
  std::vector<Shot> shots(kLimit, {.sent = 0s, .answered = 0s, .passed = true});
  shots.push_back({.sent = 1s - 1ns, .answered = 1s - 1ns, .passed = true});
  EXPECT_TRUE(ProvenFalseAdmit(shots, kClaim));
  shots.back() = {.sent = 1s, .answered = 1s, .passed = true};
  EXPECT_FALSE(ProvenFalseAdmit(shots, kClaim));
  shots.back() = {.sent = 1s, .answered = 1s, .passed = false};
  EXPECT_TRUE(ProvenFalseThrottle(shots, kClaim));
  shots.back() = {.sent = 1s - 1ns, .answered = 1s - 1ns, .passed = false};
  EXPECT_FALSE(ProvenFalseThrottle(shots, kClaim));
}

/// The three counts by their definitions, looking at every pair.
std::size_t CertainFrom(const std::vector<Shot>& shots, const Shot& first, nanoseconds window) {
  return static_cast<std::size_t>(std::count_if(shots.begin(), shots.end(), [&](const Shot& shot) {
    return shot.passed && shot.sent >= first.sent && shot.answered < first.sent + window;
  }));
}

std::size_t PossibleUpTo(const std::vector<Shot>& shots, const Shot& last, nanoseconds window) {
  return static_cast<std::size_t>(std::count_if(shots.begin(), shots.end(), [&](const Shot& shot) {
    return shot.passed && shot.answered > last.sent - window && shot.sent <= last.answered;
  }));
}

TEST(ThrottleJudgeTest, CountsAsItsDefinitionsDo) {
  for (const nanoseconds delay : {nanoseconds{1us}, nanoseconds{30ms}, nanoseconds{900ms}}) {
    std::vector<Shot> shots = Simulated(Bucket(120, 110), delay, 3);
    std::stable_sort(shots.begin(), shots.end(),
                     [](const Shot& a, const Shot& b) { return a.sent < b.sent; });
    for (const nanoseconds window : {nanoseconds{10ms}, nanoseconds{300ms}, nanoseconds{1s}}) {
      const ThrottleClaim claim{.limit = 40, .window = window};
      std::vector<std::size_t> admits;
      std::vector<std::size_t> throttles;
      WorstWindow worst;
      for (std::size_t i = 0; i < shots.size(); ++i) {
        const std::size_t certain = CertainFrom(shots, shots[i], window);
        const std::size_t possible = PossibleUpTo(shots, shots[i], window);
        if (shots[i].passed) {
          worst.certain = std::max(worst.certain, certain);
          worst.possible = std::max(worst.possible, possible);
          if (certain > claim.limit) admits.push_back(i);
        } else if (possible < claim.limit) {
          throttles.push_back(i);
        }
      }
      EXPECT_EQ(ProvenFalseAdmits(shots, claim), admits) << delay.count() << ' ' << window.count();
      EXPECT_EQ(ProvenFalseThrottles(shots, claim), throttles)
          << delay.count() << ' ' << window.count();
      EXPECT_EQ(WorstOf(shots, window).certain, worst.certain);
      EXPECT_EQ(WorstOf(shots, window).possible, worst.possible);
    }
  }
}

struct Faulty {
  const char* name;
  std::function<Limiter()> make;
  bool admits;  // passes too many; else throttles too many
};

void PrintTo(const Faulty& one, std::ostream* out) { *out << one.name; }

class FaultyLimiterTest : public testing::TestWithParam<Faulty> {};

TEST_P(FaultyLimiterTest, IsProvenUpTo24MillisecondsOfDelay) {
  for (const nanoseconds delay : {nanoseconds{0}, nanoseconds{1ms}, nanoseconds{24ms}}) {
    const std::vector<Shot> shots = Simulated(GetParam().make(), delay, 7);
    const auto proven =
        GetParam().admits ? ProvenFalseAdmit(shots, kClaim) : ProvenFalseThrottle(shots, kClaim);
    EXPECT_TRUE(proven) << delay.count();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, FaultyLimiterTest,
    testing::Values(Faulty{"limit_101", [] { return Sliding(101, 1s); }, true},
                    Faulty{"limit_99", [] { return Sliding(99, 1s); }, false},
                    Faulty{"window_900ms", [] { return Sliding(100, 900ms); }, true},
                    Faulty{"window_1100ms", [] { return Sliding(100, 1100ms); }, false},
                    Faulty{"no_limit", [] { return Sliding(100'000, 1s); }, true},
                    Faulty{"fixed_window", [] { return Fixed(100, 700ms); }, true},
                    Faulty{"token_bucket", [] { return Bucket(100, 100); }, true},
                    Faulty{"per_connection", [] { return PerConnection(8); }, true},
                    Faulty{"leaky", [] { return Leaky(); }, true},
                    Faulty{"forgetful", [] { return Forgetful(); }, true},
                    Faulty{"moody", [] { return Moody(); }, false},
                    Faulty{"counts_refusals", [] { return Sliding(100, 1s, true); }, false}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace timock::conformance
