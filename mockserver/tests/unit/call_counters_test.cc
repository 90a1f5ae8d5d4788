#include "journal/call_counters.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace timock {
namespace {

using std::chrono::nanoseconds;

TEST(CallCountersTest, ListsOutcomesInOrder) {
  CallCounters counters;
  counters.Count("s/set", 60007, nanoseconds{1});
  counters.Count("s/set", 0, nanoseconds{1});
  counters.Count("", 60009, nanoseconds{1});
  counters.Count("s/set", 0, nanoseconds{1});
  counters.Count("s/get", 0, nanoseconds{1});
  counters.Count("s/set", 0, nanoseconds{1});
  const CallMetrics sum = counters.Metrics();
  ASSERT_EQ(sum.outcomes.size(), 4U);
  const auto is = [&](std::size_t i, const std::string& command, int code, std::uint64_t calls) {
    EXPECT_EQ(sum.outcomes[i].command, command);
    EXPECT_EQ(sum.outcomes[i].error_code, code);
    EXPECT_EQ(sum.outcomes[i].calls, calls);
  };
  is(0, "", 60009, 1);
  is(1, "s/get", 0, 1);
  is(2, "s/set", 0, 3);
  is(3, "s/set", 60007, 1);
}

TEST(CallCountersTest, OutcomesBeyondTheTableShareACounter) {
  CallCounters counters;
  for (int code = 0; code < 200; ++code) counters.Count("s/set", code, nanoseconds{1});
  const CallMetrics sum = counters.Metrics();
  EXPECT_EQ(sum.outcomes.size(), CallCounters::kMaxOutcomes);
  EXPECT_EQ(sum.other_outcomes, 200 - CallCounters::kMaxOutcomes);
}

TEST(CallCountersTest, EveryCodeIsItselfAndNoneIsNone) {
  CallCounters counters;
  for (const std::optional<int> code :
       {std::optional(-1), std::optional<int>(), std::optional(-2), std::optional(-1)}) {
    counters.Count("s/set", code, nanoseconds{1});
  }
  const CallMetrics sum = counters.Metrics();
  ASSERT_EQ(sum.outcomes.size(), 3U);
  EXPECT_EQ(sum.outcomes[0].error_code, std::nullopt);
  EXPECT_EQ(sum.outcomes[0].calls, 1U);
  EXPECT_EQ(sum.outcomes[1].error_code, -2);
  EXPECT_EQ(sum.outcomes[2].error_code, -1);
  EXPECT_EQ(sum.outcomes[2].calls, 2U);
  EXPECT_EQ(sum.other_outcomes, 0U);
}

TEST(CallCountersTest, DurationsAreCumulativeAndABoundCountsToItsBucket) {
  CallCounters counters;
  for (const std::int64_t ns : {-5, 0, 1'000, 1'001, 2'000'000'000}) {
    counters.Count("", 0, nanoseconds{ns});
  }
  const CallMetrics sum = counters.Metrics();
  ASSERT_EQ(sum.duration_counts.size(), sum.duration_bounds.size() + 1);
  EXPECT_DOUBLE_EQ(sum.duration_bounds.front(), 1e-6);
  EXPECT_DOUBLE_EQ(sum.duration_bounds.back(), 1.0);
  EXPECT_EQ(sum.duration_counts[0], 3U);
  EXPECT_EQ(sum.duration_counts[1], 4U);
  EXPECT_EQ(sum.duration_counts[sum.duration_bounds.size() - 1], 4U);
  EXPECT_EQ(sum.duration_counts.back(), 5U);
  EXPECT_DOUBLE_EQ(sum.duration_sum, 2.000002001);
}

TEST(CallCountersTest, CountsTheThrottle) {
  CallCounters counters;
  for (const std::optional<bool> admitted :
       {std::optional(true), std::optional(true), std::optional(false), std::optional<bool>()}) {
    counters.Count("s/set", 0, nanoseconds{1}, admitted);
  }
  EXPECT_EQ(counters.Metrics().throttle_admitted, 2U);
  EXPECT_EQ(counters.Metrics().throttle_refused, 1U);
}

TEST(CallCountersTest, ThreadsLoseNoCall) {
  constexpr int kThreads = 4;
  constexpr int kCalls = 5'000;
  CallCounters counters;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls; ++i) counters.Count("s/set", i % 20, nanoseconds{i});
    });
  }
  while (counters.Metrics().outcomes.size() < 20) std::this_thread::yield();
  for (std::thread& thread : threads) thread.join();
  const CallMetrics sum = counters.Metrics();
  ASSERT_EQ(sum.outcomes.size(), 20U);
  for (const CallMetrics::Outcome& outcome : sum.outcomes) {
    EXPECT_EQ(outcome.calls, kThreads * kCalls / 20U);
  }
  EXPECT_EQ(sum.duration_counts.back(), kThreads * kCalls + 0U);
}

}  // namespace
}  // namespace timock
