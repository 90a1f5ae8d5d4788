// Several limiters behind one port, and limiters that delay, in virtual time.
#include "limiter/instances.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <vector>

#include "limiter/gcra.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using By = InstancesFinding::By;

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

/// When a call that comes at this moment is answered; empty: it is refused. Moments ascend.
using Limiter = std::function<std::optional<nanoseconds>(nanoseconds at)>;

Limiter SlidingWindow(std::size_t limit, nanoseconds window) {
  return [=, calls = std::deque<nanoseconds>{}](nanoseconds at) mutable {
    while (!calls.empty() && calls.front() <= at - window) calls.pop_front();
    if (calls.size() >= limit) return std::optional<nanoseconds>();
    calls.push_back(at);
    return std::optional(at);
  };
}

Limiter FixedWindow(std::size_t limit, nanoseconds window) {
  return [=, index = std::int64_t{-1}, calls = std::size_t{0}](nanoseconds at) mutable {
    if (at / window != index) calls = 0;
    index = at / window;
    return ++calls > limit ? std::optional<nanoseconds>() : std::optional(at);
  };
}

/// As nginx's limit_req: the excess drains at `rate`.
Limiter Excess(double rate, double burst, bool nodelay) {
  return [=, excess = 0.0, last = -1e9](nanoseconds at) mutable {
    const double next = std::max(0.0, excess - rate * (Seconds(at) - last) + 1);
    if (next > burst + 1e-9) return std::optional<nanoseconds>();
    excess = next;
    last = Seconds(at);
    const double wait = nodelay ? 0 : next / rate;
    return std::optional(at + nanoseconds{std::llround(wait * 1e9)});
  };
}

/// Calls over `lanes` connections, each of which goes to the limiter that `pick` names.
class Lanes {
 public:
  Lanes(std::vector<Limiter> limiters, std::size_t lanes,
        std::function<std::size_t(std::size_t lane)> pick)
      : limiters_(std::move(limiters)), lanes_(lanes), pick_(std::move(pick)) {}

  LanedSubject Subject() {
    return {.now = [this] { return now_; },
            .wait = [this](nanoseconds until) { now_ = std::max(now_, until); },
            .call = [this](std::size_t lane) { return Call(lane); },
            .lanes = lanes_};
  }

 private:
  Shot Call(std::size_t lane) {
    const nanoseconds sent = now_;
    const nanoseconds decided = sent + 100us;
    const std::optional<nanoseconds> answer = limiters_[pick_(lane)](decided);
    now_ = std::max(decided, answer.value_or(decided)) + 100us;
    return {.sent = sent, .answered = now_, .passed = answer.has_value()};
  }

  std::vector<Limiter> limiters_;
  const std::size_t lanes_;
  std::function<std::size_t(std::size_t)> pick_;
  nanoseconds now_ = 12'345'678'901'234ns;
};

InstancesFinding Found(const Limiter& one, std::size_t instances, std::size_t lanes,
                       const std::function<std::size_t(std::size_t)>& pick) {
  Lanes all(std::vector<Limiter>(instances, one), lanes, pick);
  return FindInstances(all.Subject(), {});
}

std::vector<Limiter> Kinds() {
  return {SlidingWindow(100, 1s), FixedWindow(100, 1s), Excess(100, 99, true),
          Excess(100, 0, true),   SlidingWindow(7, 1s), Excess(1000, 20, true)};
}

TEST(InstancesTest, OneLimiterIsOne) {
  for (const Limiter& one : Kinds()) {
    const InstancesFinding found = Found(one, 1, 8, [](std::size_t) { return 0U; });
    EXPECT_EQ(found.by, By::kNothing);
    EXPECT_EQ(found.count, 1U);
    EXPECT_EQ(found.Text(), "");
  }
}

TEST(InstancesTest, AreCountedWhereEachConnectionLeadsToOne) {
  for (const Limiter& one : {Kinds()[0], Kinds()[1], Kinds()[2], Kinds()[4]}) {
    for (const std::size_t instances : {2U, 3U}) {
      const InstancesFinding found = Found(one, instances, 8, [=](std::size_t lane) {
        return (lane * lane + lane / 3) % instances;
      });
      EXPECT_EQ(found.by, By::kConnection);
      EXPECT_EQ(found.count, instances);
      EXPECT_FALSE(found.each_lane);
    }
  }
}

