#include <gtest/gtest.h>

#include <string>

#include "text/url.h"

namespace timock {
namespace {

TEST(TargetTest, SplitsBothForms) {
  const Target origin = SplitTarget("/a/b?c=d?e");
  EXPECT_EQ(origin.authority, "");
  EXPECT_EQ(origin.path, "/a/b");
  EXPECT_EQ(origin.query, "c=d?e");
  const Target absolute = SplitTarget("hTTps://h:1/a?b");
  EXPECT_EQ(absolute.authority, "h:1");
  EXPECT_EQ(absolute.path, "/a");
  EXPECT_EQ(absolute.query, "b");
  EXPECT_EQ(SplitTarget("http://h").path, "/");
  EXPECT_EQ(SplitTarget("http://h?q").query, "q");
  EXPECT_EQ(SplitTarget("").path, "");
}

TEST(TargetTest, TakesTheFirstOfEachNameAndListsThoseGivenTwice) {
  const Query query =
      ReadQuery("random=1&ver=a&random=2&ver=b&random=3&sdkappid&=&=&identifier==x");
  EXPECT_EQ(query[Parameter::kRandom], "1");
  EXPECT_EQ(query[Parameter::kSdkappid], "");
  EXPECT_EQ(query[Parameter::kIdentifier], "=x");
  EXPECT_EQ(query.given_twice, (std::vector<std::string_view>{"random", "ver"}));
}

TEST(TargetTest, KnownParametersAreReadBehindAnyNumberOfOthers) {
  std::string query;
  for (int i = 0; i < 1'000; ++i) query += "x" + std::to_string(i) + "=1&";
  EXPECT_EQ(ReadQuery(query + "usersig=u&usersig=v")[Parameter::kUsersig], "u");
}

TEST(TargetTest, DecodesEscapesAndLeavesWhatIsNone) {
  EXPECT_EQ(DecodedValue("a%2a%2Ab").text(), "a**b");
  EXPECT_EQ(DecodedValue("%").text(), "%");
  EXPECT_EQ(DecodedValue("%4").text(), "%4");
  EXPECT_EQ(DecodedValue("%g1%1g%%41").text(), "%g1%1g%A");
  EXPECT_EQ(DecodedValue("a+b%2B").text(), "a+b+");
  EXPECT_EQ(DecodedValue("a+b%2B", Plus::kIsSpace).text(), "a b+");
}

}  // namespace
}  // namespace timock
