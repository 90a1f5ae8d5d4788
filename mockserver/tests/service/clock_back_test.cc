// What keeps moments, when the clock goes back (PROTOCOL sections 4 and 5).

#include <string>

#include "apps/app_state.h"
#include "service/fake_test.h"

namespace timock {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class ClockBackTest : public FakeTest {
 protected:
  void Advance(nanoseconds by) { ASSERT_TRUE(service().AdvanceClock(by).ok()); }
  Ask Bad() { return Valid().With("usersig", "rubbish"); }
  void Lock() {
    EXPECT_EQ(Send(Bad()).code, 70003);
    EXPECT_EQ(Send(Bad()).code, 70003);
    EXPECT_EQ(Send(Valid()).code, 70050);
  }
};
TIMOCK_ALL_DOORS(ClockBackTest);

TEST_P(ClockBackTest, ALockIsGoneAfterAStepBackOfMoreThanItsLength) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":60}})");
  Advance(hours{24});
  Lock();
  Advance(hours{-24});
  EXPECT_EQ(Send(Valid()).code, 0) << "straight after the step";
  Advance(seconds{61});
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(Send(Bad()).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 0) << "the failures from then are gone, too";
  Advance(hours{24});
  EXPECT_EQ(Send(Valid()).code, 0) << "the lock does not come back";
}

TEST_P(ClockBackTest, ALockHoldsOverAShorterStepBack) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":60}})");
  Lock();
  Advance(seconds{-60});
  EXPECT_EQ(Send(Valid()).code, 70050) << "counts as the newest tick";
  Advance(seconds{120} - nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 70050);
  Advance(nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ClockBackTest, FailuresAreForgottenAfterAStepBackOfMoreThanTheirWindow) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":10}})");
  EXPECT_EQ(Send(Bad()).code, 70003);
  Advance(seconds{-10} - nanoseconds{1});
  EXPECT_EQ(Send(Bad()).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 0);
  Advance(seconds{-10});
  EXPECT_EQ(Send(Bad()).code, 70003) << "a step of the window is not more than it";
  EXPECT_EQ(Send(Valid()).code, 70050);
}

TEST_P(ClockBackTest, TheFirstFailureAfterALockCountsAsTheNewestTick) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":90}})");
  Lock();
  Advance(seconds{-61});  // more than the lock's length, less than the window
  EXPECT_EQ(Send(Bad()).code, 70003);
  Advance(seconds{61} + seconds{90} - nanoseconds{1});
  EXPECT_EQ(Send(Bad()).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 70050);
}

// Whether the identifier has failed before makes no difference to which moments count as seen.
TEST_P(ClockBackTest, AGoodCallIsSeenByTheLockoutToo) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":60}})");
  EXPECT_EQ(Send(Bad()).code, 70003);
  Advance(seconds{50});
  EXPECT_EQ(Send(Valid()).code, 0);
  Advance(seconds{-70});  // more than the window before the good call: the failure is forgotten
  EXPECT_EQ(Send(Bad()).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ClockBackTest, ALockBeginsAtTheNewestMomentSeen) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":2,"window_s":60}})");
  EXPECT_EQ(Send(Bad()).code, 70003);
  Advance(seconds{-30});  // counts as the moment before
  EXPECT_EQ(Send(Bad()).code, 70003);
  Advance(seconds{30} + seconds{60} - nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 70050);
  Advance(nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ClockBackTest, TheThrottleViewIsEmptyAfterAStepBackOfMoreThanAWindow) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(Send(Valid()).code, 60007);
  Advance(seconds{-1});
  EXPECT_EQ(service().Throttles(kDemo).at(0).admitted, 1U);
  Advance(hours{-1});
  const ThrottleStatus status = service().Throttles(kDemo).at(0);
  EXPECT_EQ(status.admitted, 0U);
  EXPECT_EQ(status.refused, 0U);
  EXPECT_EQ(status.next_free, service().Now());
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ClockBackTest, TheThrottleViewForgetsRefusalsThatAreAheadOfTheClock) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(Send(Valid()).code, 60007);
  Advance(seconds{-5});
  EXPECT_EQ(Send(Valid()).code, 0) << "empties what is kept";
  Advance(seconds{5} - nanoseconds{1});
  EXPECT_EQ(service().Throttles(kDemo).at(0).refused, 0U);
}

TEST_P(ClockBackTest, NextFreeIsNowAfterASmallStepBack) {
  StartWithSwitches(R"({"throttle":{"limit":2}})");
  EXPECT_EQ(Send(Valid()).code, 0);
  Advance(std::chrono::milliseconds{-1});
  EXPECT_EQ(service().Throttles(kDemo).at(0).next_free, service().Now());
}

TEST_P(ClockBackTest, NextFreeDoesNotCountTheRefusalThatItTriesOut) {
  StartWithSwitches(R"({"throttle":{"limit":1,"count_refused":true}})");
  const UnixTime first = service().Now();
  EXPECT_EQ(Send(Valid()).code, 0);
  Advance(std::chrono::milliseconds{333});
  EXPECT_EQ(service().Throttles(kDemo).at(0).next_free, first + seconds{1});
}

TEST_P(ClockBackTest, AStateWithoutItsAppsLeavesWhatCallsLeftInThem) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  EXPECT_EQ(Send(Valid()).code, 0);
  ServiceState state = service().State();
  state.apps.clear();
  ASSERT_TRUE(service().SetState(state, false).ok());
  EXPECT_EQ(Send(Valid()).code, 60007);
}

TEST(LockoutTest, BearsTheFarthestTicks) {
  const LockoutRule rule{.failures = 2, .window_s = 86'400};
  AppState app(DemoApp(), ControlledClock(std::make_shared<SystemClock>()));
  const MutexLock lock(app.mutex);
  for (const Tick tick : {Tick::min(), Tick::max(), Tick::min(), Tick{0}}) {
    EXPECT_FALSE(app.LockedOut(rule, "a", tick));
    app.NoteUserSigFailure(rule, "a", tick);
    EXPECT_FALSE(app.LockedOut(rule, "a", tick)) << "what was kept is far away";
    app.NoteUserSigFailure(rule, "a", tick);
    EXPECT_TRUE(app.LockedOut(rule, "a", tick));
  }
  EXPECT_TRUE(app.LockedOut(rule, "a", seconds{60} - nanoseconds{1}));
  EXPECT_FALSE(app.LockedOut(rule, "a", seconds{60}));
}

}  // namespace
}  // namespace timock
