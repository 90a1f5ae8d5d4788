// The promise of faults/fault_plan.h: which calls a fault hits, and how long it holds them back,
// does not depend on the other faults there are.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "faults/fault_plan.h"
#include "unit/apply_fault.h"

namespace timock {
namespace {

using std::chrono::milliseconds;

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
