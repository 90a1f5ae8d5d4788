#include "run/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/suite.h"
#include "target/url.h"

namespace timock::conformance {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string secret_key(64, 'c');

std::string PlanFor(const std::string& filter, const Identity& admin, const TargetRules& rules) {
  const std::string url = "https://im.example";
  const auto target = MakePlanTarget(
      {.describe = url,
       .base_url = url,
       .admin = admin,
       .rules = rules,
       .capabilities = PlainCapabilities({.url = url, .admin = admin, .rules = rules})});
  return PlanText(MakeThePlan(ShippedCases(), filter, *target, {}));
}

TEST(PlanTest, TellsRequestsOfALiveTargetWithoutSecrets) {
  const std::string text =
      PlanFor("*/R1.sample_call:*/T.hundred_pass", {1400000077, "root", secret_key},
              {.live = true, .writes = true, .overload = true});
  EXPECT_THAT(text, HasSubstr("(the names, to be kept): 1 request\n"));
  EXPECT_THAT(text, HasSubstr("documented/T.hundred_pass: 301 requests\n"));
  EXPECT_THAT(text, HasSubstr("  300 times: curl "));
  EXPECT_THAT(text, HasSubstr("https://im.example/v4/all_member_push/im_set_attr_name?sdkappid="
                              "1400000077&identifier=root&usersig='\"$TIMOCK_USERSIG\"'&random"));
  EXPECT_THAT(text, HasSubstr("(the names, put back): "));
  EXPECT_THAT(text, Not(HasSubstr(secret_key)));
}

TEST(PlanTest, TellsWhyACaseWouldBeSkipped) {
  const std::string text =
      PlanFor("*/R1.sample_call:*/T.hundred_pass", {1400000077, "root", secret_key},
              {.live = true, .writes = false, .overload = false});
  EXPECT_THAT(text, HasSubstr("SKIPPED documented/R1.sample_call: it changes names"));
  EXPECT_THAT(text, HasSubstr("SKIPPED documented/T.hundred_pass: it calls a live target beyond"));
  EXPECT_THAT(text, Not(HasSubstr("im_set_attr_name")));
}

TEST(PlanTest, SkipsWhatMustBeSignedWhereOnlyAUserSigIsKnown) {
  const std::string text = PlanFor("*/U.*:*/R1.sample_call",
                                   {1400000077, "root", "", "eJxsignedelsewhere"}, {.live = true});
  EXPECT_THAT(text, HasSubstr("the target lacks \"sign\""));
  EXPECT_THAT(text, HasSubstr("documented/R1.sample_call: "));
  EXPECT_THAT(text, Not(HasSubstr("eJ")));
}

}  // namespace
}  // namespace timock::conformance
