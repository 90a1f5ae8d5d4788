#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "throttle/throttle.h"
#include "unit/throttle_reference.h"

namespace timock {
namespace {

constexpr std::uint64_t kFirstSeed = 20220401;
constexpr int kScenarios = 220;
constexpr int kCalls = 160;

/// A plan and the ticks of its calls, all drawn from one seed.
struct Scenario {
  ThrottlePlan plan;
  std::vector<Tick> arrivals;
};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  std::int64_t Between(std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    const std::uint64_t drawn = span == 0 ? engine_() : engine_() % span;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + drawn);
  }
  template <class T>
  T OneOf(std::initializer_list<T> choices) {
    return choices.begin()[Between(0, static_cast<std::int64_t>(choices.size()) - 1)];
  }

 private:
  std::mt19937_64 engine_;
};

constexpr std::int64_t kFirstTick = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLastTick = std::numeric_limits<std::int64_t>::max();

std::int64_t Saturated(ThrottleReference::Wide tick) {
  return static_cast<std::int64_t>(
      std::clamp<ThrottleReference::Wide>(tick, kFirstTick, kLastTick));
}

ThrottlePlan DrawPlan(Dice& dice, ThrottleAlgorithm algorithm, bool count_refused) {
  ThrottlePlan plan;
  plan.algorithm = algorithm;
  plan.count_refused = count_refused;
  plan.limit = static_cast<std::uint32_t>(
      dice.OneOf<std::int64_t>({1, 2, 3, dice.Between(4, 30), dice.Between(31, 100), 1'000'000}));
  plan.burst = static_cast<std::uint32_t>(
      dice.OneOf<std::int64_t>({1, plan.limit, dice.Between(1, 40), 1'000'000}));
  plan.window_ns = dice.OneOf<std::int64_t>({1'000'000, 1'000'000'000, 3'600'000'000'000,
                                             dice.Between(1'000'000, 5'000'000),
                                             dice.Between(1'000'000, 3'600'000'000'000)});
  plan.unix_minus_ticks_ns =
      dice.OneOf<std::int64_t>({0, 1'648'771'200'000'000'000, dice.Between(-5'000'000, 5'000'000),
                                dice.Between(kFirstTick, kLastTick), kFirstTick, kLastTick});
  return plan;
}

/// The distance to the next call of a steady or random stream at 0.5 to 5 times the limit, of a
/// burst, at an edge, or over a jump of the clock.
std::int64_t DrawStep(Dice& dice, const ThrottlePlan& plan, std::int64_t pattern) {
  const std::int64_t window = plan.window_ns;
  const std::int64_t spacing = std::max<std::int64_t>(1, window / plan.limit);
  const std::int64_t oddity = dice.Between(0, 99);
  if (oddity < 3) return -dice.OneOf({window - 1, window, window + 1, dice.Between(1, 3 * window)});
  if (oddity < 6) {
    return dice.OneOf({window - 1, window, window + 1, 2 * window - 1, 2 * window, 2 * window + 1,
                       dice.Between(0, 4 * window), dice.Between(0, kLastTick)});
  }
  switch (pattern) {
    case 0:
      return oddity < 90 ? 0 : dice.Between(0, window);
    case 1:
      return dice.Between(0, 2 * spacing);
    case 2:
      return 2 * spacing;
    case 3:
      return std::max<std::int64_t>(1, spacing / 5);
    default:
      return dice.OneOf({spacing - 1, spacing, spacing + 1, std::int64_t{1}, spacing / 2});
  }
}

Scenario DrawScenario(std::uint64_t seed, ThrottleAlgorithm algorithm, bool count_refused) {
  Dice dice(seed);
  Scenario scenario{.plan = DrawPlan(dice, algorithm, count_refused), .arrivals = {}};
  const std::int64_t pattern = dice.Between(0, 4);
  std::int64_t tick = dice.OneOf<std::int64_t>({0, kFirstTick, kLastTick - scenario.plan.window_ns,
                                                dice.Between(-1'000'000'000, 1'000'000'000),
                                                dice.Between(kFirstTick, kLastTick)});
  for (int i = 0; i < kCalls; ++i) {
    scenario.arrivals.emplace_back(tick);
    const std::int64_t step = DrawStep(dice, scenario.plan, pattern);
    tick = Saturated(ThrottleReference::Wide{tick} + step);
    if (dice.Between(0, 399) == 0) tick = dice.OneOf({kFirstTick, kLastTick});
  }
  return scenario;
}

class ThrottleProperty : public testing::TestWithParam<std::tuple<ThrottleAlgorithm, bool>> {
 protected:
  static Scenario Draw(std::uint64_t seed) {
    return DrawScenario(seed, std::get<0>(GetParam()), std::get<1>(GetParam()));
  }

