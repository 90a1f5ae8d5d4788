#include "throttle/window_count.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace timock {
namespace {

constexpr Tick kWindow{1'000};

TEST(WindowCountTest, AnEventLeavesItsWindowExactlyAfterItsLength) {
  WindowCount count;
  count.Add(Tick{5}, kWindow);
  EXPECT_EQ(count.In(Tick{5}, kWindow), 1U);
  EXPECT_EQ(count.In(Tick{1'004}, kWindow), 1U);
  EXPECT_EQ(count.In(Tick{1'005}, kWindow), 0U);
  EXPECT_EQ(count.In(Tick{0}, kWindow), 1U) << "the clock went back a little";
}

TEST(WindowCountTest, RemembersTheFullestWindow) {
  WindowCount count;
  for (const int tick : {0, 1, 2, 1'001, 1'002, 5'000}) count.Add(Tick{tick}, kWindow);
  EXPECT_EQ(count.worst(), 3U);
  EXPECT_EQ(count.total(), 6U);
  EXPECT_EQ(count.In(Tick{5'000}, kWindow), 1U);
}

TEST(WindowCountTest, AStepBackOfMoreThanAWindowEmptiesIt) {
  WindowCount count;
  count.Add(Tick{5'000}, kWindow);
  count.Add(Tick{4'000}, kWindow);
  EXPECT_EQ(count.In(Tick{5'000}, kWindow), 2U) << "exactly a window back counts as the newest";
  EXPECT_EQ(count.In(Tick{4'000}, kWindow), 2U);
  EXPECT_EQ(count.In(Tick{3'999}, kWindow), 0U) << "before another event shows it, too";
  count.Add(Tick{3'999}, kWindow);
  EXPECT_EQ(count.In(Tick{3'999}, kWindow), 1U);
  EXPECT_EQ(count.worst(), 2U);
}

TEST(WindowCountTest, ForgetsWhatIsAheadOfAStepBackThatItWasToldOf) {
  WindowCount count;
  count.Add(Tick{0} + 5 * kWindow, kWindow);
  count.Notice(Tick{0}, kWindow);
  EXPECT_EQ(count.In(Tick{0} + 5 * kWindow, kWindow), 0U);
  count.Add(Tick{1}, kWindow);
  count.Notice(Tick{0}, kWindow);
  EXPECT_EQ(count.In(Tick{1}, kWindow), 1U) << "a small step";
}

TEST(WindowCountTest, ItsFirstEventAfterASmallStepBackCountsAsTheNewestTickThatItWasToldOf) {
  WindowCount count;
  count.Notice(Tick{5'000}, kWindow);
  count.Add(Tick{4'999}, kWindow);
  EXPECT_EQ(count.In(Tick{5'999}, kWindow), 1U);
  EXPECT_EQ(count.In(Tick{3'999}, kWindow), 0U) << "more than a window before it";
}

TEST(WindowCountTest, SaysSoWhenAWindowHadMoreThanCanBeRemembered) {
  WindowCount count;
  for (std::size_t i = 0; i < WindowCount::kMaxTicks; ++i) count.Add(Tick{1}, kWindow);
  EXPECT_FALSE(count.at_least());
  EXPECT_EQ(count.worst(), WindowCount::kMaxTicks);
  count.Add(Tick{1}, kWindow);
  EXPECT_TRUE(count.at_least());
  EXPECT_EQ(count.worst(), WindowCount::kMaxTicks);
  EXPECT_EQ(count.total(), WindowCount::kMaxTicks + 1);
}

TEST(WindowCountTest, BearsTheFarthestTicks) {
  WindowCount count;
  count.Add(Tick::min(), kWindow);
  count.Add(Tick::max(), kWindow);
  EXPECT_EQ(count.In(Tick::max(), kWindow), 1U);
  count.Add(Tick::min(), kWindow);
  EXPECT_EQ(count.In(Tick::min(), kWindow), 1U);
}

/// The same by definition.
struct Reference {
  void Add(std::int64_t now) {
    if (!ticks.empty()) {
      if (now < newest && newest - now > kWindow.count()) ticks.clear();
    }
    newest = ticks.empty() ? now : std::max(newest, now);
    ticks.push_back(newest);
    ++total;
    worst = std::max(worst, In(newest));
  }
  std::uint64_t In(std::int64_t now) const {
    return static_cast<std::uint64_t>(
        std::count_if(ticks.begin(), ticks.end(),
                      [&](std::int64_t tick) { return tick > now - kWindow.count(); }));
  }
  std::vector<std::int64_t> ticks;
  std::int64_t newest = 0;
  std::uint64_t total = 0;
  std::uint64_t worst = 0;
};

TEST(WindowCountTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    WindowCount count;
    Reference reference;
    std::int64_t now = 0;
    for (int i = 0; i < 400; ++i) {
      const auto kind = random() % 20;
      const auto step = static_cast<std::int64_t>(random() % (kind == 0 ? 3'000 : 60));
      now += kind == 1 ? -step * 40 : step;
      count.Add(Tick{now}, kWindow);
      reference.Add(now);
      const std::int64_t later = reference.newest + static_cast<std::int64_t>(random() % 1'500);
      ASSERT_EQ(count.In(Tick{later}, kWindow), reference.In(later)) << "call " << i;
      ASSERT_EQ(count.worst(), reference.worst) << "call " << i;
      ASSERT_EQ(count.total(), reference.total);
    }
  }
}

}  // namespace
}  // namespace timock
