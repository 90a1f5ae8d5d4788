#include "profile/assumptions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "profile/profile_data.h"

namespace timock {
namespace {

std::vector<std::string> Assumed(const Profile& profile) {
  return AssumptionNames(profile.data().assumed);
}

bool Has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The marks of fixtures/switches.json: what is documented, observed or inferred is not among them.
TEST(AssumptionsTest, NamesWhatIsAssumedAndNothingElse) {
  const std::vector<std::string> expected = {"method_not_post",      "plain_http",
                                             "contenttype_missing",  "contenttype_wrong",
                                             "sdkappid_malformed",   "identifier_missing",
                                             "random_malformed",     "feature_off",
                                             "body_empty",           "body_not_object",
                                             "attr_names_missing",   "attr_names_not_object",
                                             "attr_names_empty",     "key_invalid",
                                             "value_not_string",     "name_empty",
                                             "name_too_long",        "duplicate_name",
                                             "duplicate_key",        "unknown_fields",
                                             "second_call",          "body_too_large",
                                             "error_info",           "throttle.algorithm",
                                             "throttle.burst",       "throttle.count_refused",
                                             "throttle.position",    "usersig_lockout",
                                             "admin_before_feature", "admin_before_body"};
  EXPECT_EQ(Assumed(Profile()), expected);
  EXPECT_TRUE(AssumptionNames(0).empty());
}

TEST(AssumptionsTest, GoByTheValueInForce) {
  const Profile own =
      Profile().With(R"({"not_admin":61234,"throttle":{"window_ms":2000}})").value();
  EXPECT_TRUE(Has(Assumed(own), "not_admin"));
  EXPECT_TRUE(Has(Assumed(own), "throttle.window_ms"));
  const Profile gateway = Profile::Named("gateway-2026").value();
  for (const char* name : {"not_admin", "contenttype_missing", "contenttype_wrong",
                           "sdkappid_malformed", "identifier_missing", "key_invalid"}) {
    EXPECT_FALSE(Has(Assumed(gateway), name)) << name;
  }
}

// A name that no profile has would be lost there.
TEST(AssumptionsTest, EachHasAValueInTheProfile) {
  const std::vector<Dependence> all(64, {.calls = 2, .last_id = 9});
  const std::vector<Assumption> assumptions = AssumptionsOf(Profile(), all);
  EXPECT_EQ(assumptions.size(), kAssumptionCount);
  for (const Assumption& assumption : assumptions) {
    EXPECT_NE(assumption.value, "null") << assumption.name;
    EXPECT_EQ(assumption.calls, 2U);
    EXPECT_EQ(assumption.last_id, 9U);
  }
  EXPECT_EQ(assumptions.front().name, "content_type");
  EXPECT_EQ(assumptions.front().value, R"("application/json")");
}

}  // namespace
}  // namespace timock
