#include "load/judge/load_report.h"

#include <gtest/gtest.h>

#include <deque>

#include "load/judge/journal_replay.h"
#include "load/judge/threshold.h"
#include "load/report/load_output.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A request of the first app that took a millisecond.
Sample Request(nanoseconds at, Outcome outcome, int code = 0) {
  return {.planned = {.at = at},
          .sent = at,
          .answered = at + 1ms,
          .verdict = {.outcome = outcome, .code = code}};
}

/// `rate` calls a second for four seconds against at most `limit` in any second.
std::vector<Sample> Limited(int rate, std::size_t limit) {
  std::vector<Sample> samples;
  std::deque<nanoseconds> places;
  for (int i = 0; i < 4 * rate; ++i) {
    const nanoseconds at = i * nanoseconds{1s} / rate;
    while (!places.empty() && places.front() <= at - 1s) places.pop_front();
    const bool passes = places.size() < limit;
    if (passes) places.push_back(at);
    samples.push_back(passes ? Request(at, Outcome::kAdmitted)
                             : Request(at, Outcome::kThrottled, 60007));
  }
  return samples;
}

LoadReport Report(const std::vector<Sample>& samples) {
  return Summarize(samples, {.duration = 4s});
}

TEST(LoadReportTest, AllSumsUp) {
  std::vector<Sample> samples = Limited(200, 100);
  samples.push_back(Request(3999ms, Outcome::kRefused, 90001));
  samples.push_back(Request(3999ms, Outcome::kSkipped));
  Sample lost = Request(3999ms, Outcome::kError);
  lost.verdict.failure = Failure::kClosed;
  samples.push_back(lost);
  const LoadReport report = Report(samples);
  EXPECT_EQ(report.scheduled, 803U);
  EXPECT_EQ(report.scheduled, report.offered + report.skipped);
  EXPECT_EQ(report.offered, report.admitted + report.refused + report.errors);
  EXPECT_EQ(report.admitted, 400U);
  EXPECT_EQ(report.refused_by_code.at("60007"), 400U);
  EXPECT_EQ(report.refused_by_code.at("90001"), 1U);
  EXPECT_EQ(report.errors_by_kind.at("connection closed before the answer"), 1U);
  EXPECT_EQ(report.admitted_latency.count, 400U);
  EXPECT_EQ(report.refused_latency.count, 401U);
  EXPECT_EQ(report.admitted_latency.p90, 1ms);
}

TEST(LoadReportTest, ARightLimiterIsNotAccusedAndAWrongOneIs) {
  const LoadReport right = Report(Limited(200, 100));
  EXPECT_EQ(right.false_admits + right.false_throttles, 0U);
  EXPECT_TRUE(right.keeps_to_limit());
  EXPECT_EQ(right.windows.at(2).admitted.certain, 100U);
  EXPECT_GT(Report(Limited(200, 101)).false_admits, 0U);
  EXPECT_GT(Report(Limited(200, 99)).false_throttles, 0U);
}

TEST(LoadReportTest, AnUnansweredRequestMayHaveTakenAPlace) {
  std::vector<Sample> samples = Limited(200, 99);
  samples[99].verdict = {.outcome = Outcome::kError, .failure = Failure::kNoAnswer};
  EXPECT_EQ(Report(samples).false_throttles, 0U);
}

TEST(LoadReportTest, AppsAreJudgedApart) {
  std::vector<Sample> samples = Limited(100, 100);
  for (Sample sample : Limited(100, 100)) {
    sample.planned.app = 1;
    samples.push_back(sample);
  }
  const LoadReport report = Report(samples);
  EXPECT_EQ(report.admitted, 800U);
  EXPECT_EQ(report.false_admits, 0U);
}

TEST(LoadReportTest, TheQuietAppMustNotBeRefused) {
  std::vector<Sample> samples = {Request(0s, Outcome::kAdmitted),
                                 Request(1ms, Outcome::kThrottled, 60007)};
  samples[1].planned.app = 1;
  const LoadReport report =
      Summarize(samples, {.limit = std::nullopt, .duration = 1s, .quiet_app = 1});
  EXPECT_EQ(report.quiet->offered, 1U);
  EXPECT_EQ(report.quiet->refused, 1U);
  EXPECT_FALSE(report.keeps_to_limit());
}

TEST(LoadReportTest, RecoveryIsFromTheFirstRefusalToTheNextAdmission) {
  const LoadReport report =
      Report({Request(0ms, Outcome::kAdmitted), Request(10ms, Outcome::kThrottled, 60007),
              Request(500ms, Outcome::kThrottled, 60007), Request(1010ms, Outcome::kAdmitted)});
  EXPECT_EQ(report.recovery.count, 1U);
  EXPECT_EQ(report.recovery.longest, 1001ms);
}

TEST(LoadReportTest, WarmUpIsJudgedButNotCounted) {
  const LoadReport report = Summarize(Limited(200, 101), {.warmup = 3s, .duration = 1s});
  EXPECT_EQ(report.offered, 200U);
  EXPECT_GT(report.false_admits, 100U);
}

TEST(LoadReportTest, IsInvalidWhenTheScheduleWasNotKept) {
  std::vector<Sample> samples = Limited(500, 100);
  EXPECT_TRUE(Report(samples).valid);
  samples[5].verdict.outcome = samples[6].verdict.outcome = Outcome::kSkipped;
  EXPECT_TRUE(Report(samples).valid);  // 2 of 2,000 are 0.1 %
  samples[7].verdict.outcome = Outcome::kSkipped;
  EXPECT_FALSE(Report(samples).valid);
  samples = Limited(500, 100);
  for (std::size_t i = 0; i < 30; ++i) samples[i].sent += 2100us;
  EXPECT_FALSE(Report(samples).valid);
}

