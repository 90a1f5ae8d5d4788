#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "load/judge/statistics.h"
#include "load/send/body_mix.h"
#include "load/send/generator.h"
#include "load/send/schedule.h"
#include "load/send/verdict.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

std::vector<nanoseconds> Schedule(const std::string& arrival, double rate, nanoseconds duration,
                                  std::uint64_t seed = 1) {
  return MakeSchedule({Arrival::Parse(arrival), rate, duration, seed});
}

TEST(ScheduleTest, AConstantStreamIsExactAndDoesNotDrift) {
  EXPECT_EQ(Schedule("constant", 4, 1s), (std::vector<nanoseconds>{0ms, 250ms, 500ms, 750ms}));
  const std::vector<nanoseconds> thirds = Schedule("constant", 3, 1000s);
  ASSERT_EQ(thirds.size(), 3000U);
  EXPECT_EQ(thirds[1], 333'333'333ns);
  EXPECT_EQ(thirds[2999], 999'666'666'667ns);
}

TEST(ScheduleTest, BurstsKeepTheRate) {
  EXPECT_EQ(Schedule("burst:3", 6, 1s),
            (std::vector<nanoseconds>{0ms, 0ms, 0ms, 500ms, 500ms, 500ms}));
}

TEST(ScheduleTest, PoissonIsReproducedByItsSeedAndHasTheRateAndTheSpread) {
  const std::vector<nanoseconds> moments = Schedule("poisson", 1000, 20s, 7);
  EXPECT_EQ(moments, Schedule("poisson", 1000, 20s, 7));
  EXPECT_NE(moments, Schedule("poisson", 1000, 20s, 8));
  EXPECT_TRUE(std::is_sorted(moments.begin(), moments.end()));
  EXPECT_NEAR(static_cast<double>(moments.size()), 20'000, 600);
  // Of exponential gaps, 1/e is longer than the mean.
  std::size_t longer = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) longer += moments[i] - moments[i - 1] > 1ms;
  EXPECT_NEAR(static_cast<double>(longer) / static_cast<double>(moments.size()), 0.368, 0.02);
}

TEST(ScheduleTest, RefusesWhatIsNoArrival) {
  for (const char* const text : {"constant", "poisson", "burst:4"}) {
    EXPECT_EQ(Arrival::Parse(text).Text(), text);
  }
  for (const char* const text : {"", "burst", "burst:0", "burst:x", "uniform"}) {
    EXPECT_THROW(Arrival::Parse(text), conformance::ConfigError) << text;
  }
}

TEST(SlotTest, LastsUntilTheNextIsDueWithinItsBounds) {
  const std::vector<PlannedRequest> plan = {
      {.at = 0ms}, {.at = 5ms}, {.at = 5ms}, {.at = 6ms}, {.at = 900ms}};
  const std::vector<nanoseconds> ends = {5ms, 7ms, 7ms, 16ms, 910ms};
  for (std::size_t i = 0; i < plan.size(); ++i) EXPECT_EQ(SlotEnd(plan, i), ends[i]) << i;
}

TEST(BodyMixTest, EachRoundHasTheExactShares) {
  const BodyMix mix = BodyMix::Parse("valid=80,bad-json=10,non-admin=10");
  const std::vector<BodyKind> kinds = mix.Draw(1000, 5);
  EXPECT_EQ(kinds, mix.Draw(1000, 5));
  EXPECT_NE(kinds, mix.Draw(1000, 6));
  for (auto round = kinds.begin(); round != kinds.end(); round += 10) {
    EXPECT_EQ(std::count(round, round + 10, BodyKind::kValid), 8);
    EXPECT_EQ(std::count(round, round + 10, BodyKind::kBadJson), 1);
  }
  EXPECT_FALSE(BodyMix::Parse("bad-json=1").Has(BodyKind::kValid));
}

TEST(BodyMixTest, RefusesWhatIsNoMix) {
  for (const char* const text : {"", "valid", "valid=0", "wrong=1", "valid=99999999"}) {
    EXPECT_THROW(BodyMix::Parse(text), conformance::ConfigError) << text;
  }
}

std::vector<nanoseconds> Milliseconds(int count) {
  std::vector<nanoseconds> times;
  for (int i = 1; i <= count; ++i) times.push_back(i * 1ms);
  return times;
}

TEST(StatisticsTest, APercentileNeedsTenTimesAboveIt) {
  EXPECT_EQ(Percentile(Milliseconds(100), 500), 50ms);
  EXPECT_EQ(Percentile(Milliseconds(100), 900), 90ms);
  EXPECT_FALSE(Percentile(Milliseconds(99), 900));
  EXPECT_EQ(Percentile(Milliseconds(1000), 990), 990ms);
  EXPECT_FALSE(Percentile(Milliseconds(1000), 999));
  EXPECT_FALSE(Percentile({}, 500));
  EXPECT_EQ(Latency::Of({3ms, 1ms, 2ms}).max, 3ms);
}

TEST(StatisticsTest, JainIsOneForEqualsAndOneNthForOneWhoHasAll) {
  EXPECT_DOUBLE_EQ(Jain({5, 5, 5}), 1);
  EXPECT_DOUBLE_EQ(Jain({9, 0, 0}), 1.0 / 3);
  EXPECT_DOUBLE_EQ(Jain({}), 1);
  EXPECT_DOUBLE_EQ(Jain({0, 0}), 1);
}

TEST(PlanTest, AppsCallInTurnAndAQuietOneBesideTheFlood) {
  const BodyMix mix = BodyMix::Parse("bad-json=1");
  const std::vector<PlannedRequest> turns = MakePlan({.rate = 4, .duration = 1s}, mix, 3, {});
  ASSERT_EQ(turns.size(), 4U);
  EXPECT_EQ(turns[2].app, 2U);
  EXPECT_EQ(turns[3].app, 0U);
  const std::vector<PlannedRequest> beside = MakePlan({.rate = 4, .duration = 1s}, mix, 1, 2);
  ASSERT_EQ(beside.size(), 6U);
  EXPECT_EQ(beside[1].app, 1U);
  EXPECT_EQ(beside[1].kind, BodyKind::kValid);
  EXPECT_EQ(beside[4].at, 500ms);
}

TEST(VerdictTest, TellsThrottledFromRefusedAndBroken) {
  const conformance::RefusalSign code;
  const auto envelope = [](const char* status, int number) {
    return R"({"ActionStatus":")" + std::string(status) + R"(","ErrorInfo":"","ErrorCode":)" +
           std::to_string(number) + "}";
  };
  EXPECT_EQ(Judge(200, envelope("OK", 0), code).outcome, Outcome::kAdmitted);
  EXPECT_EQ(Judge(200, envelope("FAIL", 60007), code).outcome, Outcome::kThrottled);
  EXPECT_EQ(Judge(200, envelope("FAIL", 90001), code),
            (Verdict{.outcome = Outcome::kRefused, .code = 90001}));
  EXPECT_EQ(Judge(200, R"({"ErrorCode":0})", code).failure, Failure::kNoEnvelope);
  EXPECT_EQ(Judge(502, "<html>", code).CodeText(), "status 502");
  EXPECT_EQ(Judge(200, "hello", code).failure, Failure::kNoEnvelope);
  EXPECT_EQ(Judge(200, R"({"ErrorCode":"0"})", code).failure, Failure::kNoEnvelope);
  const auto status = conformance::RefusalSign::Parse("status=503");
  EXPECT_EQ(Judge(503, "", status).outcome, Outcome::kThrottled);
  EXPECT_EQ(Judge(204, "", status).outcome, Outcome::kAdmitted);
  EXPECT_EQ(Judge(404, "", status).outcome, Outcome::kRefused);
  EXPECT_EQ(Judge(200, envelope("OK", 0), status).outcome, Outcome::kAdmitted);
  EXPECT_EQ(Judge(200, envelope("FAIL", 60007), status),
            (Verdict{.outcome = Outcome::kRefused, .code = 60007}));
}

}  // namespace
}  // namespace timock::load
