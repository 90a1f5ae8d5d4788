#include "report/json_report.h"

#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

namespace timock::conformance {
namespace {

/// The end of the report of a run in which one case passed.
nlohmann::json FooterOf(RunSummary summary) {
  static const Case tested;
  summary.results = {{.one = &tested}};
  return nlohmann::json::parse(JsonReport(summary)).at("footer");
}

TEST(JsonReportTest, AGoodRunEndsWithZeroAndGivesNoReason) {
  const nlohmann::json footer = FooterOf({});
  EXPECT_EQ(footer.at("exit_code"), 0);
  for (const char* reason : {"interrupted_by", "own_fault", "unreachable", "stale_known_failing"}) {
    EXPECT_FALSE(footer.contains(reason)) << reason;
  }
}

TEST(JsonReportTest, EveryOtherEndHasItsReason) {
  RunSummary interrupted;
  interrupted.interrupted_by = SIGINT;
  EXPECT_EQ(FooterOf(interrupted).at("exit_code"), 130);
  EXPECT_EQ(FooterOf(interrupted).at("interrupted_by"), SIGINT);
  RunSummary faulty;
  faulty.own_fault = "no memory";
  EXPECT_EQ(FooterOf(faulty).at("exit_code"), 4);
  EXPECT_EQ(FooterOf(faulty).at("own_fault"), "no memory");
  RunSummary stale;
  stale.stale_known_failing = {"documented/R1.gone"};
  EXPECT_EQ(FooterOf(stale).at("exit_code"), 1);
  EXPECT_EQ(FooterOf(stale).at("stale_known_failing").at(0), "documented/R1.gone");
  RunSummary lost;
  lost.unreachable = "gone";
  EXPECT_EQ(FooterOf(lost).at("unreachable"), "gone");
}

}  // namespace
}  // namespace timock::conformance
