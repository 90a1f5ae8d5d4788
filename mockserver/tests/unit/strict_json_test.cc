#include "json/strict_json.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "test_name.h"

namespace timock {
namespace {

using std::string_literals::operator""s;

/// Writes down every event, one word each.
class Transcript final : public JsonEvents {
 public:
  void OnNull() override { text += "null "; }
  void OnBool(bool value) override { text += value ? "true " : "false "; }
  void OnNumber() override { text += "number "; }
  void OnString(std::string& value) override { text += "\"" + value + "\" "; }
  void OnStartObject() override { text += "{ "; }
  void OnKey(std::string& key) override { text += key + ": "; }
  void OnEndObject() override { text += "} "; }
  void OnStartArray() override { text += "[ "; }
  void OnEndArray() override { text += "] "; }

  std::string text;
};

std::string Nested(std::size_t levels, const std::string& open, const std::string& close,
                   const std::string& innermost = "") {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += open;
  text += innermost;
  for (std::size_t i = 0; i < levels; ++i) text += close;
  return text;
}

struct TextCase {
  std::string text;
  bool is_json;
};

std::ostream& operator<<(std::ostream& out, const TextCase& text_case) {
  return out << ::testing::PrintToString(text_case.text);
}

/// By the text.
constexpr auto NameOf = [](const auto& each) {
  return test::TestName(each.param.text, each.index);
};

class Rfc8259Table : public ::testing::TestWithParam<TextCase> {};

TEST_P(Rfc8259Table, BothReadersDecideAlike) {
  Transcript transcript;
  JsonDefect defect;
  EXPECT_EQ(ReadStrictJson(GetParam().text, &transcript, &defect), GetParam().is_json)
      << defect.reason;
  EXPECT_EQ(ParseStrictJson(GetParam().text).ok(), GetParam().is_json);
}

std::vector<TextCase> Structures() {
  return {
      {"{}", true},
      {"[]", true},
      {"null", true},
      {"true", true},
      {"false", true},
      {"\"\"", true},
      {" \t\r\n{ \"a\" : [ 1 , 2 ] } \t\r\n", true},
      {"[[],{},[{}]]", true},
      {"{\"\":0}", true},
      {"", false},
      {" ", false},
      {"{", false},
      {"}", false},
      {"[", false},
      {"[1,]", false},
      {"[,1]", false},
      {"[1 2]", false},
      {"{\"a\"}", false},
      {"{\"a\":}", false},
      {"{\"a\":1,}", false},
      {"{,}", false},
      {"{\"a\" \"b\"}", false},
      {"{a:1}", false},
      {"{'a':1}", false},
      {"{1:1}", false},
      {"[1}", false},
      {"{\"a\":1]", false},
      {"{}{}", false},
      {"{} x", false},
      {"[1]//c", false},
      {"/*c*/[1]", false},
      {"# c\n1", false},
      {"nul", false},
      {"NULL", false},
      {"True", false},
      {"nulll", false},
      {"undefined", false},
      {"\v1", false},
      {"\f1", false},
      {"\xC2\xA0"
       "1",
       false},
  };
}
INSTANTIATE_TEST_SUITE_P(Structures, Rfc8259Table, ::testing::ValuesIn(Structures()), NameOf);

std::vector<TextCase> Numbers() {
  return {
      {"0", true},
      {"-0", true},
      {"-1", true},
      {"10", true},
      {"1.5", true},
      {"-0.5", true},
      {"1e5", true},
      {"1E+5", true},
      {"1e-5", true},
      {"0e0", true},
      {"1.7976931348623157e308", true},
      {"1e-400", true},
      {"18446744073709551615", true},
      {"18446744073709551616", true},
      {"-9223372036854775809", true},
      {std::string(300, '9'), true},
      {std::string(400, '9'), false},
      {"-" + std::string(400, '9'), false},
      {"1e400", false},
      {"-1e400", false},
      {"1.8e308", false},
      {"01", false},
      {"-01", false},
      {"00", false},
      {"+1", false},
      {"1.", false},
      {".5", false},
      {"-", false},
      {"-.5", false},
      {"1.e5", false},
      {"1e", false},
      {"1e+", false},
      {"0x10", false},
      {"1_000", false},
      {"1,5", false},
      {"NaN", false},
      {"Infinity", false},
      {"-Infinity", false},
      {"--1", false},
      {"1 .5", false},
  };
}
INSTANTIATE_TEST_SUITE_P(Numbers, Rfc8259Table, ::testing::ValuesIn(Numbers()), NameOf);

std::vector<TextCase> Strings() {
  return {
      {R"("\"\\\/\b\f\n\r\t")", true},
      {R"("\u0041\u00e9\uFFFF")", true},
      {R"("\u0000")", true},
      {R"("\ud83d\ude00")", true},
      {"\"\xF0\x9F\x98\x80\"", true},
      {"\"\xE7\xAE\xA1\"", true},
      {"\"\x7F\"", true},
      {"\"\xF4\x8F\xBF\xBF\"", true},
      {"\"\xEF\xBB\xBF\"", true},
      {"\"", false},
      {"\"a", false},
      {"\"a\\", false},
      {R"("\x41")", false},
      {R"("\u12")", false},
      {R"("\u12G4")", false},
      {R"("\'")", false},
      {"\"\n\"", false},
      {"\"\t\"", false},
      {"\"\x1F\"", false},
      {R"("\ud83d")", false},
      {R"("\ud83dx")", false},
      {R"("\ud83d\n")", false},
      {R"("\ud83d\ud83d")", false},
      {R"("\ude00")", false},
      {R"("\ude00\ud83d")", false},
      {R"({"\ud83d":1})", false},
      {"\"\x80\"", false},
      {"\"\xC3\"", false},
      {"\"\xC3(\"", false},
      {"\"\xC0\xAF\"", false},          // Overlong slash, two bytes.
      {"\"\xE0\x80\xAF\"", false},      // Three bytes.
      {"\"\xF0\x80\x80\xAF\"", false},  // Four bytes.
      {"\"\xC1\xBF\"", false},
      {"\"\xED\xA0\x80\"", false},  // A surrogate in UTF-8.
      {"\"\xF4\x90\x80\x80\"", false},
      {"\"\xF5\x80\x80\x80\"", false},
      {"\"\xFF\"", false},
      {"\xFF", false},
      {"\"a\0b\""s, false},
      {"{}\0"s, false},
      {"\0{}"s, false},
      {"{\"a\":1}\0garbage"s, false},
      {"{\"a\"\0:1}"s, false},
      {"[1,\0"s, false},
      {"1\0"s, false},
      {"nul\0"s, false},
      {"\0"s, false},
      {"\xEF\xBB\xBF{}", false},
      {"\xEF\xBB\xBF", false},
      {"\xEF\xBB", false},
      {" \xEF\xBB\xBF{}", false},
      {"\xFE\xFF", false},
  };
}
INSTANTIATE_TEST_SUITE_P(Strings, Rfc8259Table, ::testing::ValuesIn(Strings()), NameOf);

std::vector<TextCase> Depths() {
  return {
      {Nested(64, "[", "]"), true},
      {Nested(65, "[", "]"), false},
      {Nested(64, "{\"a\":", "}"), false},  // The innermost value is missing.
      {Nested(63, "{\"a\":", "}", "{}"), true},
      {Nested(64, "{\"a\":", "}", "{}"), false},
      {Nested(64, "{\"a\":", "}", "1"), true},
      {Nested(100000, "[", "]"), false},
      {std::string(100000, '['), false},
      {"[" + Nested(63, "[", "]") + "," + Nested(63, "[", "]") + "]", true},
  };
}
INSTANTIATE_TEST_SUITE_P(Depths, Rfc8259Table, ::testing::ValuesIn(Depths()), NameOf);

struct PlaceCase {
  std::string text;
  std::size_t line;
  std::size_t column;
  std::string reason;  ///< A part of it.
};

std::ostream& operator<<(std::ostream& out, const PlaceCase& place_case) {
  return out << ::testing::PrintToString(place_case.text);
}

class DefectPlace : public ::testing::TestWithParam<PlaceCase> {};

TEST_P(DefectPlace, IsWhereTheDefectStands) {
  Transcript transcript;
  JsonDefect defect;
  ASSERT_FALSE(ReadStrictJson(GetParam().text, &transcript, &defect));
  EXPECT_EQ(defect.line, GetParam().line) << defect.reason;
  EXPECT_EQ(defect.column, GetParam().column) << defect.reason;
  EXPECT_NE(defect.reason.find(GetParam().reason), std::string::npos) << defect.reason;
  EXPECT_FALSE(defect.reason.ends_with('.'));
  EXPECT_EQ(ParseStrictJson(GetParam().text).error().Text(),
            "line " + std::to_string(defect.line) + ", column " + std::to_string(defect.column) +
                ": " + defect.reason);
}

std::vector<PlaceCase> Places() {
  return {
      {"", 1, 1, "end of input"},
      {"{\n  \"a\": 1,\n", 3, 1, "end of input"},
      {"[1", 1, 3, "end of input"},
      {"{\n  \"a\": tru\n}", 2, 11, "invalid literal"},
      {"[1 2]", 1, 4, "unexpected number literal"},
      {"[1 -2345 ]", 1, 4, "unexpected number literal"},
      {"{\"a\" \"bcd\"}", 1, 6, "unexpected string literal"},
      {"[1\n,2\n\ttrue]", 3, 2, "unexpected true literal"},
      {"[1 false]", 1, 4, "unexpected false literal"},
      {"{null:1}", 1, 2, "unexpected null literal"},
      {"{\"a\":1,}", 1, 8, "unexpected '}'"},
      {"[01]", 1, 3, "unexpected number literal"},
      {"[+1]", 1, 2, "invalid literal"},
      {"[\n\n 1e400]", 3, 2, "outside the range of a double"},
      {"\"a\nb\"", 1, 3, "control character"},
      {"\"\xE7\xAE\xA1\x80\"", 1, 5, "ill-formed UTF-8"},
      {"\"\\ud83dx\"", 1, 8, "surrogate"},
      {"\xEF\xBB\xBF{}", 1, 1, "byte order mark"},
      {"{}\n\0"s, 2, 1, "NUL byte"},
      {"[1,\0]"s, 1, 4, "NUL byte"},
      {"\"a\0\""s, 1, 3, "NUL byte"},
      {"[tr\0"s, 1, 4, "NUL byte"},
      {Nested(64, "[", "") + "\n [", 2, 2, "nested deeper than 64 levels"},
      {Nested(100000, "[", "]"), 1, 65, "nested deeper than 64 levels"},
  };
}
INSTANTIATE_TEST_SUITE_P(Places, DefectPlace, ::testing::ValuesIn(Places()), NameOf);

TEST(ReadStrictJson, DeliversEveryEventInOrder) {
  Transcript transcript;
  JsonDefect defect;
  ASSERT_TRUE(ReadStrictJson(R"({"AttrNames":{"0":"sex","1":[-1,1.5,1]},"x":[true,false,null,{}]})",
                             &transcript, &defect));
  EXPECT_EQ(transcript.text,
            "{ AttrNames: { 0: \"sex\" 1: [ number number number ] } "
            "x: [ true false null { } ] } ");
}

TEST(ReadStrictJson, DeliversBothOfTwoEqualKeys) {
  Transcript transcript;
  JsonDefect defect;
  ASSERT_TRUE(ReadStrictJson(R"({"0":"a","0":"b"})", &transcript, &defect));
  EXPECT_EQ(transcript.text, "{ 0: \"a\" 0: \"b\" } ");
}

TEST(ReadStrictJson, DeliversTheEventsBeforeADefect) {
  Transcript transcript;
  JsonDefect defect;
  ASSERT_FALSE(ReadStrictJson(R"({"a":["b",])", &transcript, &defect));
  EXPECT_EQ(transcript.text, "{ a: [ \"b\" ");
}

TEST(ReadStrictJson, DecodesEscapesToUtf8) {
  Transcript transcript;
  JsonDefect defect;
  ASSERT_TRUE(ReadStrictJson(R"("\u7ba1\ud83d\ude00\u0000")", &transcript, &defect));
  EXPECT_EQ(transcript.text, "\"\xE7\xAE\xA1\xF0\x9F\x98\x80\0\" "s);
}

TEST(ReadStrictJson, KeepsForeignBytesOutOfItsReason) {
  for (int byte = 0x80; byte <= 0xFF; ++byte) {
    Transcript transcript;
    JsonDefect defect;
    const std::string text = "{\"a\":\"" + std::string(1, static_cast<char>(byte));
    ASSERT_FALSE(ReadStrictJson(text, &transcript, &defect));
    for (const char c : defect.reason) ASSERT_TRUE(c >= ' ' && c <= '~') << defect.reason;
  }
}

TEST(ParseStrictJson, BuildsTheDocumentThatNlohmannBuilds) {
  const std::string text =
      R"({"a":[1,-2,2.5,"x",null,true,{"b":{}},[]],"c":{"a":[[3]]},"d":18446744073709551615})";
  const Result<nlohmann::json> document = ParseStrictJson(text);
  ASSERT_TRUE(document.ok()) << document.error().Text();
  EXPECT_EQ(document.value(), nlohmann::json::parse(text));
  EXPECT_EQ(document.value().dump(), nlohmann::json::parse(text).dump());
}

TEST(ParseStrictJson, RefusesAKeyThatStandsTwice) {
  EXPECT_EQ(ParseStrictJson("{\"a\":1,\n \"a\":2}").error().Text(),
            "line 2, column 2: the key \"a\" is given more than once in one object");
  EXPECT_EQ(ParseStrictJson(R"([{"b":{"q\"\\":1, "q\"\\":2}}])").error().Text(),
            "line 1, column 19: the key \"q\"\\\" is given more than once in one object");
  EXPECT_EQ(ParseStrictJson(R"({"":1,"":2})").error().Text(),
            "line 1, column 7: the key \"\" is given more than once in one object");
  EXPECT_FALSE(ParseStrictJson(R"({"a":1,"\u0061":2})").ok());
}

TEST(ParseStrictJson, AcceptsOneKeyInSeveralObjects) {
  EXPECT_TRUE(ParseStrictJson(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})").ok());
}

}  // namespace
}  // namespace timock
