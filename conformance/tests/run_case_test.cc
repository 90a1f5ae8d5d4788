#include "run/run_case.h"

#include <gtest/gtest.h>

#include <set>

#include "run/suite.h"
#include "target/plan.h"

namespace timock::conformance {
namespace {

/// The verdict on a call that is answered with 0 where the case expects another code. A plan
/// answers every call so.
Verdict VerdictOn(Level level, bool live, const Held& profile) {
  Case one;
  one.level = level;
  one.request.command = "im_get_attr_name";
  one.expect.code = CodeExpectation{.codes = {1}};
  const auto target = MakePlanTarget({.describe = "a server",
                                      .base_url = "https://im.example",
                                      .admin = {1400000077, "root", std::string(64, 'c')},
                                      .rules = {.live = live}});
  return RunCase(one, *target, profile).verdict;
}

TEST(RunCaseTest, AServerOfOursIsHeldToWhatClientsRelyOn) {
  EXPECT_EQ(VerdictOn(Level::kClient, false, {}), Verdict::kFailed);
}

TEST(RunCaseTest, ALiveTargetNeverFailsOverWhatNothingOfTheVendorsSays) {
  EXPECT_EQ(VerdictOn(Level::kClient, true, {}), Verdict::kUndetermined);
  EXPECT_EQ(VerdictOn(Level::kUndetermined, true, {}), Verdict::kUndetermined);
  for (const Level level : {Level::kDocumented, Level::kElsewhere, Level::kObserved}) {
    EXPECT_EQ(VerdictOn(level, true, {}), Verdict::kFailed) << LevelName(level);
  }
}

TEST(RunCaseTest, UnlessTheRunAsksForAProfile) {
  const ExpectedProfile profile = ExpectedProfile::Load("seed-2022-04");
  EXPECT_EQ(VerdictOn(Level::kClient, true, profile), Verdict::kFailed);
  EXPECT_EQ(VerdictOn(Level::kUndetermined, true, profile), Verdict::kFailed);
}

/// What says of a target that it takes no malformed HTTP must not keep it from the other calls that
/// need a connection of their own.
TEST(RunCaseTest, OnlyMalformedHttpNeedsLeaveForIt) {
  std::set<std::string> malformed;
  std::set<std::string> connection;
  for (const Case& one : ShippedCases()) {
    if (one.needs.contains("malformed")) malformed.insert(one.rule);
    if (one.needs.contains("connection")) connection.insert(one.entry);
  }
  EXPECT_EQ(malformed, (std::set<std::string>{"P9", "R13", "R5"}));
  EXPECT_TRUE(connection.contains("R13.twenty_calls_on_one_connection"));
  EXPECT_TRUE(connection.contains("R13.tls_versions"));
  EXPECT_TRUE(connection.contains("P8.close_is_announced"));
}

}  // namespace
}  // namespace timock::conformance
