// What a test may do to a running fake: throttle view, profile, clock, state, reset, apps.

#include <string>

#include "service/fake_test.h"

namespace timock {
namespace {

class ControlServiceTest : public FakeTest {
 protected:
  ThrottleStatus Throttle(std::string_view command) {
    for (const ThrottleStatus& status : service().Throttles(kDemo)) {
      if (status.command == command) return status;
    }
    return {};
  }
};
TIMOCK_ALL_DOORS(ControlServiceTest);

constexpr std::string_view kSet = "all_member_push/im_set_attr_name";

TEST_P(ControlServiceTest, TheThrottleViewFollowsTheWindow) {
  StartWithSwitches(R"({"throttle":{"limit":2}})");
  EXPECT_TRUE(service().Throttles().empty()) << "nobody called";
  for (int i = 0; i < 3; ++i) {
    Send(Valid());
    clock().Advance(std::chrono::milliseconds{100});
  }
  ThrottleStatus status = Throttle(kSet);
  EXPECT_EQ(status.sdkappid, kDemo);
  EXPECT_EQ(status.limit, 2U);
  EXPECT_EQ(status.admitted, 2U);
  EXPECT_EQ(status.refused, 1U);
  EXPECT_EQ(status.next_free, UnixSeconds(kStart) + std::chrono::seconds{1});
  EXPECT_EQ(status.worst_admitted, 2U);
  clock().Advance(std::chrono::milliseconds{700});
  status = Throttle(kSet);
  EXPECT_EQ(status.admitted, 1U) << "the first is exactly a window old";
  EXPECT_EQ(status.next_free, service().Now());
  EXPECT_EQ(Send(Valid()).code, 0);
  clock().Advance(std::chrono::hours{1});
  status = Throttle(kSet);
  EXPECT_EQ(status.admitted, 0U);
  EXPECT_EQ(status.refused, 0U);
  EXPECT_EQ(status.worst_admitted, 2U);
  EXPECT_EQ(status.admitted_total, 3U);
  EXPECT_EQ(status.refused_total, 1U);
  EXPECT_EQ(service().Throttles().size(), 1U);
  EXPECT_TRUE(service().Throttles(5).empty());
}

TEST_P(ControlServiceTest, LookingAtTheThrottleTakesNoPlace) {
  StartWithSwitches(R"({"throttle":{"limit":2}})");
  Send(Valid());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Throttle(kSet).next_free, service().Now());
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ControlServiceTest, TheViewIsByCommandOrOfTheWholeAppByScope) {
  Send(Valid());
  Send(ValidGet());
  EXPECT_EQ(service().Throttles(kDemo).size(), 2U);
  StartWithSwitches(R"({"throttle":{"scope":"app"}})");
  Send(Valid());
  Send(ValidGet());
  ASSERT_EQ(service().Throttles(kDemo).size(), 1U);
  EXPECT_EQ(Throttle("").admitted, 2U);
  StartWithSwitches(R"({"throttle":{"scope":"app_and_identifier"}})");
  Send(Valid());
  ASSERT_EQ(service().Throttles(kDemo).size(), 1U);
  EXPECT_FALSE(Throttle("").next_free) << "each identifier has its own";
}

TEST_P(ControlServiceTest, AnotherProfileCountsAnewOnlyIfTheThrottleDiffers) {
  StartWithSwitches(R"({"throttle":{"limit":1}})");
  const Profile first = service().profile();
  EXPECT_EQ(Send(Valid()).code, 0);
  service().SetProfile(first.With(R"({"not_admin":60010,"name":"other"})").value());
  EXPECT_EQ(service().profile().name(), "other");
  EXPECT_EQ(Send(Valid()).code, 60007) << "the same rule: the place is still taken";
  service().SetProfile(first.With(R"({"throttle":{"code":60011}})").value());
  EXPECT_EQ(Send(Valid()).code, 0) << "another rule";
  EXPECT_EQ(Send(Valid()).code, 60011);
  service().SetProfile(first.With(R"({"throttle":{"limit":"none"}})").value());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_TRUE(service().Throttles(kDemo).empty()) << "unlimited, and nothing is counted";
}

TEST_P(ControlServiceTest, VerificationCanBeSwitchedOffAndOnAgain) {
  const Ask bad = Valid().With("usersig", "x");
  EXPECT_EQ(Send(bad).code, 70003);
  service().SetVerifyUserSig(false);
  EXPECT_EQ(Send(bad).code, 0);
  EXPECT_FALSE(service().verifies_user_sig());
  service().SetProfile(Profile::Named("lenient").value());
  EXPECT_EQ(Send(bad).code, 0) << "a profile leaves it as it is";
  service().SetVerifyUserSig(true);
  EXPECT_EQ(Send(bad).code, 70003);
}

TEST_P(ControlServiceTest, ThrottleExpiryAndActivationFollowTheClock) {
  App app = DemoApp();
  app.feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(kStart)};
  StartWithSwitches(R"({"throttle":{"limit":1}})", {.apps = {app}});
  const Ask ask = Valid();
  EXPECT_EQ(Send(ask).code, 90045);
  EXPECT_EQ(Send(ask).code, 60007);
  ASSERT_TRUE(service().AdvanceClock(std::chrono::seconds{1}).ok());
  EXPECT_EQ(Send(ask).code, 90045) << "a window later";
  ASSERT_TRUE(service().AdvanceClock(std::chrono::hours{48}).ok());
  EXPECT_EQ(Send(ask).code, 70001) << "signed for a day";
  EXPECT_EQ(Send(Valid()).code, 60007);
  ASSERT_TRUE(
      service().SetClock({ClockSetting::Mode::kFrozen, UnixSeconds(kStart + 200'000)}).ok());
  clock().Advance(std::chrono::hours{1});
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(service().Calls({.since_id = 5}).entries.at(0).at, UnixSeconds(kStart + 200'000));
}

TEST_P(ControlServiceTest, AnImpossibleTimeChangesNothing) {
  EXPECT_FALSE(service().SetClock({ClockSetting::Mode::kOffset, UnixSeconds(-1)}).ok());
  EXPECT_FALSE(service().AdvanceClock(std::chrono::hours{24 * 365 * 260}).ok());
  EXPECT_EQ(service().Now(), UnixSeconds(kStart));
  EXPECT_EQ(service().clock(), ClockSetting{});
}

TEST_P(ControlServiceTest, AStateCanBeDumpedAndPutBack) {
  StartWithSwitches(R"({"not_admin":60010})");
  Send(Valid());
  const ServiceState before = service().State();
  ASSERT_EQ(before.apps.size(), 1U);
  EXPECT_EQ(before.apps[0].names, (AttrNames{{0, "sex"}, {1, "city"}}));
  service().CreateApp().value();
  ASSERT_TRUE(service().SetNames(kDemo, {}).ok());
  service().SetProfile(Profile());
  service().SetVerifyUserSig(false);
  ASSERT_TRUE(service().SetClock({ClockSetting::Mode::kFrozen, UnixSeconds(9)}).ok());
  ASSERT_TRUE(service().SetState(before).ok());
  EXPECT_EQ(service().Apps(), before.apps);
  EXPECT_EQ(service().profile().ToJson(), before.profile.ToJson());
  EXPECT_TRUE(service().verifies_user_sig());
  EXPECT_EQ(service().clock(), ClockSetting{});
  EXPECT_EQ(service().CountCalls().count, 1U) << "the journal stays";
}

TEST_P(ControlServiceTest, AStateThatIsNotValidChangesNothing) {
  Start({.max_apps = 2});
  const auto refused = [&](const ServiceState& state) {
    const bool failed = !service().SetState(state).ok();
    return failed && service().Apps().size() == 1 && service().verifies_user_sig() &&
           service().clock() == ClockSetting{};
  };
  ServiceState state = service().State();
  state.verify_user_sig = false;
  App other = DemoApp();
  state.apps.push_back(other);
  EXPECT_TRUE(refused(state)) << "an app twice";
  state.apps[1].sdkappid = 7;
  state.apps[1].keys.clear();
  EXPECT_TRUE(refused(state)) << "an app without a key";
  state.apps[1] = other;
  state.apps[1].sdkappid = 7;
  state.apps.push_back(other);
  state.apps[2].sdkappid = 8;
  EXPECT_TRUE(refused(state)) << "too many apps";
  state.apps.pop_back();
  state.clock = {ClockSetting::Mode::kFrozen, UnixSeconds(-1)};
  EXPECT_TRUE(refused(state)) << "an impossible time";
  state.clock = {};
  EXPECT_TRUE(service().SetState(state).ok());
  EXPECT_EQ(service().Apps().size(), 2U);
}

TEST_P(ControlServiceTest, ResetIsAsAfterTheStart) {
  App app = DemoApp();
  app.names = {{4, "level"}};
  StartWithSwitches(R"({"throttle":{"limit":1}})", {.apps = {app}});
  Send(Valid());
  const App own = service().CreateApp().value();
  service().SetProfile(Profile());
  service().SetVerifyUserSig(false);
  ASSERT_TRUE(service().AdvanceClock(std::chrono::hours{1}).ok());
  service().Reset();
  EXPECT_EQ(service().Apps(), std::vector<App>{app});
  EXPECT_FALSE(service().FindApp(own.sdkappid));
  EXPECT_EQ(service().profile().throttle().limit, 1U);
  EXPECT_TRUE(service().verifies_user_sig());
  EXPECT_EQ(service().Now(), UnixSeconds(kStart));
  EXPECT_EQ(service().journal_status().entries, 0U);
  EXPECT_TRUE(service().CountCalls().complete);
  EXPECT_EQ(Send(Valid()).code, 0) << "the throttle is empty";
}

TEST_P(ControlServiceTest, ResetBringsBackAnAppThatWasRemoved) {
  EXPECT_TRUE(service().RemoveApp(kDemo));
  service().Reset();
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(ControlServiceTest, ResetAppTouchesThatAppAlone) {
  App other = DemoApp();
  other.sdkappid = 7;
  StartWithSwitches(R"({"throttle":{"limit":1}})", {.apps = {DemoApp(), other}});
  const auto of_other = [&] {
    return Valid()
        .With("sdkappid", "7")
        .With("usersig", service().Sign(7, "administrator").value());
  };
  Send(Valid());
  Send(of_other());
  EXPECT_TRUE(service().ResetApp(kDemo));
  EXPECT_FALSE(service().ResetApp(8));
  EXPECT_TRUE(service().Names(kDemo).empty());
  EXPECT_EQ(service().Names(7).size(), 2U);
  EXPECT_EQ(service().CountCalls({.sdkappid = kDemo}).count, 0U);
  EXPECT_EQ(service().CountCalls({.sdkappid = 7}).count, 1U);
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(Send(of_other()).code, 60007);
}

TEST_P(ControlServiceTest, CreatedAppsHaveIdsAndKeysOfTheirOwn) {
  const App first = service().CreateApp().value();
  App like;
  like.sdkappid = kDemo;
  like.names = {{0, "seeded"}};
  const App second = service().CreateApp(like).value();
  EXPECT_NE(first.sdkappid, second.sdkappid);
  EXPECT_NE(second.sdkappid, kDemo);
  EXPECT_NE(first.keys, second.keys);
  EXPECT_EQ(first.keys.at(0).size(), 64U);
  EXPECT_EQ(first.admins, std::vector<std::string>{"administrator"});
  EXPECT_EQ(service().Names(second.sdkappid), like.names);
  const std::uint32_t id = first.sdkappid;
  EXPECT_EQ(Send(Valid()
                     .With("sdkappid", std::to_string(id))
                     .With("usersig", service().Sign(id, "administrator").value()))
                .code,
            0);
  EXPECT_TRUE(service().RemoveApp(second.sdkappid));
  EXPECT_NE(service().CreateApp().value().sdkappid, second.sdkappid) << "an id is given once";
  App bad;
  bad.region = "atlantis";
  EXPECT_FALSE(service().CreateApp(bad).ok());
}

TEST_P(ControlServiceTest, MetricsCountByCommandAndCode) {
  StartWithSwitches(R"({"throttle":{"limit":2}})");
  for (int i = 0; i < 3; ++i) Send(Valid());
  Send(ValidGet());
  Ask unknown = Valid();
  unknown.path = "/v4/a/b";
  Send(unknown);
  const CallMetrics metrics = service().metrics();
  const auto calls = [&](std::string_view command, int code) {
    for (const CallMetrics::Outcome& outcome : metrics.outcomes) {
      if (outcome.command == command && outcome.error_code == code) return outcome.calls;
    }
    return std::uint64_t{0};
  };
  EXPECT_EQ(metrics.outcomes.size(), 4U);
  EXPECT_EQ(calls(kSet, 0), 2U);
  EXPECT_EQ(calls(kSet, 60007), 1U);
  EXPECT_EQ(calls("all_member_push/im_get_attr_name", 0), 1U);
  EXPECT_EQ(calls("", 60009), 1U);
  EXPECT_EQ(metrics.throttle_admitted, 3U);
  EXPECT_EQ(metrics.throttle_refused, 1U);
  EXPECT_EQ(metrics.duration_counts.back(), 5U);
}

}  // namespace
}  // namespace timock
