#include <gtest/gtest.h>

#include "cases/case.h"
#include "judge/result.h"
#include "limiter/estimate.h"
#include "report/badge.h"
#include "report/report_diff.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

json Report(const json& results) { return {{"results", results}, {"footer", json::object()}}; }

json Result(const std::string& id, const std::string& verdict, int code) {
  return {{"id", id}, {"level", "documented"}, {"verdict", verdict}, {"error_code", code}};
}

TEST(ReportDiffTest, ReportsOfTheSameResultsAreTheSame) {
  const json report = Report(json::array({Result("R1.a", "passed", 0)}));
  EXPECT_TRUE(DiffReports(report, report).Same());
}

TEST(ReportDiffTest, GroupsWhatChanged) {
  const json before = Report({Result("R1.verdict", "passed", 0), Result("R1.code", "passed", 1),
                              Result("R1.gone", "skipped", 0)});
  const json after = Report({Result("R1.verdict", "failed", 3), Result("R1.code", "passed", 2),
                             Result("R1.new", "passed", 0)});
  const ReportDiff diff = DiffReports(before, after);
  ASSERT_EQ(diff.verdicts.size(), 1U);
  EXPECT_EQ(diff.verdicts[0].name, "documented/R1.verdict");
  EXPECT_EQ(diff.verdicts[0].after, "failed");
  ASSERT_EQ(diff.error_codes.size(), 1U);
  EXPECT_EQ(diff.error_codes[0].before, "ErrorCode 1");
  ASSERT_EQ(diff.vanished.size(), 1U);
  EXPECT_EQ(diff.vanished[0].name, "documented/R1.gone");
  ASSERT_EQ(diff.appeared.size(), 1U);
  EXPECT_EQ(diff.appeared[0].name, "documented/R1.new");
}

TEST(ReportDiffTest, ACutReportIsNone) {
  json cut = Report(json::array({Result("R1.a", "passed", 0)}));
  cut.erase("footer");
  EXPECT_THROW(DiffReports(Report(json::array()), cut), ConfigError);
  EXPECT_THROW(DiffReports(json::array(), cut), ConfigError);
}

TEST(BadgeTest, IsGreenWhenAllThatWasJudgedPassedAndNamesTheRest) {
  RunSummary summary;
  const Case one;
  summary.results = {{.one = &one}, {.one = &one, .verdict = Verdict::kSkipped}};
  const json badge = json::parse(BadgeJson(summary));
  EXPECT_EQ(badge["schemaVersion"], 1);
  EXPECT_EQ(badge["message"], "1 of 1 passed (100 %), 1 not run");
  EXPECT_EQ(badge["color"], "brightgreen");
  summary.results[1].verdict = Verdict::kKnownFailing;
  EXPECT_EQ(json::parse(BadgeJson(summary))["color"], "yellowgreen");
  summary.results[1].verdict = Verdict::kFailed;
  EXPECT_EQ(json::parse(BadgeJson(summary))["color"], "red");
  summary.results.pop_back();
  EXPECT_EQ(json::parse(BadgeJson(summary))["color"], "brightgreen");
  summary.results.clear();
  EXPECT_EQ(json::parse(BadgeJson(summary))["message"], "nothing ran");
}

TEST(ReportTest, EachLevelHasABadge) {
  RunSummary summary;
  Case documented;
  Case elsewhere;
  documented.level = Level::kDocumented;
  elsewhere.level = Level::kElsewhere;
  summary.results = {{.one = &documented},
                     {.one = &documented, .verdict = Verdict::kSkipped},
                     {.one = &elsewhere, .verdict = Verdict::kFailed}};
  const auto badges = LevelBadges(summary);
  ASSERT_EQ(badges.size(), 2U);
  const json green = json::parse(badges.at("documented"));
  EXPECT_EQ(green["label"], "conformance: documented");
  EXPECT_EQ(green["message"], "1 of 1 passed (100 %), 1 not run");
  EXPECT_EQ(green["color"], "brightgreen") << "a full score, whatever another level has";
  EXPECT_EQ(json::parse(badges.at("elsewhere"))["color"], "red");
  summary.results[1].verdict = Verdict::kKnownFailing;
  EXPECT_EQ(json::parse(LevelBadges(summary).at("documented"))["color"], "yellowgreen");
  summary.interrupted_by = 2;
  EXPECT_EQ(json::parse(LevelBadges(summary).at("documented"))["color"], "red") << "not whole";
}

TEST(EstimateTest, TakesTheRoundestNumberThatIsPossible) {
  EXPECT_EQ(RoundestIn({993.2, 1001.5}), 1000);
  EXPECT_EQ(RoundestIn({249.4, 250}), 250);
  EXPECT_EQ(RoundestIn({21, 21}), 21);
  EXPECT_EQ(RoundestIn({99.8, 100.2}), 100);
  EXPECT_EQ(RoundestIn({7.2, 7.4}), 7);
}

TEST(EstimateTest, FindsThePeriodOfMomentsSeenALittleLate) {
  const std::optional<Range> period =
      PeriodOf({{980, 1000}, {4990, 5010}, {9983, 10'003}, {13'992, 14'012}}, {900, 1'800});
  ASSERT_TRUE(period);
  EXPECT_LE(period->low, 1000);
  EXPECT_GE(period->high, 1000);
  EXPECT_LT(period->high - period->low, 10);
  EXPECT_FALSE(PeriodOf({{0, 1}, {1000, 1001}, {2500, 2501}, {3333, 3334}}, {900, 1'400}));
}

TEST(EstimateTest, WhatTwoRangesHaveInCommon) {
  EXPECT_EQ(Common({1, 5}, {3, 9}), (Range{3, 5}));
  EXPECT_EQ(Common({1, 2}, {4, 9}), (Range{3, 3}));
}

}  // namespace
}  // namespace timock::conformance
