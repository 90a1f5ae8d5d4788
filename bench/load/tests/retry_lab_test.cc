#include "load/lab/retry_lab.h"

#include <gtest/gtest.h>

#include <chrono>

#include "load/lab/virtual_server.h"
#include "load/report/lab_output.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

using namespace std::chrono_literals;

LabResult InVirtualTime(const std::string& policy, const LabOptions& options,
                        std::size_t limit = 100) {
  VirtualServer server(limit);
  return RunVirtualLab(
      RetryPolicy::Parse(policy),
      options, [&](std::chrono::nanoseconds at) -> const auto& { return server.Call(at); });
}

std::string ResultsOf(const std::string& policy, std::uint64_t seed) {
  const LabOptions options{.clients = 30, .backlog = 1500, .seed = seed};
  return LabJson({.options = options, .results = {InVirtualTime(policy, options)}})["results"]
      .dump();
}

std::string JsonOf(const std::string& policy, std::uint64_t seed) {
  const LabOptions options{.clients = 30, .backlog = 1500, .seed = seed};
  return LabJson({.options = options, .results = {InVirtualTime(policy, options)}}).dump();
}

TEST(RetryPolicyTest, ReadsBackWhatItPrints) {
  for (const char* const text :
       {"retry:none", "retry:immediate", "retry:fixed,base=200ms", "retry:exp,base=50ms,max=2000ms",
        "retry:exp,base=50ms,max=2000ms,jitter=full", "retry:token,rate=80"}) {
    EXPECT_EQ(RetryPolicy::Parse(text).Text(), text);
  }
  for (const char* const text : {"", "exp", "retry:", "retry:never", "retry:none,base=1s",
                                 "retry:exp,jitter=half", "retry:exp,base=1"}) {
    EXPECT_THROW(RetryPolicy::Parse(text), conformance::ConfigError) << text;
  }
}

TEST(RetryClientTest, BacksOffByTwoUpToTheMostAndAnewForTheNextJob) {
  RetryClient client(RetryPolicy::Parse("retry:exp,base=50ms,max=300ms"), 2, 1, 1);
  for (const auto wait : {50ms, 100ms, 200ms, 300ms, 300ms}) {
    const auto answered = client.next() + 1ms;
    client.OnAnswer(false, answered);
    EXPECT_EQ(client.next(), answered + wait);
  }
  client.OnAnswer(true, client.next());
  const auto answered = client.next();
  client.OnAnswer(false, answered);
  EXPECT_EQ(client.next(), answered + 50ms);
  EXPECT_EQ(client.left(), 1U);
}

TEST(RetryClientTest, FullJitterWaitsAPartOfIt) {
  RetryClient client(RetryPolicy::Parse("retry:exp,base=1s,max=1s,jitter=full"), 1, 1, 3);
  std::chrono::nanoseconds sum{0};
  for (int i = 0; i < 1000; ++i) {
    const auto answered = client.next();
    client.OnAnswer(false, answered);
    EXPECT_LE(client.next() - answered, 1s);
    sum += client.next() - answered;
  }
  EXPECT_NEAR(static_cast<double>(sum.count()) / 1e12, 0.5, 0.05);
}

TEST(RetryLabTest, ASeedReproducesItToTheByte) {
  const std::string policy = "retry:exp,base=50ms,max=2s,jitter=full";
  EXPECT_EQ(JsonOf(policy, 7), JsonOf(policy, 7));
  EXPECT_NE(ResultsOf(policy, 7), ResultsOf(policy, 8));
}

TEST(RetryLabTest, NobodyDrainsABacklogFasterThanTheLimit) {
  const LabOptions options{.clients = 50, .backlog = 1000};
  for (const RetryPolicy& policy : RetryPolicy::Usual(100)) {
    const LabResult result = InVirtualTime(policy.Text(), options);
    EXPECT_EQ(result.done + result.given_up + result.left, 1000U) << result.policy;
    EXPECT_EQ(result.calls, result.done + result.wasted + result.errors) << result.policy;
    EXPECT_EQ(result.errors, 0U) << result.policy;
    EXPECT_EQ(result.curve.back().left, result.left) << result.policy;
    if (result.policy == "retry:none") {
      EXPECT_GT(result.given_up, 0U);
      continue;
    }
    EXPECT_EQ(result.done, 1000U) << result.policy;
    EXPECT_GE(*result.drain, 9s) << result.policy;
  }
}

TEST(RetryLabTest, GivingUpIsDrawnAsNotDone) {
  const LabResult result = InVirtualTime("retry:none", {.clients = 50, .backlog = 1000});
  ASSERT_GT(result.given_up, 0U);
  EXPECT_EQ(result.curve.back().left, 0U);
  EXPECT_EQ(result.curve.back().given_up, result.given_up);
  const LabOptions options{.clients = 50, .backlog = 1000};
  EXPECT_EQ(InVirtualTime("retry:immediate", options).curve.back().given_up, 0U);
}

TEST(RetryLabTest, ARoundTripOfTwiceTheTimeHalvesTheCallsOfThoseWhoCallAtOnce) {
  const LabResult usual = InVirtualTime("retry:immediate", {.clients = 1, .backlog = 200});
  const LabResult slow =
      InVirtualTime("retry:immediate",
                    {.clients = 1, .backlog = 200, .round_trip = std::chrono::milliseconds{20}});
  EXPECT_EQ(*usual.drain, std::chrono::milliseconds{2'000});
  EXPECT_EQ(*slow.drain, std::chrono::milliseconds{4'000});
}

TEST(RetryLabTest, PacingWastesLessThanRetrying) {
  const LabOptions options{.clients = 50, .backlog = 2000};
  const LabResult fixed = InVirtualTime("retry:fixed,base=50ms", options);
  const LabResult paced = InVirtualTime("retry:token,rate=100", options);
  EXPECT_LT(paced.wasted * 10, fixed.wasted);
  EXPECT_GT(paced.fairness, 0.9);
}

TEST(RetryLabTest, WhatIsNotDoneInTimeIsLeft) {
  const LabResult result =
      InVirtualTime("retry:fixed,base=100ms",
                    {.clients = 10, .backlog = 5000, .most_time = std::chrono::seconds{5}});
  EXPECT_FALSE(result.drain);
  EXPECT_EQ(result.done, 500U);
  EXPECT_EQ(result.left, 4500U);
}

TEST(RetryLabTest, TheSameScenarioRunsInRealTime) {
  const LabResult result =
      RunRealLab(RetryPolicy::Parse("retry:none"), {.clients = 4, .backlog = 40},
                 [](std::size_t) { return Verdict{.outcome = Outcome::kAdmitted}; });
  EXPECT_EQ(result.done, 40U);
  EXPECT_EQ(result.curve.back().left, 0U);
}

}  // namespace
}  // namespace timock::load
