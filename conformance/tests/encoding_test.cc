#include "wire/encoding.h"

#include <gtest/gtest.h>

#include "wire/exchange.h"
#include "wire/secrets.h"

namespace timock::conformance {
namespace {

TEST(EncodingTest, DecodesBase64AndRefusesWhatIsNone) {
  EXPECT_EQ(DecodeBase64("ewB9"), std::string("{\0}", 3));
  EXPECT_EQ(DecodeBase64("YQ=="), "a");
  EXPECT_EQ(DecodeBase64(""), "");
  EXPECT_EQ(DecodeBase64("YQ="), std::nullopt);
  EXPECT_EQ(DecodeBase64("????"), std::nullopt);
  EXPECT_EQ(EncodeBase64("a"), "YQ==");
}

TEST(EncodingTest, PercentEncodes) {
  EXPECT_EQ(PercentEncode("a b*é"), "a%20b*%C3%A9");
  EXPECT_EQ(PercentEncodeAll("a*"), "%61%2A");
}

TEST(EncodingTest, QuotesForTheShell) {
  EXPECT_EQ(ShellQuote("a b"), "'a b'");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote("a\nb'"), "\"$(printf 'a\\012b'\\''')\"");
  EXPECT_EQ(ShellQuote("u=$TIMOCK_USERSIG&$HOME"), "'u='\"$TIMOCK_USERSIG\"'&$HOME'");
}

TEST(SecretsTest, AreFoundInEachForm) {
  Secrets secrets;
  secrets.Add("eJ*a-b_", "$TIMOCK_USERSIG");
  secrets.Add("k/ey+=", "$TIMOCK_SECRET_KEY");
  secrets.Add("", "never");
  EXPECT_EQ(secrets.Redacted("x eJ*a-b_ eJ%2Aa-b_ eJ%2aa-b_ y"),
            "x $TIMOCK_USERSIG $TIMOCK_USERSIG $TIMOCK_USERSIG y");
  EXPECT_EQ(secrets.Redacted("k/ey+= k%2Fey%2B%3D k%2fey%2b%3d"),
            "$TIMOCK_SECRET_KEY $TIMOCK_SECRET_KEY $TIMOCK_SECRET_KEY");
}

TEST(SecretsTest, ARequestIsShownAsALineThatRunsWithoutThem) {
  Secrets secrets;
  secrets.Add("SIG", "$TIMOCK_USERSIG");
  const Outgoing request{.target = "/v4/a?usersig=SIG", .headers = {{"A", "b"}}, .body = "{}"};
  EXPECT_EQ(CurlLine(request, "http://h:1", secrets),
            "curl -sS -i -g -X 'POST' -H 'A: b' -H 'Content-Type:' --data-binary '{}' --path-as-is "
            "'http://h:1/v4/a?usersig='\"$TIMOCK_USERSIG\"''");
  EXPECT_EQ(CurlLine({.raw = "GET /SIG\r\n"}, "http://h:1", secrets),
            "printf 'GET /%s\\015\\012' \"$TIMOCK_USERSIG\" | nc -q 2 h 1");
}

}  // namespace
}  // namespace timock::conformance
