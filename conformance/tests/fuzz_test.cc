#include "fuzz/fuzz.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "fuzz/fuzz_call.h"
#include "fuzz/fuzz_case.h"
#include "fuzz/fuzz_oracle.h"
#include "target/in_process.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using ::testing::HasSubstr;

const ExpectedProfile& Seed() {
  static const ExpectedProfile seed = ExpectedProfile::Load("seed-2022-04");
  return seed;
}

std::string Sent(const FuzzRecipe& recipe) {
  const FuzzCall call = MakeCall(recipe);
  std::string text = call.request.method + call.request.identity + call.request.body;
  text += call.request.path.value_or("") + call.request.query_text.value_or("");
  for (const auto& [name, value] : call.request.headers.value_or(std::vector<Header>{})) {
    text += name + value;
  }
  return text;
}

TEST(FuzzCallTest, ASeedMakesTheSameCallsAndAnotherOneMakesOthers) {
  std::set<std::string> seen;
  for (std::uint64_t call = 0; call < 200; ++call) {
    EXPECT_EQ(Sent(MakeRecipe(7, call, true)), Sent(MakeRecipe(7, call, true))) << call;
    seen.insert(Sent(MakeRecipe(7, call, true)));
    seen.insert(Sent(MakeRecipe(8, call, true)));
  }
  EXPECT_GT(seen.size(), 250U);
}

TEST(FuzzCallTest, WhatAMutationBreaksIsASwitchOfTheProfile) {
  std::set<std::string> broken;
  for (const FuzzMutation& mutation : FuzzMutations()) {
    if (mutation.breaks.empty()) continue;
    EXPECT_NO_THROW(Seed()[mutation.breaks]) << mutation.breaks;
    broken.insert(mutation.breaks);
  }
  EXPECT_GE(broken.size(), 35U);
}

TEST(FuzzCallTest, OneThatBreaksNothingLeavesTheCallRight) {
  const FuzzOracle oracle(Seed());
  for (std::size_t i = 0; i < FuzzMutations().size(); ++i) {
    const FuzzMutation& mutation = FuzzMutations()[i];
    if (!mutation.breaks.empty() || mutation.what == FuzzMutation::For::kBytes) continue;
    FuzzNames names;
    const FuzzRecipe recipe{.names = {{"0", "sex"}, {"1", "city"}}, .steps = {{i, 3}}};
    EXPECT_EQ(oracle.Of(MakeCall(recipe), &names).code, 0) << mutation.Title();
    EXPECT_EQ(names["1"], "city") << mutation.Title();
  }
}

TEST(FuzzCallTest, WhatIsLeftOfARecipeStaysAsItWas) {
  for (std::uint64_t call = 0; call < 500; ++call) {
    FuzzRecipe recipe = MakeRecipe(3, call, true);
    if (recipe.steps.size() < 2) continue;
    const std::string method = MakeCall(recipe).request.method;
    recipe.steps.pop_back();
    EXPECT_EQ(MakeCall(recipe).request.method, method);
  }
}

TEST(FuzzOracleTest, TheFirstBrokenSwitchInTheOrderOfChecksAnswers) {
  FuzzCall call = MakeCall({.names = {{"0", "sex"}}});
  FuzzNames names;
  call.broken = {"not_admin", "usersig_expired"};
  EXPECT_EQ(FuzzOracle(Seed()).Of(call, &names).switch_name, "usersig_expired");
  call.broken = {"feature_off", "not_admin"};
  EXPECT_EQ(FuzzOracle(Seed()).Of(call, &names).switch_name, "feature_off");
  const ExpectedProfile other = Seed().With({{"admin_before_feature", true}});
  EXPECT_EQ(FuzzOracle(other).Of(call, &names).switch_name, "not_admin");
  call.broken = {"throttle.code", "usersig_missing"};
  EXPECT_EQ(FuzzOracle(Seed()).Of(call, &names).code, 60'007);
  const ExpectedProfile late = Seed().With({{"throttle", {{"position", "service"}}}});
  EXPECT_EQ(FuzzOracle(late).Of(call, &names).code, 70'002);
  EXPECT_TRUE(names.empty()) << "a refused call stores nothing";
}

TEST(FuzzCaseTest, IsACaseFile) {
  FuzzCall call = MakeCall({.names = {{"0", "sex"}}});
  call.request.body = "{\xff";
  call.request.signing = Signing{.key = "wrong"};
  const std::string text = FuzzCaseFile({.id = "fuzz.one",
                                         .title = "json_syntax",
                                         .before = {{"3", "a"}},
                                         .names = {{"3", "a"}},
                                         .switch_name = "json_syntax",
                                         .code = 90'001,
                                         .reads_back = true},
                                        call);
  EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 10);
  const std::vector<Case> cases = ReadCases("fuzz.json", text, {});
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].request.body, "{\xff");
  EXPECT_EQ(cases[0].request.signing->key, "wrong");
  EXPECT_EQ(cases[0].expect.code->codes, std::vector<int>{90'001});
  EXPECT_TRUE(cases[0].then->always->unchanged);
}

struct Way {
  std::string profile;
  Door door = Door::kHandle;
  std::uint64_t calls = 3'000;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.profile; }

class FuzzTest : public testing::TestWithParam<Way> {};

TEST_P(FuzzTest, TheFakeHasNoFailure) {
  const auto target = MakeInProcessTarget({.door = GetParam().door, .profile = GetParam().profile});
  const FuzzReport report = Fuzz(*target, {.seed = 2026,
                                           .calls = GetParam().calls,
                                           .profile = ExpectedProfile::Load(GetParam().profile)});
  EXPECT_EQ(report.calls, GetParam().calls);
  EXPECT_FALSE(report.failure) << report.failure->problem << '\n' << report.failure->case_file;
}

INSTANTIATE_TEST_SUITE_P(Profiles, FuzzTest,
                         testing::Values(Way{"seed-2022-04"}, Way{"table-2023"},
                                         Way{"gateway-2026"}, Way{"lenient"},
                                         Way{"table-2023", Door::kHttp, 2'000},
                                         Way{"seed-2022-04", Door::kHttps, 1'000}));

TEST(FuzzTest, AnotherProfileThanTheServersIsFoundAndReduced) {
  const auto target = MakeInProcessTarget({.profile = "table-2023"});
  const FuzzReport report = Fuzz(*target, {.seed = 1, .profile = Seed()});
  ASSERT_TRUE(report.failure);
  EXPECT_THAT(report.failure->problem, HasSubstr("of profile seed-2022-04 says"));
  EXPECT_EQ(std::count(report.failure->changes.begin(), report.failure->changes.end(), ','), 0)
      << "one change is enough: " << report.failure->changes;
  EXPECT_EQ(ReadCases("fuzz.json", report.failure->case_file, {}).size(), 1U);
}

TEST(FuzzTest, WithoutAProfileOnlyTheFormIsJudged) {
  const auto target = MakeInProcessTarget({.profile = "table-2023"});
  EXPECT_FALSE(Fuzz(*target, {.seed = 1, .calls = 2'000}).failure);
}

}  // namespace
}  // namespace timock::conformance
