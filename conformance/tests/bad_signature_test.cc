#include "cases/bad_signature.h"

#include <gtest/gtest.h>

#include <set>

#include "run/suite.h"

namespace timock::conformance {
namespace {

Case With(CaseRequest request) {
  Case tested;
  tested.request = std::move(request);
  return tested;
}

TEST(BadSignatureTest, APlainCallIsSafe) {
  EXPECT_FALSE(MayFailAuthentication(With({})));
  EXPECT_FALSE(MayFailAuthentication(With({.query = {{"random", "x"}, {"contenttype", "xml"}}})));
  EXPECT_FALSE(MayFailAuthentication(With({.query = {{"identifier", std::nullopt}}})));
  EXPECT_FALSE(MayFailAuthentication(With({.query = {{"sdkappid", "x"}}})));
  EXPECT_FALSE(MayFailAuthentication(
      With({.query_text = "usersig=${usersig}&sdkappid=${sdkappid}&identifier=${identifier}"})));
}

TEST(BadSignatureTest, ACallerThatIsNotPlainlyItselfIsNot) {
  EXPECT_TRUE(MayFailAuthentication(With({.signing = Signing{}})));
  EXPECT_TRUE(MayFailAuthentication(With({.query = {{"usersig", std::nullopt}}})));
  EXPECT_TRUE(MayFailAuthentication(With({.query = {{"usersig", "x"}}})));
  EXPECT_TRUE(MayFailAuthentication(With({.query = {{"identifier", "other"}}})));
  EXPECT_TRUE(MayFailAuthentication(With({.query = {{"sdkappid", "1400000001"}}})));
  EXPECT_TRUE(MayFailAuthentication(With({.identity = "unknown_app"})));
  EXPECT_TRUE(MayFailAuthentication(
      With({.query_text = "usersig=${usersig}&sdkappid=1&identifier=a&identifier=b"})));
}

/// Of the shipped cases: whatever is answered with a code of the account layer, by whichever
/// profile, is known to be risky.
TEST(BadSignatureTest, KnowsEveryShippedCaseOfTheAccountLayer) {
  std::set<std::string> missed;
  std::size_t risky = 0;
  for (const Case& one : ShippedCases()) {
    const bool known = MayFailAuthentication(one) || FiresBadSignatures(one);
    risky += known ? 1 : 0;
    if (one.id.find("usersig") != std::string::npos && !one.expect.code && !known) {
      missed.insert(one.id);
    }
    if (!one.expect.code || known) continue;
    for (const std::string& name : one.expect.code->switches) {
      if (name.starts_with("usersig")) missed.insert(one.id);
    }
    for (const int code : one.expect.code->codes) {
      if (code >= 70'000 && code < 80'000) missed.insert(one.id);
    }
  }
  EXPECT_GT(risky, 62U);
  EXPECT_TRUE(missed.empty()) << *missed.begin();
}

TEST(BadSignatureTest, OnlyWhatTheAccountLayerAnswersHoldsForANonAdmin) {
  Case tested;
  EXPECT_FALSE(HoldsForNonAdmin(tested));
  tested.expect.code = CodeExpectation{.codes = {70'003}};
  EXPECT_TRUE(HoldsForNonAdmin(tested));
  tested.expect.code = CodeExpectation{.kind = CodeExpectation::Kind::kNot, .codes = {0}};
  EXPECT_FALSE(HoldsForNonAdmin(tested));
  tested.expect.code =
      CodeExpectation{.kind = CodeExpectation::Kind::kSwitch, .switches = {"usersig_expired"}};
  EXPECT_TRUE(HoldsForNonAdmin(tested));
  tested.expect.code->switches.emplace_back("not_admin");
  EXPECT_FALSE(HoldsForNonAdmin(tested));
}

}  // namespace
}  // namespace timock::conformance
