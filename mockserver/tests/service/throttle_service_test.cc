// The throttle as a caller meets it (PROTOCOL section 5).

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "service/fake_test.h"

namespace timock {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

class ThrottleServiceTest : public FakeTest {
 protected:
  /// How many of `calls` like `ask`, all at this instant, are not throttled.
  int Admitted(const Ask& ask, int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; ++i) admitted += Send(ask).code != 60007;
    return admitted;
  }
};
TIMOCK_ALL_DOORS(ThrottleServiceTest);

TEST_P(ThrottleServiceTest, RefusesTheHundredAndFirstCallInOneSecond) {
  EXPECT_EQ(Admitted(Valid(), 100), 100);
  const Answer answer = Set(kValidBody);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code, 60007);
  EXPECT_EQ(LastCall().rule, "throttle");
}

TEST_P(ThrottleServiceTest, FreesAPlaceExactlyOneSecondAfterItWasTaken) {
  EXPECT_EQ(Admitted(Valid(), 1), 1);
  clock().Advance(milliseconds{500});
  EXPECT_EQ(Admitted(Valid(), 100), 99);
  clock().Advance(milliseconds{500} - nanoseconds{1});
  EXPECT_EQ(Admitted(Valid(), 1), 0);
  clock().Advance(nanoseconds{1});
  EXPECT_EQ(Admitted(Valid(), 2), 1);
}

TEST_P(ThrottleServiceTest, SaysWhenTheNextCallPasses) {
  Admitted(Valid(), 100);
  clock().Advance(milliseconds{250});
  Send(Valid());
  const std::string detail = LastCall().diagnoses.at(0).detail;
  EXPECT_NE(detail.find("in 0.750000000 s"), std::string::npos) << detail;
  EXPECT_NE(detail.find(std::to_string(kStart + 1) + ".000000000"), std::string::npos) << detail;
}

TEST_P(ThrottleServiceTest, CountsEachCommandAloneByDefault) {
  EXPECT_EQ(Admitted(Valid(), 101), 100);
  EXPECT_EQ(Admitted(ValidGet(), 101), 100);
}

TEST_P(ThrottleServiceTest, ScopeAppCountsTheCommandsTogether) {
  StartWithSwitches(R"({"throttle":{"scope":"app"}})");
  EXPECT_EQ(Admitted(Valid(), 60), 60);
  EXPECT_EQ(Admitted(ValidGet(), 60), 40);
}

TEST_P(ThrottleServiceTest, ScopeIdentifierCountsEachCallerAlone) {
  App app = DemoApp();
  app.admins.emplace_back("second");
  StartWithSwitches(R"({"throttle":{"scope":"app_and_identifier","limit":5}})", {.apps = {app}});
  const Ask second =
      Valid().With("identifier", "second").With("usersig", service().Sign(kDemo, "second").value());
  EXPECT_EQ(Admitted(Valid(), 6), 5);
  EXPECT_EQ(Admitted(second, 6), 5);
}

TEST_P(ThrottleServiceTest, UnverifiedIdentifiersBeyondTheBoundShareOneCounter) {
  StartWithSwitches(R"({"throttle":{"scope":"app_and_identifier","limit":4}})");
  for (int i = 0; i < 1'024; ++i) {
    Send(Valid().With("identifier", "stranger" + std::to_string(i)));
    ASSERT_EQ(LastCall().rule, "usersig_identifier_mismatch");
  }
  EXPECT_EQ(Admitted(Valid().With("identifier", "one_more"), 1), 1);
  EXPECT_EQ(Admitted(Valid().With("identifier", "yet_another"), 1), 1);
  EXPECT_EQ(Admitted(Valid(), 3), 2) << "verified by the first, and two places are gone already";
  EXPECT_EQ(Admitted(Valid().With("identifier", "yet_another"), 2), 1) << "three shared ones are";
  EXPECT_EQ(Admitted(Valid().With("identifier", "stranger7"), 5), 3) << "not moved out of its own";
  clock().Advance(seconds{1});
  EXPECT_EQ(Admitted(Valid().With("identifier", "yet_another"), 5), 4);
  EXPECT_EQ(Admitted(Valid(), 5), 4);
}

TEST_P(ThrottleServiceTest, BothReadingsOfAPlusAreOneCaller) {
  App app = DemoApp();
  app.admins = {"a b"};
  StartWithSwitches(R"({"throttle":{"scope":"app_and_identifier","limit":2}})", {.apps = {app}});
  const Ask ask = Valid().With("usersig", service().Sign(kDemo, "a b").value());
  EXPECT_EQ(Admitted(ask.With("identifier", "a+b"), 1), 1);
  EXPECT_EQ(Admitted(ask.With("identifier", "a%20b"), 2), 1);
  EXPECT_EQ(Admitted(ask.With("identifier", "a+b"), 1), 0);
}

