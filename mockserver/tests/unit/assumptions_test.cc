#include "profile/assumptions.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "profile/profile_data.h"

namespace timock {
namespace {

// The contract's marks: what it calls documented or observed is not among them.
TEST(AssumptionsTest, NamesWhatIsAssumedAndNothingElse) {
  const std::vector<std::string> expected = {
      "command_unknown",      "method_not_post",    "plain_http",
      "contenttype_missing",  "contenttype_wrong",  "sdkappid_malformed",
      "identifier_missing",   "random_missing",     "random_malformed",
      "host_region_mismatch", "feature_off",        "body_empty",
      "body_not_object",      "attr_names_missing", "attr_names_not_object",
      "attr_names_empty",     "key_invalid",        "value_not_string",
      "name_empty",           "name_too_long",      "duplicate_name",
      "duplicate_key",        "unknown_fields",     "second_call",
      "body_too_large",       "content_type",       "error_info",
      "throttle.code",        "throttle.window_ms", "throttle.algorithm",
      "throttle.burst",       "throttle.scope",     "throttle.count_refused",
      "throttle.position",    "usersig_lockout",    "admin_before_body"};
  EXPECT_EQ(AssumptionNames(~std::uint64_t{0}), expected);
  EXPECT_TRUE(AssumptionNames(0).empty());
  EXPECT_TRUE(AssumptionNames(AssumptionBit(Switch::kNotAdmin)).empty());
}

// A name that no profile has would be lost there.
TEST(AssumptionsTest, EachHasAValueInTheProfile) {
  const std::vector<Dependence> all(64, {.calls = 2, .last_id = 9});
  const std::vector<Assumption> assumptions = AssumptionsOf(Profile(), all);
  EXPECT_EQ(assumptions.size(), AssumptionNames(~std::uint64_t{0}).size());
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
