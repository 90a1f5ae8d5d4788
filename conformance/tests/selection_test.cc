#include "run/selection.h"

#include <gtest/gtest.h>

namespace timock::conformance {
namespace {

TEST(SelectionTest, ReadsAFilterAsGoogleTestDoes) {
  EXPECT_TRUE(Selects("*", "documented/R8.a"));
  EXPECT_TRUE(Selects("*/R8.*", "documented/R8.a"));
  EXPECT_FALSE(Selects("*/R8.*", "documented/R80.a"));
  EXPECT_TRUE(Selects("nothing:*/R?.a", "documented/R8.a"));
  EXPECT_FALSE(Selects("*-*/R8.*", "documented/R8.a"));
  EXPECT_TRUE(Selects("-*/R8.*", "documented/R9.a"));
  EXPECT_FALSE(Selects("documented", "documented/R8.a"));
}

}  // namespace
}  // namespace timock::conformance
