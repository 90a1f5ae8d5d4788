#include "app/example_calls.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "profile/profile_data.h"

namespace timock::app {
namespace {

TEST(ExampleCallsTest, EachIsDiagnosedByItsName) {
  for (const std::string_view name : ExampleNames()) {
    const std::optional<Diagnosis> diagnosis = ExampleDiagnosis(name);
    ASSERT_TRUE(diagnosis) << name;
    EXPECT_NE(diagnosis->detail, "") << name;
  }
  EXPECT_FALSE(ExampleDiagnosis("no_such_name"));
}

TEST(ExampleCallsTest, EverySwitchThatACallCanMeetHasOne) {
  const std::vector<std::string_view> names = ExampleNames();
  // Silent by default, a fault's, and what is done with a call that is right.
  const std::set<std::string_view> without = {"plain_http", "internal_error", "second_call"};
  for (std::size_t i = 0; i < kSwitchCount; ++i) {
    const std::string_view name = SwitchName(static_cast<Switch>(i));
    EXPECT_EQ(std::count(names.begin(), names.end(), name), without.contains(name) ? 0 : 1) << name;
  }
}

}  // namespace
}  // namespace timock::app
