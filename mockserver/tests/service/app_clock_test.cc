// A clock of an app's own: all that follows time in the app follows it, and nothing of another app.

#include <string>

#include "service/fake_test.h"

namespace timock {
namespace {

using Mode = ClockSetting::Mode;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kOther = 7;

class AppClockTest : public FakeTest {
 protected:
  void SetUp() override {
    App other = DemoApp();
    other.sdkappid = kOther;
    StartWithSwitches(R"({"throttle":{"limit":1},"usersig_lockout":{"failures":1}})",
                      {.apps = {DemoApp(), other}});
  }
  Ask CallOf(std::uint32_t sdkappid, seconds expire = hours{24}) {
    return Valid()
        .With("sdkappid", std::to_string(sdkappid))
        .With("usersig", service().Sign(sdkappid, "administrator", expire).value());
  }
  int CodeOf(std::uint32_t sdkappid) { return Send(CallOf(sdkappid)).code; }
  void Freeze(std::uint32_t sdkappid) {
    ASSERT_TRUE(service().SetAppClock(sdkappid, ClockSetting{Mode::kFrozen}).ok());
  }
  void Advance(std::chrono::nanoseconds by) {
    ASSERT_TRUE(service().AdvanceAppClock(kDemo, by).ok());
  }
};
TIMOCK_ALL_DOORS(AppClockTest);

TEST_P(AppClockTest, TheThrottleFollowsItToTheNanosecond) {
  Freeze(kDemo);
  EXPECT_EQ(CodeOf(kDemo), 0);
  EXPECT_EQ(CodeOf(kOther), 0);
  clock().Advance(seconds{5});
  EXPECT_EQ(CodeOf(kDemo), 60007) << "the machine's time is not its own";
  EXPECT_EQ(CodeOf(kOther), 0);
  Advance(seconds{1} - std::chrono::nanoseconds{1});
  EXPECT_EQ(CodeOf(kDemo), 60007);
  EXPECT_EQ(CodeOf(kOther), 60007) << "a step of one app moves no other";
  Advance(std::chrono::nanoseconds{1});
  EXPECT_EQ(CodeOf(kDemo), 0);
  const ThrottleStatus status = service().Throttles(kDemo).at(0);
  EXPECT_EQ(status.admitted, 1U);
  EXPECT_EQ(status.next_free, UnixSeconds(kStart + 2));
}

TEST_P(AppClockTest, TheServicesClockMovesOnlyAppsWithoutOne) {
  Freeze(kDemo);
  EXPECT_EQ(CodeOf(kDemo), 0);
  EXPECT_EQ(CodeOf(kOther), 0);
  ASSERT_TRUE(service().AdvanceClock(hours{1}).ok());
  EXPECT_EQ(CodeOf(kDemo), 60007);
  EXPECT_EQ(CodeOf(kOther), 0);
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart));
  EXPECT_EQ(service().AppNow(kOther), UnixSeconds(kStart + 3'600));
  EXPECT_EQ(service().AppNow(404), service().Now());
  ASSERT_TRUE(service().SetAppClock(kDemo, {}).ok());
  EXPECT_EQ(service().AppNow(kDemo), service().Now());
  EXPECT_EQ(CodeOf(kDemo), 0);
  EXPECT_FALSE(service().FindApp(kDemo)->clock);
}

TEST_P(AppClockTest, ExpiryLockoutAndActivationFollowIt) {
  service().SetProfile(service()
                           .profile()
                           .With(R"({"throttle":{"limit":100},"usersig_lockout":{"failures":1}})")
                           .value());
  const Ask ask = CallOf(kDemo, seconds{10});
  const Ask of_other = CallOf(kOther, seconds{10});
  Advance(seconds{11});
  EXPECT_EQ(Send(ask).code, 70001);
  EXPECT_EQ(Send(of_other).code, 0);
  EXPECT_EQ(CodeOf(kDemo), 70050) << "locked";
  Advance(seconds{60});
  EXPECT_EQ(CodeOf(kDemo), 0) << "signed by the app's clock";

  App app = DemoApp();
  app.feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(kStart)};
  app.clock = ClockSetting{Mode::kFrozen, UnixSeconds(kStart + 172'799)};
  ASSERT_TRUE(service().PutApp(app).ok());
  EXPECT_EQ(CodeOf(kDemo), 90045);
  Advance(seconds{1});
  EXPECT_EQ(CodeOf(kDemo), 0);
}

TEST_P(AppClockTest, ItsCallsAreRecordedByIt) {
  Advance(hours{2});
  CodeOf(kDemo);
  EXPECT_EQ(service().Calls({.sdkappid = kDemo}).entries.at(0).at, UnixSeconds(kStart + 7'200));
  service().AddFault({.match = {.sdkappid = kDemo}, .action = {.error_code = 91000}}).value();
  EXPECT_EQ(CodeOf(kDemo), 91000);
  EXPECT_EQ(service().Calls({.sdkappid = kDemo}).entries.at(1).at, UnixSeconds(kStart + 7'200))
      << "and those that a fault answers";
  CodeOf(kOther);
  EXPECT_EQ(service().Calls({.sdkappid = kOther}).entries.at(0).at, UnixSeconds(kStart));
}

TEST_P(AppClockTest, AClockThatIsSetLeavesCountersAndAnAppThatIsPutDoesNot) {
  EXPECT_EQ(CodeOf(kDemo), 0);
  Freeze(kDemo);
  EXPECT_EQ(CodeOf(kDemo), 60007);
  App app = *service().FindApp(kDemo);
  ASSERT_TRUE(app.clock);
  EXPECT_EQ(*app.clock, (ClockSetting{Mode::kFrozen, UnixSeconds(kStart)}));
  ASSERT_TRUE(service().PutApp(app).ok());
  EXPECT_EQ(CodeOf(kDemo), 0);
  clock().Advance(hours{1});
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart)) << "put with the clock that it had";
}

TEST_P(AppClockTest, ARunningOneRunsOnAndAStateHasItsPresentTime) {
  ASSERT_TRUE(service().SetAppClock(kDemo, ClockSetting{Mode::kOffset, UnixSeconds(1'000)}).ok());
  clock().Advance(milliseconds{1'500});
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(1'001) + milliseconds{500});
  const ServiceState state = service().State();
  Advance(hours{1});
  ASSERT_TRUE(service().SetState(state).ok());
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(1'001) + milliseconds{500});
  clock().Advance(seconds{1});
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(1'002) + milliseconds{500});
  EXPECT_EQ(service().AppNow(kOther), UnixSeconds(kStart + 2) + milliseconds{500});
}

TEST_P(AppClockTest, AResetPutsItBack) {
  Advance(hours{1});
  EXPECT_TRUE(service().ResetApp(kDemo));
  EXPECT_FALSE(service().FindApp(kDemo)->clock) << "it was put without one";
  App app = DemoApp();
  app.clock = ClockSetting{Mode::kFrozen, UnixSeconds(9)};
  ASSERT_TRUE(service().PutApp(app).ok());
  Advance(hours{1});
  EXPECT_TRUE(service().ResetApp(kDemo));
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(9));
  service().Reset();
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart));
}

TEST_P(AppClockTest, OneThatIsFrozenWithoutATimeIsFrozenWhereTheAppIs) {
  Advance(hours{24});
  App app = *service().FindApp(kDemo);
  app.clock = ClockSetting{Mode::kFrozen};
  ASSERT_TRUE(service().PutApp(app).ok());
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart + 86'400));
  clock().Advance(hours{1});
  Advance(seconds{5});
  EXPECT_TRUE(service().ResetApp(kDemo));
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart + 86'400)) << "as it was put";
}

TEST_P(AppClockTest, BadOnesChangeNothing) {
  Freeze(kDemo);
  const ClockSetting early{Mode::kFrozen, UnixSeconds(-1)};
  EXPECT_EQ(service().SetAppClock(kDemo, early).error().Text(),
            "expected a time from 0 to 9000000000 in UNIX seconds");
  EXPECT_FALSE(service().AdvanceAppClock(kDemo, -seconds{kStart + 1}).ok());
  EXPECT_FALSE(service().AdvanceAppClock(404, seconds{1}).ok());
  EXPECT_FALSE(service().SetAppClock(404, {}).ok());
  App app = DemoApp();
  app.clock = early;
  EXPECT_EQ(service().PutApp(app).error().pointer, "/clock/unix");
  EXPECT_EQ(service().AppNow(kDemo), UnixSeconds(kStart));
}

}  // namespace
}  // namespace timock
