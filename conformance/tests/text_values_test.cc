#include "wire/text_values.h"

#include <gtest/gtest.h>

#include "judge/throttle_judge.h"
#include "wire/config_error.h"
#include "wire/median.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;

TEST(TextValuesTest, ReadsDurationsWithTheirUnits) {
  EXPECT_EQ(ParseDuration("50ms", "x"), 50ms);
  EXPECT_EQ(ParseDuration("1.5s", "x"), 1500ms);
  EXPECT_EQ(ParseDuration("10m", "x"), 600s);
  for (const char* const text : {"", "5", "-1s", "1h", "s", "1e99s"}) {
    EXPECT_THROW(ParseDuration(text, "x"), ConfigError) << text;
  }
}

TEST(RefusalSignTest, IsACodeOrAStatus) {
  EXPECT_EQ(RefusalSign::Parse("code=60007").Text(), "ErrorCode 60007");
  EXPECT_EQ(RefusalSign::Parse("status=503").Text(), "HTTP status 503");
  for (const char* const text :
       {"", "503", "code", "code=", "status=0", "code=-1", "code=1x", "code=99999999999"}) {
    EXPECT_THROW(RefusalSign::Parse(text), ConfigError) << text;
  }
}

TEST(MedianTest, IsTheHigherOfTwo) {
  EXPECT_EQ(Median<int>({3, 1, 2}), 2);
  EXPECT_EQ(Median<int>({4, 1, 3, 2}), 3);
}

}  // namespace
}  // namespace timock::conformance
