// What becomes of apps that are made and removed, and which values an app may have.

#include <algorithm>
#include <limits>
#include <string>

#include "journal/evicted_entries.h"
#include "service/fake_test.h"

namespace timock {
namespace {

class AppLifetimeTest : public FakeTest {
 protected:
  Ask CallOf(std::uint32_t sdkappid) {
    return Valid()
        .With("sdkappid", std::to_string(sdkappid))
        .With("usersig", service().Sign(sdkappid, "administrator").value());
  }
  static App AppOf(std::uint32_t sdkappid) {
    App app = DemoApp();
    app.sdkappid = sdkappid;
    return app;
  }
};
TIMOCK_ALL_DOORS(AppLifetimeTest);

TEST_P(AppLifetimeTest, RemovedAppsMakeRoom) {
  Start({.max_apps = 2});
  std::uint32_t last = 0;
  for (int i = 0; i < 60; ++i) {
    const App app = service().CreateApp().value();
    EXPECT_GT(app.sdkappid, last) << "an id is given once";
    last = app.sdkappid;
    EXPECT_EQ(Send(CallOf(last)).code, 0);
    EXPECT_TRUE(service().RemoveApp(last));
    EXPECT_FALSE(service().RemoveApp(last));
  }
  EXPECT_EQ(service().Throttles().size(), 0U) << "its counters went with it";
  ASSERT_TRUE(service().PutApp(AppOf(1)).ok());
  const Result<Done> refused = service().PutApp(AppOf(2));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().Text(),
            "the bound of 2 apps is reached; remove some, or raise max_apps (--max-apps)");
  EXPECT_TRUE(service().PutApp(AppOf(1)).ok()) << "one that is there can be replaced";
  EXPECT_TRUE(service().SetApps({AppOf(8), AppOf(9)}).ok()) << "those that go make room";
  EXPECT_FALSE(service().SetApps({AppOf(7), AppOf(8), AppOf(9)}).ok());
  EXPECT_EQ(service().Apps().size(), 2U);
}

TEST_P(AppLifetimeTest, ARemovedAppTakesItsFaultsAlong) {
  const App app = service().CreateApp().value();
  for (const std::uint32_t id : {app.sdkappid, kDemo}) {
    service().AddFault({.match = {.sdkappid = id}, .action = {.error_code = 91000}}).value();
  }
  EXPECT_TRUE(service().RemoveApp(app.sdkappid));
  ASSERT_EQ(service().Faults().size(), 1U);
  EXPECT_EQ(service().Faults()[0].fault.match.sdkappid, kDemo);
  ASSERT_TRUE(service().SetApps({AppOf(8)}).ok());
  EXPECT_TRUE(service().Faults().empty());
}

TEST_P(AppLifetimeTest, AnAppThatIsPutAgainBeginsAfresh) {
  StartWithSwitches(R"({"throttle":{"limit":1},"usersig_lockout":{"failures":1}})");
  const Ask ask = CallOf(kDemo);
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_EQ(Send(ask).code, 60007);
  clock().Advance(std::chrono::seconds{1});
  EXPECT_EQ(Send(CallOf(kDemo).With("usersig", "x")).code, 70003);
  clock().Advance(std::chrono::seconds{1});
  EXPECT_EQ(Send(ask).code, 70050);
  EXPECT_TRUE(service().RemoveApp(kDemo));
  EXPECT_EQ(Send(ask).code, 70020);
  ASSERT_TRUE(service().PutApp(DemoApp()).ok());
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_GT(service().CountCalls({.sdkappid = kDemo}).count, 4U) << "its recorded calls stay";
  App other_key = DemoApp();
  other_key.keys = {"another"};
  ASSERT_TRUE(service().PutApp(other_key).ok());
  EXPECT_EQ(Send(ask).code, 70009) << "a UserSig that was verified for the app before";
}

TEST_P(AppLifetimeTest, CreateAppGivesNoIdOfARemovedAppWhoeverPutIt) {
  const std::uint32_t first = service().CreateApp().value().sdkappid;
  ASSERT_TRUE(service().PutApp(AppOf(first + 1)).ok());
  ASSERT_TRUE(service().PutApp(AppOf(first + 3)).ok());
  EXPECT_TRUE(service().RemoveApp(first + 1));
  EXPECT_EQ(service().CreateApp().value().sdkappid, first + 2);
  ASSERT_TRUE(service().SetApps({}).ok());
  EXPECT_EQ(service().CreateApp().value().sdkappid, first + 4);
  service().Reset();
  EXPECT_EQ(service().CreateApp().value().sdkappid, first + 5);
  ASSERT_TRUE(service().PutApp(AppOf(UINT32_MAX)).ok());
  EXPECT_TRUE(service().RemoveApp(UINT32_MAX));
  EXPECT_EQ(service().CreateApp().value().sdkappid, first + 6);
}

// However many apps were made, called and removed, one that is new can prove what it got.
TEST_P(AppLifetimeTest, ANewAppsCountIsCompleteAfterManyRemovedOnes) {
  if (GetParam() != DoorKind::kHandle) return;  // one service behind all doors, and many calls
  Start({.journal = {.max_entries = 4}});
  const Ask ask = Valid().With("usersig", "x");
  for (std::size_t i = 0; i < EvictedEntries::kMaxApps + 100; ++i) {
    const std::uint32_t app = service().CreateApp().value().sdkappid;
    Send(ask.With("sdkappid", std::to_string(app)));
    EXPECT_EQ(service().CountCalls({.sdkappid = app}).count, 1U);
    ASSERT_TRUE(service().CountCalls({.sdkappid = app}).complete) << "app number " << i;
    EXPECT_TRUE(service().RemoveApp(app));
  }
  EXPECT_FALSE(service().CountCalls({.sdkappid = 1'600'000'000}).complete) << "dropped long ago";
}

TEST_P(AppLifetimeTest, ApprovedAtHasTheBoundOfTheControlApi) {
  constexpr std::string_view kExpected =
      "/feature/approved_at: expected UNIX seconds, 0 to 9000000000";
  for (const UnixTime bad : {UnixTime::max(), UnixTime::min(), UnixSeconds(9'000'000'001),
                             UnixTime{} - std::chrono::nanoseconds{1}}) {
    App app = AppOf(7);
    app.feature = {.state = Feature::State::kApproved, .approved_at = bad};
    const Result<Done> put = service().PutApp(app);
    ASSERT_FALSE(put.ok());
    EXPECT_NE(put.error().Text().find(kExpected), std::string::npos) << put.error().Text();
    EXPECT_FALSE(service().SetApps({app}).ok());
    EXPECT_FALSE(service().CreateApp(app).ok());
    ServiceState state = service().State();
    state.apps = {app};
    EXPECT_FALSE(service().SetState(state).ok());
    EXPECT_FALSE(Service::Create({.apps = {app}}).ok());
    app.feature.state = Feature::State::kOff;
    EXPECT_TRUE(service().PutApp(app).ok()) << "not read";
  }
  App app = AppOf(7);
  app.feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(9'000'000'000)};
  ASSERT_TRUE(service().PutApp(app).ok());
  EXPECT_EQ(Send(CallOf(7)).code, 90045);
}

TEST_P(AppLifetimeTest, SignTakesTheTimesOfTheControlApi) {
  const std::chrono::seconds most{9'000'000'000};
  for (const std::chrono::seconds expire : {most, -most}) {
    EXPECT_TRUE(service().Sign(kDemo, "administrator", expire).ok());
  }
  for (const std::chrono::seconds expire :
       {most + std::chrono::seconds{1}, -most - std::chrono::seconds{1},
        std::chrono::seconds::max(), std::chrono::seconds::min()}) {
    EXPECT_FALSE(service().Sign(kDemo, "administrator", expire).ok());
  }
}

TEST_P(AppLifetimeTest, ACodeThatAFaultAnswersIsRecordedAsItIs) {
  for (const int code : {-1, -2, std::numeric_limits<int>::min()}) {
    ASSERT_TRUE(service().AddFault({.action = {.error_code = code}, .times = 1}).ok());
    EXPECT_EQ(Send(Valid()).code, code);
    EXPECT_EQ(service().CountCalls({.error_code = code}).count, 1U);
    const CallMetrics metrics = service().metrics();
    const auto counted = [&](const CallMetrics::Outcome& outcome) {
      return outcome.error_code == code && outcome.calls == 1;
    };
    EXPECT_TRUE(std::any_of(metrics.outcomes.begin(), metrics.outcomes.end(), counted)) << code;
    EXPECT_EQ(metrics.other_outcomes, 0U);
  }
}

}  // namespace
}  // namespace timock