TEST_P(ThrottleServiceTest, AppsDoNotShareALimit) {
  App other = DemoApp();
  other.sdkappid = 1'400'000'001;
  Start({.apps = {DemoApp(), other}});
  const Ask to_other = Valid()
                           .With("sdkappid", "1400000001")
                           .With("usersig", service().Sign(1'400'000'001, "administrator").value());
  EXPECT_EQ(Admitted(Valid(), 101), 100);
  EXPECT_EQ(Admitted(to_other, 101), 100);
}

TEST_P(ThrottleServiceTest, ACallThatPassesTakesAPlaceWhateverItsLaterCode) {
  Ask bad_body = Valid();
  bad_body.body = "{";
  EXPECT_EQ(Admitted(bad_body, 50), 50);
  EXPECT_EQ(Admitted(Valid().Without("usersig"), 49), 49);
  EXPECT_EQ(Admitted(Valid().Without("identifier"), 50), 50) << "refused before the throttle";
  EXPECT_EQ(Admitted(Valid(), 2), 1);
}

TEST_P(ThrottleServiceTest, AtPositionServiceOnlyVerifiedAdminsTakeAPlace) {
  StartWithSwitches(R"({"throttle":{"position":"service","limit":3}})");
  EXPECT_EQ(Admitted(Valid().Without("usersig"), 5), 5);
  EXPECT_EQ(
      Send(
          Valid().With("identifier", "user").With("usersig", service().Sign(kDemo, "user").value()))
          .code,
      90009);
  Ask bad_body = Valid();
  bad_body.body = "{";
  EXPECT_EQ(Send(bad_body).code, 90001);
  EXPECT_EQ(Admitted(Valid(), 3), 2);
  EXPECT_EQ(Send(bad_body).code, 60007) << "before the body";
}

TEST_P(ThrottleServiceTest, CountsRefusedCallsWhereTheSwitchSaysSo) {
  StartWithSwitches(R"({"throttle":{"limit":2,"count_refused":true}})");
  EXPECT_EQ(Admitted(Valid(), 2), 2);
  for (int i = 0; i < 5; ++i) {
    clock().Advance(milliseconds{600});
    EXPECT_EQ(Admitted(Valid(), 2), 0);
  }
  clock().Advance(seconds{1});
  EXPECT_EQ(Admitted(Valid(), 3), 2);
}

TEST_P(ThrottleServiceTest, FixedWindowIsAlignedToTheUnixSecond) {
  StartWithSwitches(R"({"throttle":{"algorithm":"fixed_window","limit":2}})");
  clock().Advance(milliseconds{999});
  EXPECT_EQ(Admitted(Valid(), 3), 2);
  clock().Advance(milliseconds{1});
  EXPECT_EQ(Admitted(Valid(), 3), 2);
}

TEST_P(ThrottleServiceTest, TokenBucketTakesItsBurstFromTheLimitUnlessGiven) {
  StartWithSwitches(R"({"throttle":{"algorithm":"token_bucket","limit":10}})");
  EXPECT_EQ(Admitted(Valid(), 20), 10);
  clock().Advance(milliseconds{100});
  EXPECT_EQ(Admitted(Valid(), 2), 1);
  StartWithSwitches(R"({"throttle":{"algorithm":"token_bucket","limit":10,"burst":15}})");
  EXPECT_EQ(Admitted(Valid(), 20), 15);
}

TEST_P(ThrottleServiceTest, AnAppsOwnLimitComesBeforeTheProfiles) {
  App five = DemoApp();
  five.limit = 5;
  App none = DemoApp();
  none.sdkappid = 1'400'000'001;
  none.limit = kNoLimit;
  Start({.apps = {five, none}});
  EXPECT_EQ(Admitted(Valid(), 10), 5);
  EXPECT_EQ(Admitted(Valid()
                         .With("sdkappid", "1400000001")
                         .With("usersig", service().Sign(1'400'000'001, "administrator").value()),
                     300),
            300);
}

TEST_P(ThrottleServiceTest, LimitNoneAdmitsAll) {
  StartWithSwitches(R"({"throttle":{"limit":"none"}})");
  EXPECT_EQ(Admitted(Valid(), 300), 300);
}

TEST_P(ThrottleServiceTest, AStepBackOfMoreThanAWindowEmptiesIt) {
  EXPECT_EQ(Admitted(Valid(), 101), 100);
  clock().Advance(-milliseconds{1'000});
  EXPECT_EQ(Admitted(Valid(), 1), 0);
  clock().Advance(-nanoseconds{1});
  EXPECT_EQ(Admitted(Valid(), 101), 100);
}

TEST(ThrottleThreadsTest, EightThreadsAtOneInstantGetExactlyAHundredPlaces) {
  auto clock = std::make_shared<ManualClock>(UnixSeconds(kStart));
  std::atomic<int> throttled{0};
  auto service =
      Service::Create(
          {.clock = clock,
           .on_call = [&](const CallEvent& event) { throttled += event.error_code == 60007; }})
          .value();
  const HttpRequest request{
      .target = service->Target("im_set_attr_name", kDemo, "administrator").value(),
      .body = std::string(kValidBody)};
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 1'250; ++call) service->Handle(request);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(throttled.load(), 10'000 - 100);
}

}  // namespace
}  // namespace timock
