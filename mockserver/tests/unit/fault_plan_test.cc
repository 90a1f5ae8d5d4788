#include "faults/fault_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "calls/endpoints.h"
#include "faults/fault_fields.h"

namespace timock {
namespace {

using std::chrono::milliseconds;

/// The fault of `plan` that acts on a call with this request.
std::optional<FaultHit> ApplyFault(FaultPlan& plan, const HttpRequestView& request) {
  const Profile profile;
  const CallSettings settings{.owner = profile,
                              .profile = profile.data(),
                              .throttle_plan = {},
                              .endpoints = ServedEndpoints(),
                              .unserved_commands = {}};
  return plan.Apply(ParseCall(request, settings, {}));
}

constexpr std::string_view kSex = R"({"AttrNames":{"0":"sex"}})";

class FaultPlanTest : public testing::Test {
 protected:
  /// The id of the fault that a call meets; empty for none.
  std::string Call(std::string_view target = "/v4/all_member_push/im_set_attr_name?sdkappid=7",
                   std::string_view body = kSex) {
    const auto hit = ApplyFault(plan_, {.method = "POST", .target = target, .body = body});
    return hit ? hit->id : "";
  }

  std::string Calls(int count) {
    std::string pattern;
    for (int call = 0; call < count; ++call) pattern += Call().empty() ? '.' : 'x';
    return pattern;
  }

  FaultStatus Add(FaultMatch match, std::optional<std::uint64_t> times = {},
                  std::optional<std::uint64_t> seed = {}) {
    return plan_
        .Add({.match = std::move(match),
              .action = {.error_code = 91000},
              .times = times,
              .seed = seed})
        .value();
  }

