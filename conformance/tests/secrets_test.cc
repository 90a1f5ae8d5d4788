#include "wire/secrets.h"

#include <gtest/gtest.h>

#include "wire/encoding.h"

namespace timock::conformance {
namespace {

std::string Shown(const std::string& text) {
  Secrets secrets;
  secrets.Add("k*y/1+2='&\"", "$KEY");
  return secrets.Redacted(text);
}

TEST(SecretsTest, FindsASecretHoweverItsCharactersAreWritten) {
  EXPECT_EQ(Shown("a k*y/1+2='&\" b"), "a $KEY b");
  EXPECT_EQ(Shown("k%2Ay%2F1%2B2%3D%27%26%22"), "$KEY") << "percent-encoded";
  EXPECT_EQ(Shown("%6b%2a%79%2f%31%2b%32%3d%27%26%22"), "$KEY") << "each byte, small letters";
  EXPECT_EQ(Shown("k*y%2f1+2%3D'&\""), "$KEY") << "some characters only";
  EXPECT_EQ(Shown("k%252Ay%252F1%252B2%253D%2527%2526%2522"), "$KEY") << "percent-encoded twice";
  EXPECT_EQ(Shown(R"(k*y\/1\u002B2='&\")"), "$KEY") << "JSON";
  EXPECT_EQ(Shown("k*y/1+2=&apos;&amp;&quot;"), "$KEY") << "XML by name";
  EXPECT_EQ(Shown("k*y/1+2=&#39;&#x26;&#34;"), "$KEY") << "XML by number";
  EXPECT_EQ(Shown(ShellQuote("k*y/1+2='&\"")), "'$KEY'") << "a shell";
  EXPECT_EQ(Shown("<" + EncodeBase64("k*y/1+2='&\"") + ">").substr(0, 5), "<$KEY") << "base64";
}

TEST(SecretsTest, LeavesEverythingElse) {
  EXPECT_EQ(Shown("k*y/1+2='& %6 &# \\ '"), "k*y/1+2='& %6 &# \\ '");
  EXPECT_EQ(Secrets().Redacted("text"), "text");
}

TEST(SecretsTest, PrefersTheLongerSecret) {
  Secrets secrets;
  secrets.Add("abc", "$SHORT");
  secrets.Add("abcdef", "$LONG");
  EXPECT_EQ(secrets.Redacted("abcdef abc"), "$LONG $SHORT");
}

}  // namespace
}  // namespace timock::conformance
