#include <gtest/gtest.h>

#include <string>

#include "http/head_reader.h"

namespace timock {
namespace {

// Around the words of eight bytes that Span takes at once.
constexpr std::size_t kLongest = 26;

TEST(ByteClassTest, SpanEndsAtTheFirstByteOfAnotherClassWhereverItStands) {
  for (const ByteClass wanted : {kToken, kField, kTarget, kScheme}) {
    for (int value = 0; value < 256; ++value) {
      const char byte = static_cast<char>(value);
      for (std::size_t at = 0; at < kLongest; ++at) {
        std::string text(kLongest, 'a');
        text[at] = byte;
        EXPECT_EQ(Span(text, wanted), Is(byte, wanted) ? kLongest : at)
            << "byte " << value << " at " << at << ", class " << wanted;
      }
    }
  }
}

TEST(ByteClassTest, SpanCountsGoodBytesBehindOnesThatALookAtAWordMistakes) {
  // A tab is below space, and a borrow may run from a bad byte into the next.
  EXPECT_EQ(Span("12345678\tabcdefghijk", kField), 20U);
  EXPECT_EQ(Span("1234567!\x80\xFF!!!!!!", kTarget), 16U);
  EXPECT_EQ(Span("1234567 !!!!!!!!", kTarget), 7U);
  EXPECT_EQ(Span("", kTarget), 0U);
}

}  // namespace
}  // namespace timock
