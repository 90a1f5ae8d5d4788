#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "limiter/probe_scope.h"
#include "target/in_process.h"

namespace timock::conformance {
namespace {

/// The fake with this throttle, its clock standing still, as the probe sees it.
class Fake {
 public:
  explicit Fake(const std::string& throttle) {
    const std::string path = testing::TempDir() + "/probe_test_" + std::to_string(getpid());
    std::ofstream(path) << R"({"base":"seed-2022-04","throttle":)" << throttle << "}";
    target_ = MakeInProcessTarget({.profile = path});
    std::remove(path.c_str());
  }

  ProbeFinding Probed(const ProbePlan& plan) {
    ProbeSender sender(*target_, {}, plan);
    return Probe(sender.Subject(ProbedCall(*target_, *target_->Who("admin"))), plan);
  }

  std::string Scope(const ProbeFinding& found) {
    ProbeSender sender(*target_, {}, {});
    return ProbeScope(*target_, sender, found).scope;
  }

 private:
  std::unique_ptr<Target> target_;
};

struct Row {
  const char* name;
  const char* members;
  const char* algorithm;
  ProbePlan plan = {};
};

void PrintTo(const Row& one, std::ostream* out) { *out << one.name; }

class ProbeTest : public testing::TestWithParam<std::tuple<Row, bool>> {};

TEST_P(ProbeTest, NamesTheAlgorithm) {
  const auto& [row, count_refused] = GetParam();
  Fake fake(std::string("{") + row.members + R"(,"count_refused":)" +
            (count_refused ? "true" : "false") + "}");
  const ProbeFinding found = fake.Probed(row.plan);
  EXPECT_EQ(found.algorithm, row.algorithm) << found.Measured();
  EXPECT_EQ(found.invalid, "");
  if (found.algorithm == "none") return;
  EXPECT_EQ(found.limit, row.plan.limit);
  EXPECT_EQ(found.window, row.plan.window);
}

using namespace std::chrono_literals;
INSTANTIATE_TEST_SUITE_P(
    All, ProbeTest,
    testing::Combine(
        testing::Values(
            Row{"sliding_window", R"("algorithm":"sliding_window")", "sliding_window"},
            Row{"fixed_window", R"("algorithm":"fixed_window")", "fixed_window"},
            Row{"window_from_first", R"("algorithm":"window_from_first")", "window_from_first"},
            Row{"sliding_counter", R"("algorithm":"sliding_counter")", "sliding_counter"},
            Row{"token_bucket", R"("algorithm":"token_bucket")", "token_bucket"},
            Row{"small_bucket", R"("algorithm":"token_bucket","burst":10)", "token_bucket"},
            Row{"large_bucket", R"("algorithm":"token_bucket","burst":500)", "token_bucket"},
            Row{"none", R"("limit":"none")", "none"}),
        testing::Bool()),
    [](const auto& each) {
      return std::string(std::get<0>(each.param).name) +
             (std::get<1>(each.param) ? "_counting_refusals" : "");
    });

INSTANTIATE_TEST_SUITE_P(
    OtherLimits, ProbeTest,
    testing::Combine(
        testing::Values(Row{"twenty_in_250_ms",
                            R"("limit":20,"window_ms":250)",
                            "sliding_window",
                            {.limit = 20, .window = 250ms}},
                        Row{"counter_of_twenty",
                            R"("limit":20,"window_ms":3000,"algorithm":"sliding_counter")",
                            "sliding_counter",
                            {.limit = 20, .window = 3s}}),
        testing::Values(false)),
    [](const auto& each) { return std::string(std::get<0>(each.param).name); });

class ScopeTest : public testing::TestWithParam<std::tuple<const char*, const char*, bool>> {};

TEST_P(ScopeTest, TellsWhichCallsShareTheLimit) {
  const auto& [algorithm, scope, count_refused] = GetParam();
  Fake fake(std::string(R"({"algorithm":")") + algorithm + R"(","scope":")" + scope +
            R"(","count_refused":)" + (count_refused ? "true" : "false") + "}");
  ProbeFinding found;
  found.algorithm = algorithm;
  found.limit = found.burst = 100;
  found.window = 1s;
  EXPECT_EQ(fake.Scope(found), scope);
}

INSTANTIATE_TEST_SUITE_P(
    All, ScopeTest,
    testing::Combine(testing::Values("sliding_window", "fixed_window", "window_from_first",
                                     "sliding_counter", "token_bucket"),
                     testing::Values("app_and_command", "app", "app_and_identifier"),
                     testing::Bool()),
    [](const auto& each) {
      return std::string(std::get<0>(each.param)) + "_" + std::get<1>(each.param) +
             (std::get<2>(each.param) ? "_counting_refusals" : "");
    });

TEST(ProbeFindingTest, TellsWhetherRefusalsCount) {
  EXPECT_TRUE(Fake(R"({"count_refused":true})").Probed({}).refusals_count);
  EXPECT_FALSE(Fake(R"({"count_refused":false})").Probed({}).refusals_count);
}

TEST(ProbeFindingTest, MeasuresTheBurstAndTellsWhatItTook) {
  const ProbeFinding found = Fake(R"({"algorithm":"token_bucket","burst":150})").Probed({});
  EXPECT_EQ(found.burst, 150U);
  EXPECT_GT(found.calls, 3'000U);
  EXPECT_LT(found.calls, 12'000U);
  EXPECT_NE(found.Measured().find("burst 150"), std::string::npos);
}

}  // namespace
}  // namespace timock::conformance
