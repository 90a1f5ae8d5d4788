#include "report/conclusion.h"

#include <gtest/gtest.h>

#include "judge/result.h"
#include "report/html_report.h"
#include "report/junit_report.h"

namespace timock::conformance {
namespace {

Case Named(const std::string& id, Level level) {
  Case one;
  one.id = one.entry = id;
  one.rule = id.substr(0, id.find('.'));
  one.level = level;
  return one;
}

TEST(CausesTest, FailuresOfOneCauseAreTakenTogetherDocumentedOnesFirst) {
  const Case a = Named("R1.a", Level::kUndetermined);
  const Case b = Named("R1.b", Level::kUndetermined);
  const Case c = Named("P1.c", Level::kDocumented);
  const std::vector<CaseResult> results = {
      {.one = &a, .verdict = Verdict::kFailed, .reasons = {"status", "code"}},
      {.one = &b, .verdict = Verdict::kFailed, .reasons = {"other", "status"}},
      {.one = &c, .verdict = Verdict::kFailed, .reasons = {"alone"}},
      {.one = &c}};
  const std::vector<Cause> causes = CausesOf(results);
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0].reason, "alone");
  EXPECT_EQ(causes[1].reason, "status");
  EXPECT_EQ(causes[1].cases.size(), 2U);
}

TEST(ConclusionTest, CountsWhatWasJudgedAloneAndSaysWhyTheOthersWereNot) {
  const Case a = Named("R1.a", Level::kDocumented);
  RunSummary summary;
  summary.results = {{.one = &a},
                     {.one = &a},
                     {.one = &a, .verdict = Verdict::kUndetermined},
                     {.one = &a, .verdict = Verdict::kSkipped, .reasons = {"it writes"}},
                     {.one = &a, .verdict = Verdict::kSkipped, .reasons = {"it writes"}},
                     {.one = &a, .verdict = Verdict::kSkipped, .reasons = {"no second app"}}};
  EXPECT_EQ(Conclusion(summary),
            "Conforms: 2 of 2 judged cases passed; 1 recorded and held to nothing; 3 not run: 2 "
            "because it "
            "writes; 1 because no second app");
}

TEST(JunitReportTest, WhatNeverRanIsSkipped) {
  const Case a = Named("R1.a", Level::kDocumented);
  const Case b = Named("R1.b", Level::kDocumented);
  RunSummary summary;
  summary.results = {{.one = &a, .verdict = Verdict::kFailed, .reasons = {"\xFF<"}}};
  summary.not_run = {&b};
  summary.interrupted_by = 2;
  const std::string xml = JunitReport(summary);
  EXPECT_NE(xml.find("<failure message=\"\\xFF&lt;\">"), std::string::npos) << xml;
  EXPECT_NE(xml.find("<skipped message=\"not run: signal 2\"/>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""), std::string::npos)
      << xml;
}

/// B's id begins with A's; only B failed.
TEST(HtmlReportTest, ASentenceHasTheStateThatTheConsoleCounts) {
  const Case a = Named("P2.failure", Level::kDocumented);
  const Case b = Named("P2.failure_of_the_access_layer", Level::kDocumented);
  RunSummary summary;
  summary.page = {{.id = "seed-24", .quote = "q", .covered_by = {a.entry}, .not_testable = ""}};
  summary.results = {{.one = &a}, {.one = &b, .verdict = Verdict::kFailed}};
  const std::string page = HtmlReport(summary);
  EXPECT_NE(page.find(R"("state":"passed")"), std::string::npos);
  EXPECT_NE(page.find(R"("entry":"P2.failure")"), std::string::npos);
}

}  // namespace
}  // namespace timock::conformance
