// Links timock::gtest as it is installed.
#include <timock/gtest.h>

using BackendTest = timock::TimockTest;

TEST_F(BackendTest, SetsNames) {
  const auto answer =
      service().Handle({.target = app().Target(), .body = R"({"AttrNames":{"0":"sex"}})"});
  EXPECT_THAT(answer, timock::IsOk());
  EXPECT_THAT(app(), timock::HasAttrNames({{0, "sex"}}));
}
