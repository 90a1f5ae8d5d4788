#include <gtest/gtest.h>

#include "text/time.h"

namespace timock {
namespace {

using Mode = ClockSetting::Mode;

TEST(TimeTextTest, ReadsSecondsWithUpToNineDecimals) {
  EXPECT_EQ(UnixTimeFromText("0"), UnixTime{});
  EXPECT_EQ(UnixTimeFromText("5.5"), UnixSeconds(5) + Tick{500'000'000});
  EXPECT_EQ(UnixTimeFromText("5.000000001"), UnixSeconds(5) + Tick{1});
  EXPECT_EQ(UnixTimeFromText("9000000000.000000000"), UnixSeconds(9'000'000'000));
  for (const char* text :
       {"", ".", ".5", "5.", "-1", "+1", "5.0000000001", "9000000000.000000001", "9000000001",
        "1e3", " 1", "1 ", "1.5.5", "1.-5", "99999999999999999999"}) {
    EXPECT_FALSE(UnixTimeFromText(text)) << text;
  }
}

TEST(TimeTextTest, WritesWhatItReads) {
  for (const char* text : {"0", "5.5", "1795369800.123456789", "9000000000", "7.000000001"}) {
    EXPECT_EQ(UnixTimeToText(UnixTimeFromText(text).value()), text);
  }
}

TEST(TimeTextTest, NamesClocks) {
  for (const char* text : {"real", "@0", "@1795369800.5", "+7"}) {
    ASSERT_TRUE(ClockFromText(text)) << text;
    EXPECT_EQ(ClockToText(*ClockFromText(text)), text);
  }
  EXPECT_EQ(ClockFromText("@5"), (ClockSetting{Mode::kFrozen, UnixSeconds(5)}));
  EXPECT_EQ(ClockFromText("+5"), (ClockSetting{Mode::kOffset, UnixSeconds(5)}));
  for (const char* text : {"", "@", "+", "5", "now", "real ", "@-1", "@@1", "@+1"}) {
    EXPECT_FALSE(ClockFromText(text)) << text;
  }
}

TEST(TimeTextTest, WritesIsoTimes) {
  const UnixTime at = UnixSeconds(1) + Tick{23'456'789};
  EXPECT_EQ(IsoTime(at), "1970-01-01T00:00:01.023Z");
  EXPECT_EQ(IsoTime(at, IsoPrecision::kNanoseconds), "1970-01-01T00:00:01.023456789Z");
}

}  // namespace
}  // namespace timock
