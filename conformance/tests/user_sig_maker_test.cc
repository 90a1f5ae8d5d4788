#include "target/user_sig_maker.h"

#include <gtest/gtest.h>

#include <variant>

#include "timock/user_sig.h"

namespace timock::conformance {
namespace {

constexpr std::int64_t kNow = 1'795'369'800;
constexpr const char* kKey = "secret";

Identity Who() { return {.sdkappid = 1'400'000'000, .identifier = "administrator", .key = kKey}; }

std::string Made(const Signing& signing, const std::string& key = kKey) {
  return MakeUserSig(signing, Who(), key, kNow);
}

std::optional<DecodedUserSig> Read(const std::string& user_sig) {
  const auto decoded = DecodeUserSig(user_sig);
  const auto* const parts = std::get_if<DecodedUserSig>(&decoded);
  if (parts == nullptr) return {};
  return *parts;
}

bool Verifies(const std::string& user_sig) {
  const auto parts = Read(user_sig);
  return parts && VerifyUserSig(parts->claims, parts->signature.value_or(""), kKey);
}

TEST(UserSigMakerTest, SignsWhatItStates) {
  const auto right = Read(Made({}));
  ASSERT_TRUE(right);
  EXPECT_EQ(right->claims.identifier, "administrator");
  EXPECT_EQ(right->claims.time, kNow);
  EXPECT_EQ(right->claims.expire, 86'400);
  EXPECT_TRUE(Verifies(Made({})));
  EXPECT_TRUE(Verifies(Made({.identifier = "a", .sdkappid = 1, .issued_s_ago = -5})));
  EXPECT_TRUE(Verifies(Made({.userbuf = "YQ=="})));
  EXPECT_FALSE(Verifies(Made({}, "other")));
}

TEST(UserSigMakerTest, SignsWhatStandsThereAfterMembersWereChanged) {
  EXPECT_TRUE(Verifies(Made({.json = {{"TLS.expire", nullptr}}})));
  EXPECT_TRUE(Verifies(Made({.json = {{"TLS.sdkappid", "1400000000"}}})));
  EXPECT_TRUE(Verifies(Made({.json = {{"TLS.identifier", nullptr}}})));
  EXPECT_FALSE(Verifies(Made({.json = {{"TLS.sig", "AAAA"}}})));
  EXPECT_FALSE(Verifies(Made({.json = {{"TLS.sig", nullptr}}})));
  EXPECT_FALSE(Read(Made({.json = {{"TLS.ver", nullptr}}})));
}

TEST(UserSigMakerTest, PacksInOtherWaysThatAreRight) {
  EXPECT_TRUE(Verifies(Made({.pack = "stored"})));
  EXPECT_TRUE(Verifies(Made({.pack = "spaced"})));
  EXPECT_NE(Made({.pack = "spaced"}), Made({}));
}

class WrongPackTest : public testing::TestWithParam<const char*> {};

TEST_P(WrongPackTest, IsNoUserSig) {
  const std::string wrong = Made({.pack = GetParam()});
  EXPECT_NE(wrong, Made({}));
  EXPECT_FALSE(Read(wrong)) << wrong;
}

INSTANTIATE_TEST_SUITE_P(All, WrongPackTest,
                         testing::Values("unpadded", "standard_alphabet", "url_safe_alphabet",
                                         "trailing_byte", "trailing_text", "bad_checksum", "cut",
                                         "raw_deflate", "gzip"),
                         [](const auto& each) { return std::string(each.param); });

TEST(UserSigMakerTest, TheThreeAboutTheAlphabetHaveAllOfItsSpecials) {
  const std::string standard = Made({.pack = "standard_alphabet"});
  for (const char* special : {"%2B", "%2F", "%3D"}) {
    EXPECT_NE(standard.find(special), std::string::npos) << special;
  }
  const std::string url_safe = Made({.pack = "url_safe_alphabet"});
  EXPECT_NE(url_safe.find('-'), std::string::npos);
  EXPECT_NE(url_safe.find('_'), std::string::npos);
  EXPECT_EQ(url_safe.find('*'), std::string::npos);
  const std::string unpadded = Made({.pack = "unpadded"});
  EXPECT_NE(unpadded.find('*'), std::string::npos);
  EXPECT_EQ(unpadded.find('_'), std::string::npos);
}

}  // namespace
}  // namespace timock::conformance