TEST(InstancesTest, ALimitByConnectionLooksLikeAsMany) {
  const InstancesFinding found = Found(Kinds()[0], 8, 8, [](std::size_t lane) { return lane; });
  EXPECT_EQ(found.count, 8U);
  EXPECT_TRUE(found.each_lane);
}

TEST(InstancesTest, AreSeenWhereEachCallGoesToAnyOne) {
  int seen = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    const InstancesFinding found =
        Found(Kinds()[0], 2, 8, [&](std::size_t) { return std::size_t{random() & 1U}; });
    seen += found.by == By::kCall ? 1 : 0;
    EXPECT_EQ(found.Text().empty(), found.by == By::kNothing);
  }
  EXPECT_GE(seen, 17) << "of 20: where both are used up by chance at once it cannot be seen";
}

TEST(InstancesTest, NoLimitIsNone) {
  EXPECT_EQ(Found(SlidingWindow(1'000'000, 1s), 2, 8, [](std::size_t lane) { return lane % 2; }).by,
            By::kNothing);
}

ProbeFinding Paced(const Limiter& one) {
  Lanes lanes({one}, 1, [](std::size_t) { return std::size_t{0}; });
  return FindPace(lanes.Subject(), {});
}

TEST(PaceTest, IsSeenWhereCallsWaitForTheirTurn) {
  for (const double rate : {20.0, 100.0, 250.0}) {
    ProbeFinding found = Paced(Excess(rate, 20, false));
    ASSERT_EQ(found.algorithm, "gcra") << rate;
    EXPECT_LE(found.limit_range.low, rate * 1.001);
    EXPECT_GE(found.limit_range.high, rate * 0.999);
    const Gcra gcra = GcraOf(found).value();
    EXPECT_TRUE(gcra.delays);
    EXPECT_TRUE(gcra.at_least);
  }
}

TEST(PaceTest, IsNotSeenInOthers) {
  for (const Limiter& one : Kinds()) EXPECT_EQ(Paced(one).algorithm, "");
  // Each call takes 10 ms.
  EXPECT_EQ(Paced([](nanoseconds at) { return std::optional(at + 10ms); }).algorithm, "");
}

TEST(PaceTest, TheQueueIsWhatIsNotRefused) {
  ProbeFinding found = Paced(Excess(100, 20, false));
  std::vector<Shot> shots(64);
  for (std::size_t i = 0; i < shots.size(); ++i) {
    shots[i].sent = 10us * i;
    shots[i].passed = i < 21;
  }
  MeasureQueue(shots, &found);
  const Gcra gcra = GcraOf(found).value();
  EXPECT_EQ(gcra.burst, 20U);
  EXPECT_FALSE(gcra.at_least);
  EXPECT_EQ(gcra.Text(),
            "rate 100 a second, burst 20, whose calls wait; nginx: limit_req rate=100r/s burst=20");
}

TEST(GcraTest, IsATokenBucketOfOnePlaceMore) {
  ProbeFinding found;
  found.algorithm = "token_bucket";
  found.limit = 20;
  found.window = 200ms;
  found.burst = 21;
  found.burst_range = {21, 21};
  EXPECT_EQ(GcraOf(found).value().Text(),
            "rate 100 a second, burst 20; nginx: limit_req rate=100r/s burst=20 nodelay");
  found.burst = 1;
  EXPECT_EQ(GcraOf(found).value().Text(),
            "rate 100 a second, burst 0; nginx: limit_req rate=100r/s");
  found.limit = 1;
  found.window = 4s;
  EXPECT_EQ(GcraOf(found).value().Text(),
            "rate 0.25 a second, burst 0; nginx: limit_req rate=15r/m");
  found.refusals_count = true;
  EXPECT_FALSE(GcraOf(found)) << "a call that it refuses changes nothing";
  found.algorithm = "sliding_window";
  EXPECT_FALSE(GcraOf(found));
}

}  // namespace
}  // namespace timock::conformance