TEST(LoadOutputTest, EndsWithTheWorstOfWhatHappened) {
  LoadOutput output{.options = {.duration = 4s}, .report = Report(Limited(200, 100))};
  EXPECT_EQ(output.ExitCode(), 0);
  output.missed = {"errors is 1, over 0"};
  EXPECT_EQ(output.ExitCode(), 1);
  output.report.valid = false;
  EXPECT_EQ(output.ExitCode(), 6);
  EXPECT_NE(output.Conclusion().find("INVALID"), std::string::npos);
}

TEST(LoadOutputTest, WhatWasNeverAdmittedIsNoPass) {
  std::vector<Sample> samples;
  samples.reserve(50);
  for (int i = 0; i < 50; ++i) samples.push_back(Request(i * 10ms, Outcome::kRefused, -502));
  LoadOutput output{.report = Report(samples)};
  EXPECT_EQ(output.ExitCode(), 1);
  EXPECT_EQ(output.Conclusion().find("NOTHING ADMITTED: 50 refused (status 502: 50)"), 0U);
  // Nothing valid was sent: the limit was not tried either.
  for (Sample& sample : samples) sample.planned.kind = BodyKind::kBadJson;
  EXPECT_EQ(LoadOutput{.report = Report(samples)}.ExitCode(), 1);
}

TEST(LoadOutputTest, MoreThanAHundredthOfErrorsIsNoPass) {
  std::vector<Sample> samples = Limited(50, 100);  // 200 of them
  for (std::size_t i = 0; i < 2; ++i) samples[i].verdict = {.outcome = Outcome::kError};
  EXPECT_EQ(LoadOutput{.report = Report(samples)}.ExitCode(), 0);
  samples[2].verdict = {.outcome = Outcome::kError, .failure = Failure::kClosed};
  const LoadOutput output{.report = Report(samples)};
  EXPECT_EQ(output.ExitCode(), 1);
  EXPECT_EQ(output.Conclusion().find("TOO MANY ERRORS: 3 of 200"), 0U);
}

TEST(LoadOutputTest, TheMachineIsNotBlamedForASlowServer) {
  std::vector<Sample> samples = Limited(50, 100);
  for (int i = 0; i < 20; ++i) {
    samples[static_cast<std::size_t>(i)].verdict = {.outcome = Outcome::kSkipped,
                                                    .failure = Failure::kNoConnection};
  }
  const LoadOutput output{.connections = 8, .report = Report(samples)};
  EXPECT_EQ(output.ExitCode(), 6);
  EXPECT_NE(output.Conclusion().find("the server was too slow"), std::string::npos);
}

TEST(ThresholdTest, TellsWhatIsMissed) {
  const LoadReport report = Report(Limited(200, 100));
  const auto missed = [&](const std::string& json) {
    return Thresholds::Parse(json, "t.json").Missed(report);
  };
  EXPECT_TRUE(missed(R"({"p90_ms": 1, "errors": 0, "admitted_per_second_min": 100})").empty());
  EXPECT_EQ(missed(R"({"p90_ms": 0.5})"), (std::vector<std::string>{"p90_ms is 1.00, over 0.50"}));
  EXPECT_EQ(missed(R"({"admitted_per_second_min": 101})").size(), 1U);
  EXPECT_EQ(
      missed(R"({"p999_ms": 5})"),
      (std::vector<std::string>{"p999_ms cannot be told: fewer than 10 requests lie above it"}));
}

TEST(ThresholdTest, RefusesWhatItDoesNotKnow) {
  for (const char* const json : {"", "[]", R"({"p99": 1})", R"({"p99_ms": "1"})"}) {
    EXPECT_THROW(Thresholds::Parse(json, "t.json"), conformance::ConfigError) << json;
  }
}

std::vector<JournalCall> JournalOf(const std::vector<Sample>& samples) {
  std::vector<JournalCall> calls;
  calls.reserve(samples.size());
  for (const Sample& sample : samples) {
    calls.push_back({sample.sent, sample.verdict.outcome == Outcome::kAdmitted});
  }
  return calls;
}

TEST(JournalReplayTest, AgreesWithARightServerAndFindsAWrongOne) {
  const Replay right = ReplayJournal(JournalOf(Limited(200, 100)), {100, 1s});
  EXPECT_EQ(right.calls, 800U);
  EXPECT_EQ(right.admitted, 400U);
  EXPECT_EQ(right.admitted_by_model, 400U);
  EXPECT_EQ(right.differences, 0U);
  EXPECT_GT(ReplayJournal(JournalOf(Limited(200, 101)), {100, 1s}).differences, 0U);
  EXPECT_GT(ReplayJournal(JournalOf(Limited(200, 99)), {100, 1s}).differences, 0U);
}

TEST(JournalReplayTest, AnEdgeWithinTheTwoClocksIsNoDifference) {
  const std::vector<JournalCall> calls = {{0ms, true}, {1s - 5us, true}, {2s + 10us, false}};
  const Replay replay = ReplayJournal(calls, {1, 1s});
  EXPECT_EQ(replay.differences, 0U);
  EXPECT_EQ(replay.on_the_edge, 2U);
}

TEST(JournalReplayTest, ReadsTheTimesOfTheJournal) {
  EXPECT_EQ(ParseIsoTime("1970-01-02T00:00:01.000000005Z"), 86'401s + 5ns);
  EXPECT_THROW(ParseIsoTime("yesterday"), std::runtime_error);
}

}  // namespace
}  // namespace timock::load
