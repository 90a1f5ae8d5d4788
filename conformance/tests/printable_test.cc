#include "wire/printable.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "wire/encoding.h"

namespace timock::conformance {
namespace {

TEST(PrintableTest, ShowsWhatNoReportCanCarry) {
  EXPECT_EQ(Printable("größe\t\n😀"), "größe\t\n😀");
  EXPECT_EQ(Printable("a\xFF\xC3"), "a\\xFF\\xC3");
  EXPECT_EQ(Printable({"a\0\x1B[m\x7F", 6}), "a\\x00\\x1B[m\\x7F");
  EXPECT_EQ(Printable("\xEF\xBF\xBE\xEF\xBF\xBF\xC2\x85"), "\\uFFFE\\uFFFF\\u0085");
  // A surrogate, a form that is too long, a code point beyond the last.
  EXPECT_EQ(Printable("\xED\xA0\x80"), "\\xED\\xA0\\x80");
  EXPECT_EQ(Printable("\xC0\x80\xF4\x90\x80\x80"), "\\xC0\\x80\\xF4\\x90\\x80\\x80");
}

TEST(PrintableTest, EscapesForXml) {
  EXPECT_EQ(XmlText("<a href=\"x\">&\n\t"), "&lt;a href=&quot;x&quot;&gt;&amp;&#10;&#9;");
  EXPECT_EQ(XmlText("]]>\xFF"), "]]&gt;\\xFF");
}

TEST(PrintableTest, WhateverComesItIsTextThatJsonReads) {
  std::mt19937_64 random(20'261'128);  // NOLINT(cert-msc51-cpp): the same each time
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes) {
      byte = static_cast<char>(random() % 4 == 0 ? 0xE0 + random() % 32 : random());
    }
    const std::string text = Printable(bytes);
    // dump() throws for what is not UTF-8.
    ASSERT_NO_THROW(static_cast<void>(nlohmann::json(text).dump())) << i;
    for (const char c : text) {
      ASSERT_TRUE(c == '\n' || c == '\t' || c == '\r' || (c & 0xE0) != 0 || c < 0) << i;
    }
    ASSERT_EQ(Printable(text), text) << i;
    ASSERT_EQ(XmlText(bytes).find_first_of("<>\""), std::string::npos) << i;
  }
}

/// What `sh`, dash on Debian, makes of a line.
std::string OutputOf(const std::string& line) {
  std::string out;
  std::FILE* const pipe = ::popen(line.c_str(), "r");  // NOLINT(cert-env33-c): that is the test
  if (pipe == nullptr) return "no pipe";
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
    out.push_back(static_cast<char>(c));
  }
  ::pclose(pipe);
  return out;
}

TEST(ShellTest, PrintfWritesEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  bytes += "12345678%d%s\\n'\"$HOME`date`";
  EXPECT_EQ(OutputOf(ShellPrintf(bytes)), bytes);
  EXPECT_EQ(OutputOf(ShellPrintf("-n x")), "-n x");
  EXPECT_EQ(OutputOf("TIMOCK_USERSIG=sig%d; " + ShellPrintf("a$TIMOCK_USERSIG%\r\n")),
            "asig%d%\r\n");
}

TEST(ShellTest, AQuotedWordIsThatWord) {
  for (const std::string text : {"a b", "it's \"$HOME\"", "a\nb\t\x7F'\xFF", "$(date)`date`\\"}) {
    EXPECT_EQ(OutputOf("printf %s " + ShellQuote(text)), text);
  }
}

}  // namespace
}  // namespace timock::conformance