  static std::string Describe(std::uint64_t seed, const ThrottlePlan& plan) {
    return "seed " + std::to_string(seed) + ", limit " + std::to_string(plan.limit) + ", window " +
           std::to_string(plan.window_ns) + " ns, burst " + std::to_string(plan.burst);
  }
};

TEST_P(ThrottleProperty, AgreesWithTheReferenceOnEveryCallAndEveryFirstFreeTick) {
  int refused = 0;
  int admitted = 0;
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kScenarios; ++seed) {
    const Scenario scenario = Draw(seed);
    SCOPED_TRACE(Describe(seed, scenario.plan));
    ThrottleCounter counter;
    ThrottleReference reference(scenario.plan);
    for (std::size_t i = 0; i < scenario.arrivals.size(); ++i) {
      const Tick now = scenario.arrivals[i];
      const ThrottleDecision decision = counter.Admit(scenario.plan, now);
      ASSERT_EQ(decision.admitted, reference.Admit(now)) << "call " << i << " at " << now.count();
      if (decision.admitted) {
        ++admitted;
        ASSERT_EQ(decision.next_free.count(), Saturated(reference.newest())) << "call " << i;
      } else {
        ++refused;
        ASSERT_TRUE(reference.IsFirstFree(decision.next_free))
            << "call " << i << " at " << now.count() << ", next_free "
            << decision.next_free.count();
      }
    }
  }
  EXPECT_GT(refused, kScenarios * kCalls / 10) << "the scenarios hardly reach the limit";
  EXPECT_GT(admitted, kScenarios * kCalls / 10) << "the scenarios hardly admit a call";
}

TEST_P(ThrottleProperty, ReplayIsRefusedOneNanosecondBeforeNextFreeAndAdmittedAtIt) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kScenarios; ++seed) {
    const Scenario scenario = Draw(seed);
    SCOPED_TRACE(Describe(seed, scenario.plan));
    const auto replay = [&](std::size_t calls, Tick last) {
      ThrottleCounter counter;
      for (std::size_t i = 0; i < calls; ++i) counter.Admit(scenario.plan, scenario.arrivals[i]);
      return counter.Admit(scenario.plan, last);
    };
    ThrottleCounter counter;
    for (std::size_t i = 0; i < scenario.arrivals.size(); ++i) {
      const ThrottleDecision decision = counter.Admit(scenario.plan, scenario.arrivals[i]);
      const bool saturated = decision.next_free == Tick::max();
      if (decision.admitted || saturated || (i + seed) % 8 != 0) continue;
      ASSERT_FALSE(replay(i + 1, decision.next_free - Tick{1}).admitted) << "call " << i;
      ASSERT_TRUE(replay(i + 1, decision.next_free).admitted) << "call " << i;
    }
  }
}

std::string NameOf(const testing::TestParamInfo<ThrottleProperty::ParamType>& parameter) {
  static constexpr const char* kNames[] = {"SlidingWindow", "FixedWindow", "WindowFromFirst",
                                           "SlidingCounter", "TokenBucket"};
  return std::string(kNames[static_cast<int>(std::get<0>(parameter.param))]) +
         (std::get<1>(parameter.param) ? "CountRefused" : "");
}

INSTANTIATE_TEST_SUITE_P(All, ThrottleProperty,
                         testing::Combine(testing::Values(ThrottleAlgorithm::kSlidingWindow,
                                                          ThrottleAlgorithm::kFixedWindow,
                                                          ThrottleAlgorithm::kWindowFromFirst,
                                                          ThrottleAlgorithm::kSlidingCounter,
                                                          ThrottleAlgorithm::kTokenBucket),
                                          testing::Bool()),
                         NameOf);

TEST(SlidingWindowInvariant, NoWindowWhereverItStartsHoldsMoreAdmittedCallsThanTheLimit) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + kScenarios; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Dice dice(seed);
    ThrottlePlan plan;
    plan.limit = static_cast<std::uint32_t>(dice.Between(1, 120));
    ThrottleCounter counter;
    std::vector<std::int64_t> admitted;
    const std::int64_t spacing = plan.window_ns / plan.limit;
    const std::int64_t widest = dice.OneOf({spacing / 5, spacing, 2 * spacing});
    std::int64_t tick = 0;
    for (int i = 0; i < 1000; ++i) {
      if (counter.Admit(plan, Tick{tick}).admitted) admitted.push_back(tick);
      tick += dice.Between(0, 9) == 0 ? dice.Between(0, plan.window_ns) : dice.Between(0, widest);
    }
    for (std::size_t i = plan.limit; i < admitted.size(); ++i) {
      ASSERT_GE(admitted[i] - admitted[i - plan.limit], plan.window_ns) << "admitted call " << i;
    }
  }
}

}  // namespace
}  // namespace timock