  FaultPlan plan_;
};

TEST_F(FaultPlanTest, AFaultWithoutAMatchActsOnEveryCall) {
  EXPECT_TRUE(plan_.All().empty());
  EXPECT_EQ(Call(), "");
  EXPECT_EQ(Add({}).fault.id, "fault-1");
  EXPECT_FALSE(plan_.All().empty());
  EXPECT_EQ(Call("garbage", ""), "fault-1");
  EXPECT_EQ(Calls(3), "xxx");
  EXPECT_EQ(plan_.Find("fault-1")->matched, 4U);
  EXPECT_EQ(plan_.Find("fault-1")->hits, 4U);
}

TEST_F(FaultPlanTest, MatchesAppCommandAndIdentifier) {
  Add({.sdkappid = 7, .command = "im_set_attr_name", .identifier = "a b"});
  const std::string path = "/v4/all_member_push/im_set_attr_name";
  EXPECT_EQ(Call(path + "?sdkappid=7&identifier=a%20b"), "fault-1");
  EXPECT_EQ(Call(path + "?sdkappid=7&identifier=a+b"), "fault-1");
  EXPECT_EQ(Call("/" + path + "?identifier=a+b&sdkappid=7"), "fault-1");
  EXPECT_EQ(Call(path + "?sdkappid=8&identifier=a+b"), "");
  EXPECT_EQ(Call(path + "?sdkappid=7&identifier=ab"), "");
  EXPECT_EQ(Call("/v4/all_member_push/im_get_attr_name?sdkappid=7&identifier=a+b"), "");
  EXPECT_EQ(Call("/v4/im_set_attr_name?sdkappid=7&identifier=a+b"), "");
}

TEST_F(FaultPlanTest, MatchesACommandWithItsService) {
  Add({.command = "all_member_push/im_set_attr_name"});
  EXPECT_EQ(Call("/v4/all_member_push/im_set_attr_name"), "fault-1");
  EXPECT_EQ(Call("/v4/other/im_set_attr_name"), "");
}

TEST_F(FaultPlanTest, MatchesWhatTheBodyHolds) {
  Add({.body_pointer = "/AttrNames/0", .body_equals = R"( "sex" )"});
  Add({.body_pointer = "/AttrNames/1"});
  Add({.body_equals = R"({"a":[1,null]})"});
  const std::string_view target = "/";
  EXPECT_EQ(Call(target, R"({"AttrNames":{"0":"sex"}})"), "fault-1");
  EXPECT_EQ(Call(target, R"({"AttrNames":{"0":"Sex"}})"), "");
  EXPECT_EQ(Call(target, R"({"AttrNames":{"0":"Sex","1":7}})"), "fault-2");
  EXPECT_EQ(Call(target, R"({ "a" : [1, null] })"), "fault-3");
  EXPECT_EQ(Call(target, R"({"AttrNames":["sex"]})"), "fault-1");
  EXPECT_EQ(Call(target, "[]"), "");
  EXPECT_EQ(Call(target, ""), "");
  EXPECT_EQ(Call(target, R"({"AttrNames":{"0":"sex"},})"), "") << "no strict JSON";
}

TEST_F(FaultPlanTest, ActsOnEveryNthCallThatFits) {
  Add({.sdkappid = 7, .every_nth = 3});
  EXPECT_EQ(Calls(2), "..");
  EXPECT_EQ(Call("/v4/a/b?sdkappid=8"), "") << "does not count";
  EXPECT_EQ(Calls(7), "x..x..x");
  EXPECT_EQ(plan_.Find("fault-1")->matched, 9U);
  EXPECT_EQ(plan_.Find("fault-1")->hits, 3U);
}

TEST_F(FaultPlanTest, StaysListedButStillWhenItsTimesAreUsedUp) {
  Add({}, 2);
  Add({}, 1);
  EXPECT_EQ(Call(), "fault-1");
  EXPECT_EQ(Call(), "fault-1");
  EXPECT_EQ(Call(), "fault-2");
  EXPECT_EQ(Call(), "");
  ASSERT_EQ(plan_.All().size(), 2U);
  EXPECT_EQ(plan_.All()[0].hits, 2U);
  EXPECT_EQ(plan_.All()[0].matched, 4U);
  EXPECT_EQ(plan_.All()[1].hits, 1U);
}

TEST_F(FaultPlanTest, DrawsTheSameForTheSameSeed) {
  Add({.probability = 0.5}, {}, 1);
  const std::string first = Calls(64);
  // From another implementation of splitmix64; people keep seeds in their tests.
  EXPECT_EQ(first.substr(0, 16), "...xx...x.x.x.xx");
  plan_.Clear();
  Add({.probability = 0.5}, {}, 1);
  EXPECT_EQ(Calls(64), first);
  plan_.Clear();
  Add({.probability = 0.5}, {}, 2);
  EXPECT_NE(Calls(64), first);
}

TEST_F(FaultPlanTest, AnOlderFaultDoesNotShiftWhomAYoungerOneHits) {
  Add({.every_nth = 2, .probability = 0.5}, {}, 1);
  const std::string alone = Calls(32);
  plan_.Clear();
  Add({}, 4);
  Add({.every_nth = 2, .probability = 0.5}, {}, 1);
  EXPECT_EQ(Calls(4), "xxxx");
  EXPECT_EQ(Calls(28), alone.substr(4));
}

TEST_F(FaultPlanTest, HitsAboutAsOftenAsItsProbabilitySays) {
  Add({.probability = 0.1}, {}, 42);
  const std::string calls = Calls(10'000);
  EXPECT_NEAR(static_cast<double>(std::count(calls.begin(), calls.end(), 'x')), 1000, 120);
}

TEST_F(FaultPlanTest, ReportsARandomSeedThatADoubleHolds) {
  const std::uint64_t one = *Add({}).fault.seed;
  const std::uint64_t two = *Add({}).fault.seed;
  EXPECT_NE(one, two);
  EXPECT_LT(one, 1ULL << 53);
}

TEST_F(FaultPlanTest, DrawsDelaysWithinTheirBounds) {
  const auto delays = [](const FaultDelay& rule) {
    FaultPlan plan;
    plan.Add({.action = {.delay = rule}, .seed = 7}).value();
    std::vector<milliseconds> drawn(2001);
    for (milliseconds& delay : drawn) {
      delay = ApplyFault(plan, {.method = "POST", .target = "/"}).value().delay;
    }
    std::sort(drawn.begin(), drawn.end());
    return drawn;
  };
  using Kind = FaultDelay::Kind;
  const auto fixed = delays({.kind = Kind::kFixed, .low = milliseconds{3000}});
  EXPECT_EQ(fixed.front(), milliseconds{3000});
  EXPECT_EQ(fixed.back(), milliseconds{3000});
  const auto uniform =
      delays({.kind = Kind::kUniform, .low = milliseconds{100}, .high = milliseconds{104}});
  EXPECT_EQ(uniform.front(), milliseconds{100});
  EXPECT_EQ(uniform.back(), milliseconds{104});
  const auto log_normal =
      delays({.kind = Kind::kLogNormal, .median = milliseconds{1000}, .sigma = 0.5});
  EXPECT_NEAR(static_cast<double>(log_normal[1000].count()), 1000, 50);
  EXPECT_NEAR(static_cast<double>(log_normal[1683].count()), 1649, 120) << "e^0.5, one deviation";
  const auto wild =
      delays({.kind = Kind::kLogNormal, .median = milliseconds{600'000}, .sigma = 10});
  EXPECT_EQ(wild.back(), kMaxFaultDelay);
  EXPECT_GE(wild.front(), milliseconds{0});
}

TEST_F(FaultPlanTest, GivesIdsThatNoOtherFaultHas) {
  const Fault named{.id = "fault-2", .action = {.error_code = 1}};
  EXPECT_EQ(plan_.Add(named).value().fault.id, "fault-2");
  EXPECT_EQ(Add({}).fault.id, "fault-1");
  EXPECT_EQ(Add({}).fault.id, "fault-3");
  EXPECT_EQ(plan_.Add(named).error().Text(),
            "/id: a fault \"fault-2\" is set already; remove that one, or give another id");
}

TEST_F(FaultPlanTest, RemovesOneThoseOfAnAppOrAll) {
  Add({.sdkappid = 7});
  Add({.sdkappid = 8, .body_equals = "1"});
  Add({});
  EXPECT_TRUE(plan_.Remove("fault-3"));
  EXPECT_FALSE(plan_.Remove("fault-3"));
  EXPECT_FALSE(plan_.Find("fault-3"));
  plan_.RemoveOf(8);
  ASSERT_EQ(plan_.All().size(), 1U);
  EXPECT_EQ(plan_.All()[0].fault.id, "fault-1");
  plan_.Clear();
  EXPECT_TRUE(plan_.All().empty());
  EXPECT_EQ(Add({}).fault.id, "fault-4") << "an id is not given twice";
}

TEST_F(FaultPlanTest, HoldsAThousandFaultsAndNoMore) {
  for (std::size_t fault = 0; fault < kMaxFaults; ++fault) Add({.sdkappid = 9});
  const auto refused = plan_.Add({.action = {.error_code = 1}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().Text(),
            "1000 faults are set already, which is the maximum; remove some first");
}

TEST_F(FaultPlanTest, CountsExactlyWhenManyThreadsMeetIt) {
  Add({.body_pointer = "/AttrNames"}, 100);
  std::atomic<int> met = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, &met] {
      for (int call = 0; call < 500; ++call) {
        if (!Call().empty()) ++met;
        if (call % 100 == 0) plan_.Remove(Add({.sdkappid = 9}).fault.id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(met.load(), 100);
  EXPECT_EQ(plan_.Find("fault-1")->hits, 100U);
  EXPECT_EQ(plan_.Find("fault-1")->matched, 2000U);
}

TEST(CheckFaultTest, NamesTheMemberThatIsWrong) {
  using Ending = FaultAction::Ending;
  using Kind = FaultDelay::Kind;
  constexpr milliseconds kTooLong = kMaxFaultDelay + milliseconds{1};
  const FaultAction fails{.error_code = 1};
  const FaultAction page{.http_status = 500};
  struct Case {
    std::string pointer;
    Fault fault;
  };
  const std::vector<Case> cases = {
      {"/id", {.id = "a/b", .action = fails}},
      {"/id", {.id = ".", .action = fails}},
      {"/id", {.id = "presets", .action = fails}},
      {"/id", {.id = std::string(65, 'a'), .action = fails}},
      {"/match/command", {.match = {.command = std::string(4097, 'a')}, .action = fails}},
      {"/match/identifier", {.match = {.identifier = std::string(4097, 'a')}, .action = fails}},
      {"/match/body/pointer", {.match = {.body_pointer = "a"}, .action = fails}},
      {"/match/body/pointer", {.match = {.body_pointer = "/~2"}, .action = fails}},
      {"/match/body/equals", {.match = {.body_equals = "{"}, .action = fails}},
      {"/match/every_nth", {.match = {.every_nth = 0}, .action = fails}},
      {"/match/probability", {.match = {.probability = 0}, .action = fails}},
      {"/match/probability", {.match = {.probability = 1.01}, .action = fails}},
      {"/match/probability", {.match = {.probability = std::nan("")}, .action = fails}},
      {"/action", {}},
      {"/action", {.action = {.trickle_bytes = 2}}},
      {"/action/error_info", {.action = {.error_info = "x", .content_type = "a"}}},
      {"/action/null_error_info",
       {.action = {.error_code = 1, .error_info = "x", .null_error_info = true}}},
      {"/action/http_status", {.action = {.http_status = 199}}},
      {"/action/http_status", {.action = {.http_status = 600}}},
      {"/action/body", {.action = {.body = "x"}}},
      {"/action/body", {.action = {.error_code = 1, .http_status = 500, .body = "x"}}},
      {"/action/body", {.action = {.http_status = 204, .body = "x"}}},
      {"/action/body", {.action = {.http_status = 500, .body = std::string(65'537, 'x')}}},
      {"/action/content_type", {.action = {.content_type = "a\r\nb: c"}}},
      {"/action/drop_action_status", {.action = {.http_status = 500, .drop_action_status = true}}},
      {"/action/delay/fixed_ms", {.action = {.delay = {.kind = Kind::kFixed}}}},
      {"/action/delay/fixed_ms", {.action = {.delay = {.kind = Kind::kFixed, .low = kTooLong}}}},
      {"/action/delay/uniform_ms/1",
       {.action = {.delay = {.kind = Kind::kUniform, .low = milliseconds{2}}}}},
      {"/action/delay/log_normal/sigma",
       {.action = {.delay = {.kind = Kind::kLogNormal, .median = milliseconds{1}, .sigma = -1}}}},
      {"/action/delay/log_normal/median_ms", {.action = {.delay = {.kind = Kind::kLogNormal}}}},
      {"/action/ending_after_bytes",
       {.action = {.ending = Ending::kClose, .ending_after_bytes = 1}}},
      {"/action/trickle_bytes", {.action = {.ending = Ending::kTrickle, .trickle_bytes = 0}}},
      {"/action/trickle_every_ms",
       {.action = {.ending = Ending::kTrickle, .trickle_every = milliseconds{0}}}},
      {"/times", {.action = fails, .times = 0}},
  };
  for (const Case& one : cases) {
    const Result<Done> checked = CheckFault(one.fault);
    ASSERT_FALSE(checked.ok()) << one.pointer;
    EXPECT_EQ(checked.error().pointer, one.pointer) << checked.error().Text();
  }
  EXPECT_TRUE(CheckFault({.action = page}).ok());
  EXPECT_TRUE(CheckFault({.id = "a.b-C_9", .action = fails}).ok());
}

// Which calls a fault hits, and how long it holds them back, does not depend on the other faults.

constexpr int kCalls = 64;

/// For each call whether `id` acted, and with what delay.
std::vector<std::optional<milliseconds>> HitsOf(FaultPlan& plan, const std::string& id) {
  std::vector<std::optional<milliseconds>> hits;
  for (int call = 0; call < kCalls; ++call) {
    const auto hit =
        ApplyFault(plan, {.method = "POST", .target = "/v4/all_member_push/im_set_attr_name"});
    hits.push_back(hit && hit->id == id ? std::optional(hit->delay) : std::nullopt);
  }
  return hits;
}

struct Case {
  const char* name;
  FaultMatch match;
  FaultDelay delay;
};

std::vector<Case> Cases() {
  const FaultDelay uniform{
      .kind = FaultDelay::Kind::kUniform, .low = milliseconds{1}, .high = milliseconds{1000}};
  const FaultDelay log_normal{
      .kind = FaultDelay::Kind::kLogNormal, .median = milliseconds{500}, .sigma = 1};
  const FaultDelay fixed{.kind = FaultDelay::Kind::kFixed, .low = milliseconds{1}};
  return {{"probability, fixed", {.probability = 0.5}, fixed},
          {"probability, uniform", {.probability = 0.5}, uniform},
          {"probability, log-normal", {.probability = 0.5}, log_normal},
          {"every_nth, uniform", {.every_nth = 3}, uniform},
          {"every_nth and probability, uniform", {.every_nth = 3, .probability = 0.5}, uniform}};
}

TEST(FaultIndependenceTest, AnOlderFaultTakesCallsAndShiftsNone) {
  for (const Case& one : Cases()) {
    const Fault younger{.id = "b",
                        .match = one.match,
                        .action = {.error_code = 91000, .delay = one.delay},
                        .seed = 7};
    FaultPlan alone;
    ASSERT_TRUE(alone.Add(younger).ok());
    FaultPlan behind;
    ASSERT_TRUE(behind.Add({.id = "a", .action = {.error_code = 60008}, .times = 5}).ok());
    ASSERT_TRUE(behind.Add(younger).ok());
    const auto expected = HitsOf(alone, "b");
    const auto seen = HitsOf(behind, "b");
    for (int call = 0; call < kCalls; ++call) {
      const auto at = static_cast<std::size_t>(call);
      if (call < 5) {
        EXPECT_FALSE(seen[at]) << one.name << ", call " << call;
      } else {
        EXPECT_EQ(seen[at], expected[at]) << one.name << ", call " << call;
      }
    }
  }
}

// A fault of `times` is not used up by calls that an older one answers.
TEST(FaultIndependenceTest, TimesCountsWhatItActedOn) {
  FaultPlan plan;
  ASSERT_TRUE(plan.Add({.id = "a", .action = {.error_code = 60008}, .times = 5}).ok());
  ASSERT_TRUE(plan.Add({.id = "b", .action = {.error_code = 91000}, .times = 2}).ok());
  std::string met;
  for (int call = 0; call < 8; ++call) {
    const auto hit = ApplyFault(plan, {.method = "POST", .target = "/"});
    met += hit ? hit->id : ".";
  }
  EXPECT_EQ(met, "aaaaabb.");
}

}  // namespace
}  // namespace timock
