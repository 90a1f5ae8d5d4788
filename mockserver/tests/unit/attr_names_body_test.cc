// ReadAttrNamesBody takes a short way for the form that clients send. An escape in the word
// AttrNames keeps a text off it and means the same: whatever the text, both ways must read the
// same.
#include "calls/attr_names_body.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace timock {
namespace {

struct Read {
  bool valid = false;
  AttrNamesBody body;
};

Read ReadBody(std::string_view text, Survivor survivor) {
  Read read;
  JsonDefect defect;
  read.valid = ReadAttrNamesBody(text, survivor, &read.body, &defect);
  return read;
}

std::string WithEscape(std::string text) {
  constexpr std::string_view kWord = "\"AttrNames\"";
  for (std::size_t at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at)) {
    text.replace(at, 2, "\"\\u0041");
  }
  return text;
}

void ExpectSame(const std::string& text) {
  SCOPED_TRACE(text);
  for (const Survivor survivor : {Survivor::kFirst, Survivor::kLast}) {
    const Read one = ReadBody(text, survivor);
    const Read other = ReadBody(WithEscape(text), survivor);
    ASSERT_EQ(one.valid, other.valid);
    if (!one.valid) continue;
    ASSERT_EQ(one.body.top, other.body.top);
    ASSERT_EQ(one.body.attr_names, other.body.attr_names);
    ASSERT_EQ(one.body.attr_names_twice, other.body.attr_names_twice);
    ASSERT_EQ(one.body.slot_count, other.body.slot_count);
    for (std::size_t i = 0; i < one.body.slot_count; ++i) {
      const AttrNameSlot& a = one.body.slots[i];
      const AttrNameSlot& b = other.body.slots[i];
      ASSERT_EQ(std::tie(a.slot, a.kind, a.name, a.twice),
                std::tie(b.slot, b.kind, b.name, b.twice));
    }
    ASSERT_EQ(one.body.invalid_key, other.body.invalid_key);
    if (one.body.invalid_key) {
      ASSERT_EQ(one.body.slots_before_invalid_key, other.body.slots_before_invalid_key);
    }
    ASSERT_EQ(one.body.unknown_field, other.body.unknown_field);
    ASSERT_EQ(one.body.digit_at_top, other.body.digit_at_top);
  }
}

TEST(AttrNamesBody, ReadsTheSampleOfThePage) {
  const Read read =
      ReadBody(R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})", Survivor::kLast);

  ASSERT_TRUE(read.valid);
  EXPECT_EQ(read.body.top, JsonKind::kObject);
  EXPECT_EQ(read.body.attr_names, JsonKind::kObject);
  ASSERT_EQ(read.body.slot_count, 3U);
  EXPECT_EQ(read.body.slots[2].slot, 2);
  EXPECT_EQ(read.body.slots[2].kind, JsonKind::kString);
  EXPECT_EQ(read.body.slots[2].name, "country");
}

const std::vector<std::string>& Texts() {
  static const std::vector<std::string> texts = {
      R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})",
      " {\t\"AttrNames\" :\r\n{ \"9\" : \"a\" , \"0\" : \"\" } } \n",
      R"({"AttrNames":{"0":"a","0":"b"}})",
      R"({"AttrNames":{"0":"a"},"AttrNames":{"1":"b"}})",
      R"({"AttrNames":{"0":"a"},"1":"b"})",
      R"({"AttrNames":{"10":"a"}})",
      R"({"AttrNames":{"":"a"}})",
      R"({"AttrNames":{"0":1}})",
      R"({"AttrNames":{"0":{"1":"a"}}})",
      R"({"AttrNames":{"0":"a",}})",
      R"({"AttrNames":{"0":"a"},})",
      R"({"AttrNames":{"0":"a"}}})",
      R"({"AttrNames":{"0":"a"}} x)",
      R"({"AttrNames":{"0":"a"})",
      R"({"AttrNames":{"0":"a\"b\u00e9"}})",
      "{\"AttrNames\":{\"0\":\"\xE5\x9F\x8E\"}}",
      "{\"AttrNames\":{\"0\":\"\xFF\"}}",
      "{\"AttrNames\":{\"0\":\"a\x7F\"}}",
      "{\"AttrNames\":{\"0\":\"a\tb\"}}",
      std::string("{\"AttrNames\":{\"0\":\"a\"}}\0", 24),
      "\v{\"AttrNames\":{\"0\":\"a\"}}",
      "\xEF\xBB\xBF{\"AttrNames\":{\"0\":\"a\"}}",
      R"({"AttrNames":["a"]})",
      R"({"AttrNames":{}})",
      R"({"attrnames":{"0":"a"}})",
      "{}",
      "",
  };
  return texts;
}

TEST(AttrNamesBody, BothWaysReadTheSame) {
  for (const std::string& text : Texts()) ExpectSame(text);
}

TEST(AttrNamesBody, BothWaysReadTheSameOfDamagedTexts) {
  constexpr unsigned kSeed = 20220401;
  std::mt19937 random(kSeed);
  const std::string alphabet = "{}[]:,\"\\ \t\n09aA\x01\x7F\xC3\xA9";
  const auto below = [&](std::size_t bound) { return random() % bound; };
  for (int turn = 0; turn < 20'000; ++turn) {
    std::string text = Texts()[below(Texts().size())];
    for (std::size_t damages = 1 + below(3); damages > 0 && !text.empty(); --damages) {
      const std::size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text[at] = alphabet[below(alphabet.size())];
          break;
        case 1:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, 1, alphabet[below(alphabet.size())]);
          break;
      }
    }
    ExpectSame(text);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace timock
