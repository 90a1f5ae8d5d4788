#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <string_view>
#include <variant>

#include "text/base64.h"
#include "usersig/document.h"
#include "usersig/explain.h"

namespace timock {
namespace {

constexpr std::string_view kDocument =
    R"({"TLS.ver":"2.0","TLS.identifier":"admin","TLS.sdkappid":1,"TLS.time":2,"TLS.expire":3})";

std::string Compressed(std::string_view text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in(text);
  std::string out(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Packed(std::string_view text, int window_bits = kZlibFormat) {
  return EncodeUserSigBase64(Compressed(text, window_bits));
}

std::string WithField(const std::string& member) {
  return Packed(R"({"TLS.ver":"2.0",)" + member + "}");
}

std::string PercentEncoded(std::string text) {
  for (std::size_t at = 0; (at = text.find_first_of("*_", at)) != std::string::npos; at += 3) {
    text.replace(at, 1, text[at] == '*' ? "%2A" : "%5F");
  }
  return text;
}

TEST(UserSigExplain, NamesTheMistakeThatMadeIt) {
  std::string plain = EncodeBase64(Compressed(kDocument, kZlibFormat) + "\xff\xff");
  plain.replace(0, 1, "+");
  const std::string good = Packed(kDocument);
  struct Case {
    std::string user_sig;
    std::string_view part;
  };
  const Case cases[] = {
      {plain, "in plain base64"},
      {"b'" + good + "'", "Python's notation of bytes"},
      {"b\"" + good + "\"", "Python's notation of bytes"},
      {PercentEncoded("*" + good + "_"), "percent-encoded twice"},
      {good.substr(0, 8) + "\n" + good.substr(8), "white space at byte 8"},
      {"ab_c*-cd", "base64url"},
      {good.substr(1), "is not a multiple of 4"},
      {"ab!d", "see its byte 2"},
      {EncodeUserSigBase64(good), "base64 twice"},
      {Packed(kDocument, kGzipFormat), "compressed by gzip"},
      {Packed(kDocument, kRawDeflateFormat), "raw deflate"},
      {EncodeUserSigBase64(kDocument), "not compressed"},
      {EncodeUserSigBase64("neither"), "does not inflate"},
      {std::string(kMaxUserSigBytes + 4, 'A'), "longer than 8192 bytes"},
      {Packed("[]"), "JSON object"},
      {Packed(R"({"TLS.ver":"1.0"})"), "TLS.ver"},
      {Packed(R"({"TLS.account_type":"0"})"), "v1 UserSig"},
      {WithField(R"("TLS.time":1795400000.25)"),
       "TLS.time in the UserSig is 1795400000.25; expected a whole number"},
      {WithField(R"("TLS.time":"1.5")"),
       "TLS.time in the UserSig is a text that is not a whole number; expected a whole number"},
      {WithField(R"("TLS.expire":null)"), "TLS.expire in the UserSig is null"},
      {WithField(R"("TLS.sdkappid":[1])"), "TLS.sdkappid in the UserSig is an array"},
      {WithField(R"("TLS.identifier":7)"), "TLS.identifier in the UserSig is 7; expected a string"},
      {WithField(R"("TLS.sig":{})"), "TLS.sig in the UserSig is an object"},
  };
  for (const Case& one : cases) {
    const auto decoded = DecodeUserSig(one.user_sig);
    ASSERT_TRUE(std::holds_alternative<UserSigDefect>(decoded)) << one.part;
    const UserSigAdvice advice = ExplainDefect(one.user_sig, std::get<UserSigDefect>(decoded));
    EXPECT_NE(advice.detail.find(one.part), std::string::npos) << advice.detail;
    EXPECT_NE(advice.remedy, "") << one.part;
  }
}

TEST(UserSigExplain, ShowsNoTextOfAField) {
  const UserSigAdvice advice =
      ExplainDefect(WithField(R"("TLS.time":"a secret")"), UserSigDefect::kFieldType);
  EXPECT_EQ(advice.detail.find("secret"), std::string::npos);
}

TEST(UserSigExplain, FindsATimeInMillisecondsOdd) {
  EXPECT_EQ(OddityOf({.time = 1'795'400'000, .expire = 86'400}).detail, "");
  EXPECT_EQ(OddityOf({.time = 99'999'999'999, .expire = 86'400}).detail, "");
  EXPECT_NE(OddityOf({.time = 1'795'400'000'000, .expire = 86'400}).detail.find("milliseconds"),
            std::string::npos);
}

}  // namespace
}  // namespace timock
