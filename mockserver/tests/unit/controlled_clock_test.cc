#include "clock/controlled_clock.h"

#include <gtest/gtest.h>

#include <memory>

namespace timock {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using Mode = ClockSetting::Mode;

class ControlledClockTest : public testing::Test {
 protected:
  std::shared_ptr<ManualClock> base_ = std::make_shared<ManualClock>(UnixSeconds(1'000));
  ControlledClock clock_{base_};
};

TEST_F(ControlledClockTest, IsTheClockBelowUntilItIsSet) {
  base_->Advance(seconds{5});
  EXPECT_EQ(clock_.Read().now, UnixSeconds(1'005));
  EXPECT_EQ(clock_.Read().tick, seconds{5});
  EXPECT_EQ(clock_.RealTicks(), seconds{5});
  EXPECT_EQ(clock_.Setting(), ClockSetting{});
}

TEST_F(ControlledClockTest, FrozenItStandsStillUntilItIsAdvanced) {
  ASSERT_TRUE(clock_.Set({Mode::kFrozen, UnixSeconds(2'000)}).ok());
  base_->Advance(seconds{5});
  EXPECT_EQ(clock_.Read().now, UnixSeconds(2'000));
  EXPECT_EQ(clock_.Read().tick, seconds{1'000}) << "ticks jump with UNIX time";
  EXPECT_EQ(clock_.RealTicks(), seconds{5});
  ASSERT_TRUE(clock_.Advance(nanoseconds{1}).ok());
  EXPECT_EQ(clock_.Read().now, UnixSeconds(2'000) + nanoseconds{1});
  EXPECT_EQ(clock_.Read().tick, seconds{1'000} + nanoseconds{1});
  EXPECT_EQ(clock_.Setting(), (ClockSetting{Mode::kFrozen, UnixSeconds(2'000) + nanoseconds{1}}));
}

TEST_F(ControlledClockTest, WithAnOffsetItRunsOn) {
  ASSERT_TRUE(clock_.Set({Mode::kOffset, UnixSeconds(500)}).ok());
  EXPECT_EQ(clock_.Read().now, UnixSeconds(500));
  EXPECT_EQ(clock_.Read().tick, seconds{-500});
  base_->Advance(seconds{5});
  EXPECT_EQ(clock_.Read().now, UnixSeconds(505));
  EXPECT_EQ(clock_.Read().tick, seconds{-495});
  EXPECT_EQ(clock_.Setting(), (ClockSetting{Mode::kOffset, UnixSeconds(505)}));
}

TEST_F(ControlledClockTest, AdvancingTheRealClockGivesItAnOffset) {
  ASSERT_TRUE(clock_.Advance(seconds{-10}).ok());
  EXPECT_EQ(clock_.Setting(), (ClockSetting{Mode::kOffset, UnixSeconds(990)}));
  base_->Advance(seconds{1});
  EXPECT_EQ(clock_.Read().now, UnixSeconds(991));
  ASSERT_TRUE(clock_.Advance(seconds{10}).ok());
  EXPECT_EQ(clock_.Setting(), ClockSetting{}) << "back where it was";
}

TEST_F(ControlledClockTest, SetToRealItIsTheClockBelowAgain) {
  ASSERT_TRUE(clock_.Set({Mode::kFrozen, UnixSeconds(2'000)}).ok());
  ASSERT_TRUE(clock_.Set({Mode::kReal, UnixSeconds(-7)}).ok()) << "the time is not read";
  EXPECT_EQ(clock_.Read().now, UnixSeconds(1'000));
  EXPECT_EQ(clock_.Read().tick, Tick{0});
  EXPECT_EQ(clock_.Setting(), ClockSetting{});
}

TEST_F(ControlledClockTest, FrozenTimeGoesOnFromWhereItStood) {
  ASSERT_TRUE(clock_.Set({Mode::kFrozen, UnixSeconds(2'000)}).ok());
  base_->Advance(seconds{100});
  ASSERT_TRUE(clock_.Set({Mode::kOffset, UnixSeconds(2'000)}).ok());
  EXPECT_EQ(clock_.Read().now, UnixSeconds(2'000));
  EXPECT_EQ(clock_.Read().tick, seconds{1'000});
  base_->Advance(seconds{1});
  EXPECT_EQ(clock_.Read().now, UnixSeconds(2'001));
}

TEST_F(ControlledClockTest, TakesExactlyTheTimesInItsRange) {
  for (const Mode mode : {Mode::kFrozen, Mode::kOffset}) {
    EXPECT_TRUE(clock_.Set({mode, UnixTime{}}).ok());
    EXPECT_TRUE(clock_.Set({mode, kMaxUnixTime}).ok());
    for (const UnixTime bad : {UnixTime{} - nanoseconds{1}, kMaxUnixTime + nanoseconds{1},
                               UnixTime::min(), UnixTime::max()}) {
      const Result<Done> set = clock_.Set({mode, bad});
      ASSERT_FALSE(set.ok());
      EXPECT_NE(set.error().Text().find("0 to 9000000000"), std::string::npos);
      EXPECT_EQ(clock_.Read().now, kMaxUnixTime) << "nothing changed";
    }
  }
}

TEST_F(ControlledClockTest, AdvancesToTheEdgesAndNotBeyond) {
  ASSERT_TRUE(clock_.Set({Mode::kFrozen, UnixSeconds(1)}).ok());
  for (const nanoseconds bad : {nanoseconds{-1'000'000'001}, nanoseconds::min(), nanoseconds::max(),
                                kMaxUnixTime - UnixSeconds(1) + seconds{1}}) {
    EXPECT_FALSE(clock_.Advance(bad).ok());
    EXPECT_EQ(clock_.Read().now, UnixSeconds(1));
  }
  EXPECT_TRUE(clock_.Advance(seconds{-1}).ok());
  EXPECT_TRUE(clock_.Advance(kMaxUnixTime.time_since_epoch()).ok());
  EXPECT_EQ(clock_.Read().now, kMaxUnixTime);
  EXPECT_FALSE(clock_.Advance(nanoseconds{1}).ok());
  EXPECT_TRUE(clock_.Advance(nanoseconds{0}).ok());
}

// A clock of a consumer's own may say anything.
class FarClock final : public Clock {
 public:
  FarClock(UnixTime now, Tick tick) : now_(now), tick_(tick) {}
  UnixTime Now() const override { return now_; }
  Tick Ticks() const override { return tick_; }

 private:
  UnixTime now_;
  Tick tick_;
};

TEST(FarClockTest, UnixTimeStaysInItsRangeAndNoSumOverflows) {
  for (const UnixTime now : {UnixTime::min(), UnixTime::max()}) {
    for (const Tick tick : {Tick::min(), Tick::max()}) {
      ControlledClock clock(std::make_shared<FarClock>(now, tick));
      const UnixTime bound = now < UnixTime{} ? UnixTime{} : kMaxUnixTime;
      EXPECT_EQ(clock.Read().now, bound);
      EXPECT_EQ(clock.Read().tick, tick);
      const UnixTime middle = UnixSeconds(4'000'000'000);
      for (const Mode mode : {Mode::kOffset, Mode::kFrozen}) {
        ASSERT_TRUE(clock.Set({mode, middle}).ok());
        EXPECT_EQ(clock.Read().now, middle);
        for (const int hours : {1'000'000, -2'000'000, 1'000'000}) {
          ASSERT_TRUE(clock.Advance(std::chrono::hours{hours}).ok());
        }
        EXPECT_EQ(clock.Read().now, middle);
      }
    }
  }
}

}  // namespace
}  // namespace timock
