#include "timock/user_sig.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cctype>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "test_name.h"
#include "text/base64.h"

namespace timock {
namespace {

using nlohmann::json;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

struct Vector {
  std::string name;
  UserSigClaims claims;
  std::string key;
  std::string signature;
  std::string user_sig;
};

std::ostream& operator<<(std::ostream& out, const Vector& vector) { return out << vector.name; }

Vector MakeVector(const json& row, const std::string& name, const char* userbuf,
                  const char* signature, const char* user_sig) {
  UserSigClaims claims{.identifier = row.at("identifier"),
                       .sdkappid = row.at("sdkappid"),
                       .time = row.at("time"),
                       .expire = row.at("expire")};
  if (row.contains(userbuf)) claims.userbuf = row.at(userbuf).get<std::string>();
  return {name, claims, row.at("key"), row.at(signature), row.at(user_sig)};
}

json LoadFixture(const std::string& name) {
  std::ifstream file(std::string(TIMOCK_FIXTURES_DIR) + "/usersig/" + name);
  return json::parse(file);
}

std::vector<Vector> LoadVectors() {
  std::vector<Vector> vectors;
  const json official = LoadFixture("vectors.json");
  for (const json& row : official.at("vectors")) {
    vectors.push_back(MakeVector(row, row.at("name"), "userbuf_base64", "sig", "usersig"));
  }
  const json stored = LoadFixture("vectors_stored.json");
  for (const json& row : stored) {
    vectors.push_back(MakeVector(row, "stored-" + std::to_string(vectors.size()), "userbuf_b64",
                                 "tls_sig", "usersig_stored"));
  }
  return vectors;
}

std::string Deflate(std::string_view text, int level = Z_DEFAULT_COMPRESSION) {
  uLongf length = compressBound(static_cast<uLong>(text.size()));
  std::string stream(length, '\0');
  EXPECT_EQ(compress2(reinterpret_cast<Bytef*>(stream.data()), &length,
                      reinterpret_cast<const Bytef*>(text.data()), static_cast<uLong>(text.size()),
                      level),
            Z_OK);
  stream.resize(length);
  return stream;
}

std::string UserSigOf(std::string_view text, int level = Z_DEFAULT_COMPRESSION) {
  return EncodeUserSigBase64(Deflate(text, level));
}

/// The text of a document with these fields, all of them `value`, which is JSON.
std::string DocumentWith(std::initializer_list<std::string_view> names, std::string_view value) {
  std::string text = R"({"TLS.ver":"2.0")";
  for (const std::string_view name : names) {
    text.append(",\"").append(name).append("\":").append(value);
  }
  return text + "}";
}

/// A document with all fields, changed by a JSON merge patch: null takes a member away.
std::string Patched(const char* patch) {
  json document = {
      {"TLS.ver", "2.0"}, {"TLS.identifier", "admin"}, {"TLS.sdkappid", 1},        {"TLS.time", 2},
      {"TLS.expire", 3},  {"TLS.userbuf", "QQ=="},     {"TLS.sig", "c2lnbmF0dXJl"}};
  document.merge_patch(json::parse(patch));
  return UserSigOf(document.dump());
}

std::optional<UserSigDefect> DefectOf(std::string_view user_sig) {
  const auto decoded = DecodeUserSig(user_sig);
  if (const auto* defect = std::get_if<UserSigDefect>(&decoded)) return *defect;
  return std::nullopt;
}

DecodedUserSig Decoded(std::string_view user_sig) {
  const auto decoded = DecodeUserSig(user_sig);
  EXPECT_TRUE(std::holds_alternative<DecodedUserSig>(decoded)) << user_sig;
  const auto* value = std::get_if<DecodedUserSig>(&decoded);
  return value == nullptr ? DecodedUserSig{} : *value;
}

void ExpectClaims(const UserSigClaims& actual, const UserSigClaims& expected) {
  EXPECT_EQ(actual.identifier, expected.identifier);
  EXPECT_EQ(actual.sdkappid, expected.sdkappid);
  EXPECT_EQ(actual.time, expected.time);
  EXPECT_EQ(actual.expire, expected.expire);
  EXPECT_EQ(actual.userbuf, expected.userbuf);
}

class UserSigVectors : public ::testing::TestWithParam<Vector> {};

TEST_P(UserSigVectors, DecodeToTheirClaims) {
  const DecodedUserSig decoded = Decoded(GetParam().user_sig);
  ExpectClaims(decoded.claims, GetParam().claims);
  EXPECT_EQ(decoded.signature, GetParam().signature);
}

TEST_P(UserSigVectors, VerifyWithTheirKeyOnly) {
  const Vector& vector = GetParam();
  EXPECT_TRUE(VerifyUserSig(vector.claims, vector.signature, vector.key));
  for (std::size_t i = 0; i < vector.key.size(); ++i) {
    std::string key = vector.key;
    key[i] = static_cast<char>(key[i] ^ 1);
    EXPECT_FALSE(VerifyUserSig(vector.claims, vector.signature, key)) << i;
  }
}

TEST_P(UserSigVectors, AreSignedAgainToTheSameClaimsAndSignature) {
  const DecodedUserSig decoded = Decoded(SignUserSig(GetParam().claims, GetParam().key));
  ExpectClaims(decoded.claims, GetParam().claims);
  EXPECT_EQ(decoded.signature, GetParam().signature);
}

INSTANTIATE_TEST_SUITE_P(All, UserSigVectors, ::testing::ValuesIn(LoadVectors()),
                         [](const auto& each) {
                           return test::TestName(each.param.name, each.index);
                         });

TEST(UserSigVectorFiles, HoldTwentySix) { EXPECT_EQ(LoadVectors().size(), 26U); }

TEST(VerifyUserSig, RefusesEveryChangedClaimAndSignature) {
  const UserSigClaims claims{.identifier = "a", .sdkappid = 1, .time = 2, .expire = 3};
  const std::string signature = Decoded(SignUserSig(claims, "key")).signature.value_or("");
  ASSERT_EQ(signature.size(), 44U);
  ASSERT_TRUE(VerifyUserSig(claims, signature, "key"));
  UserSigClaims changed = claims;
  changed.identifier = "b";
  EXPECT_FALSE(VerifyUserSig(changed, signature, "key"));
  changed = claims;
  changed.sdkappid = 2;
  EXPECT_FALSE(VerifyUserSig(changed, signature, "key"));
  changed = claims;
  changed.time = 3;
  EXPECT_FALSE(VerifyUserSig(changed, signature, "key"));
  changed = claims;
  changed.expire = 4;
  EXPECT_FALSE(VerifyUserSig(changed, signature, "key"));
  changed = claims;
  changed.userbuf = "";
  EXPECT_FALSE(VerifyUserSig(changed, signature, "key"));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(VerifyUserSig(claims, other, "key")) << i;
    EXPECT_FALSE(VerifyUserSig(claims, signature.substr(0, i), "key")) << i;
  }
  EXPECT_FALSE(VerifyUserSig(claims, signature + "=", "key"));
}

TEST(VerifyUserSig, TakesAnEmptyKey) {
  const UserSigClaims claims{.identifier = "a"};
  const auto signature = Decoded(SignUserSig(claims, "")).signature.value_or("");
  EXPECT_TRUE(VerifyUserSig(claims, signature, ""));
  EXPECT_FALSE(VerifyUserSig(claims, signature, "k"));
}

TEST(DecodeUserSig, RefusesWhatIsNotItsBase64) {
  const std::string good = Patched("{}");
  ASSERT_EQ(DefectOf(good), std::nullopt);
  for (const char* text : {"A", "AB", "ABC", "AB__A", "A___", "____", "_AAA", "AA_A", "AB__ABCD"}) {
    EXPECT_EQ(DefectOf(text), UserSigDefect::kBase64) << text;
  }
  for (int byte = 0; byte <= 0xFF; ++byte) {
    const char c = static_cast<char>(byte);
    if (std::isalnum(byte) != 0 || c == '*' || c == '-') continue;
    std::string text = good;
    text[8] = c;
    EXPECT_EQ(DefectOf(text), UserSigDefect::kBase64) << byte;
  }
  EXPECT_EQ(DefectOf(good + "\n"), UserSigDefect::kBase64);
  EXPECT_EQ(DefectOf("    " + good), UserSigDefect::kBase64);
}

TEST(DecodeUserSig, IgnoresUnusedBitsOfTheLastCharacter) {
  EXPECT_EQ(DecodeUserSigBase64("QQ__"), "A");
  EXPECT_EQ(DecodeUserSigBase64("QR__"), "A");
  EXPECT_EQ(DecodeUserSigBase64("QUE_"), "AA");
  EXPECT_EQ(DecodeUserSigBase64("QUF_"), "AA");
}

TEST(Base64, RoundTripsEveryLengthAndByte) {
  std::string bytes;
  for (int i = 0; i < 520; ++i) {
    EXPECT_EQ(DecodeUserSigBase64(EncodeUserSigBase64(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 7));
  }
  EXPECT_EQ(EncodeBase64("\xFB\xFF\xBF"), "+/+/");
  EXPECT_EQ(EncodeUserSigBase64("\xFB\xFF\xBF"), "*-*-");
  EXPECT_EQ(EncodeUserSigBase64("\xFB"), "*w__");
}

TEST(DecodeUserSig, RefusesWhatIsNotOneWholeStream) {
  const std::string text = R"({"TLS.ver":"2.0"})";
  const std::string stream = Deflate(text);
  ASSERT_EQ(DefectOf(EncodeUserSigBase64(stream)), std::nullopt);
  for (std::size_t length = 0; length < stream.size(); ++length) {
    EXPECT_EQ(DefectOf(EncodeUserSigBase64(stream.substr(0, length))), UserSigDefect::kZlib)
        << length;
  }
  for (std::size_t i = 1; i <= 4; ++i) {
    std::string damaged = stream;
    damaged[damaged.size() - i] = static_cast<char>(damaged[damaged.size() - i] ^ 1);
    EXPECT_EQ(DefectOf(EncodeUserSigBase64(damaged)), UserSigDefect::kZlib) << i;
  }
  EXPECT_EQ(DefectOf(EncodeUserSigBase64(stream + '\0')), UserSigDefect::kZlib);
  EXPECT_EQ(DefectOf(EncodeUserSigBase64(stream + stream)), UserSigDefect::kZlib);
  EXPECT_EQ(DefectOf(EncodeUserSigBase64(text)), UserSigDefect::kZlib);
  EXPECT_EQ(DefectOf(EncodeUserSigBase64(stream.substr(2, stream.size() - 6))),
            UserSigDefect::kZlib)
      << "raw deflate";
  EXPECT_EQ(DefectOf(""), UserSigDefect::kZlib);
}

TEST(DecodeUserSig, TakesEveryCompressionLevel) {
  for (int level = 0; level <= 9; ++level) {
    EXPECT_EQ(DefectOf(UserSigOf(R"({"TLS.ver":"2.0"})", level)), std::nullopt) << level;
  }
}

TEST(DecodeUserSig, InflatesFourKibibytesAndNotOneByteMore) {
  std::string text = R"({"TLS.ver":"2.0"})";
  text.resize(4096, ' ');
  EXPECT_EQ(DefectOf(UserSigOf(text)), std::nullopt);
  EXPECT_EQ(DefectOf(UserSigOf(text, 0)), std::nullopt);
  text.push_back(' ');
  EXPECT_EQ(DefectOf(UserSigOf(text)), UserSigDefect::kZlib);
  EXPECT_EQ(DefectOf(UserSigOf(text, 0)), UserSigDefect::kZlib);
}

TEST(DecodeUserSig, RefusesAZipBomb) {
  std::string ten_megabytes;
  ten_megabytes.resize(10'000'000, ' ');
  EXPECT_EQ(DefectOf(UserSigOf(ten_megabytes, 9)), UserSigDefect::kZlib);
  std::string small_bomb = UserSigOf(ten_megabytes.substr(0, 1'000'000), 9);
  ASSERT_LT(small_bomb.size(), 8192U);
  EXPECT_EQ(DefectOf(small_bomb), UserSigDefect::kZlib);
}

TEST(DecodeUserSig, RefusesATextOverEightKibibytes) {
  EXPECT_EQ(DefectOf(std::string(8196, 'A')), UserSigDefect::kZlib);
  EXPECT_EQ(DefectOf(std::string(1'000'000, '!')), UserSigDefect::kZlib);
}

TEST(DecodeUserSig, RefusesWhatIsNotAJsonObject) {
  for (const char* text : {"", " ", "x", "[]", "null", "1", "\"TLS.ver\"", "{", R"({"TLS.ver":})",
                           R"({"TLS.ver":"2.0","TLS.ver":"2.0"})", "\xEF\xBB\xBF{}",
                           "{\"TLS.identifier\":\"\xFF\"}", R"({"TLS.time":1e400})"}) {
    EXPECT_EQ(DefectOf(UserSigOf(text)), UserSigDefect::kJson) << text;
  }
  EXPECT_EQ(DefectOf(UserSigOf(std::string(2000, '['))), UserSigDefect::kJson);
}

TEST(DecodeUserSig, RefusesOtherVersions) {
  for (const char* patch : {R"({"TLS.ver":null})", R"({"TLS.ver":2.0})", R"({"TLS.ver":"2"})",
                            R"({"TLS.ver":""})", R"({"TLS.ver":"2.0 "})", R"({"TLS.ver":["2.0"]})",
                            R"({"TLS.ver":"1.0","TLS.account_type":"0"})"}) {
    EXPECT_EQ(DefectOf(Patched(patch)), UserSigDefect::kVersion) << patch;
  }
  EXPECT_EQ(DefectOf(UserSigOf("{}")), UserSigDefect::kVersion);
  EXPECT_EQ(DefectOf(UserSigOf(R"({"TLS.ver":null})")), UserSigDefect::kVersion);
}

TEST(DecodeUserSig, KnowsAVersionOneSignature) {
  EXPECT_EQ(DefectOf(Patched(R"({"TLS.ver":null,"TLS.account_type":"0"})")),
            UserSigDefect::kVersionOne);
  EXPECT_EQ(DefectOf(Patched(R"({"TLS.account_type":"0"})")), std::nullopt);
}

TEST(DecodeUserSig, LooksAtTheVersionBeforeTheFields) {
  EXPECT_EQ(DefectOf(Patched(R"({"TLS.ver":"1.0","TLS.time":1.5})")), UserSigDefect::kVersion);
  EXPECT_EQ(DefectOf(Patched(R"({"TLS.ver":null,"TLS.account_type":"0","TLS.identifier":1})")),
            UserSigDefect::kVersionOne);
}

TEST(DecodeUserSig, RefusesFieldsOfAWrongType) {
  for (const std::string name : {"TLS.identifier", "TLS.userbuf", "TLS.sig"}) {
    for (const std::string value : {"null", "1", "true", "[]", "{}"}) {
      const std::string text = DocumentWith({name}, value);
      EXPECT_EQ(DefectOf(UserSigOf(text)), UserSigDefect::kFieldType) << text;
    }
  }
  for (const std::string name : {"TLS.sdkappid", "TLS.time", "TLS.expire"}) {
    for (const std::string value : {"null",
                                    "true",
                                    "1.0",
                                    "1e3",
                                    "[]",
                                    "{}",
                                    "9223372036854775808",
                                    "18446744073709551616",
                                    "-9223372036854775809",
                                    "\"\"",
                                    "\"-\"",
                                    "\"+1\"",
                                    "\" 1\"",
                                    "\"1 \"",
                                    "\"1.0\"",
                                    "\"0x1\"",
                                    "\"--1\"",
                                    "\"1\\u0000\"",
                                    "\"9223372036854775808\"",
                                    "\"-9223372036854775809\""}) {
      const std::string text = DocumentWith({name}, value);
      EXPECT_EQ(DefectOf(UserSigOf(text)), UserSigDefect::kFieldType) << text;
    }
  }
}

TEST(DecodeUserSig, ReadsIntegersAndDecimalStrings) {
  const struct {
    const char* json;
    std::int64_t value;
  } rows[] = {{"0", 0},
              {"-0", 0},
              {"-3600", -3600},
              {"4294967295", 4294967295},
              {"9223372036854775807", kMax},
              {"-9223372036854775808", kMin},
              {"\"0\"", 0},
              {"\"-0\"", 0},
              {"\"007\"", 7},
              {"\"-3600\"", -3600},
              {"\"9223372036854775807\"", kMax},
              {"\"-9223372036854775808\"", kMin}};
  for (const auto& row : rows) {
    const std::string value = row.json;
    const UserSigClaims claims =
        Decoded(UserSigOf(DocumentWith({"TLS.sdkappid", "TLS.time", "TLS.expire"}, value))).claims;
    EXPECT_EQ(claims.sdkappid, row.value) << row.json;
    EXPECT_EQ(claims.time, row.value) << row.json;
    EXPECT_EQ(claims.expire, row.value) << row.json;
  }
}

TEST(DecodeUserSig, ReadsMissingFieldsAsZeroAndEmpty) {
  const DecodedUserSig decoded = Decoded(UserSigOf(R"({"TLS.ver":"2.0","other":[1]})"));
  ExpectClaims(decoded.claims, UserSigClaims{});
  EXPECT_EQ(decoded.signature, std::nullopt);
  EXPECT_EQ(Decoded(UserSigOf(R"({"TLS.ver":"2.0","TLS.sig":""})")).signature, "");
}

TEST(DecodeUserSig, TakesAnyOrderAndSpacing) {
  const DecodedUserSig decoded = Decoded(UserSigOf(
      "{ \"TLS.sig\" : \"s\" ,\n\t\"TLS.time\": 5, \"TLS.identifier\":\"\\u7ba1\"\r\n, \"TLS.ver\""
      ":\"2.0\"}"));
  EXPECT_EQ(decoded.claims.identifier, "\xE7\xAE\xA1");
  EXPECT_EQ(decoded.claims.time, 5);
  EXPECT_EQ(decoded.signature, "s");
}

TEST(SignUserSig, RoundTripsExtremesAndSpecialCharacters) {
  const UserSigClaims claims{.identifier = "\"\\/\n\t\x01\x7F \xE7\xAE\xA1\xF0\x9F\x98\x80</>",
                             .sdkappid = kMin,
                             .time = kMax,
                             .expire = kMin,
                             .userbuf = ""};
  const DecodedUserSig decoded = Decoded(SignUserSig(claims, "key"));
  ExpectClaims(decoded.claims, claims);
  EXPECT_TRUE(VerifyUserSig(decoded.claims, decoded.signature.value_or(""), "key"));
}

TEST(SignUserSig, WritesTheOrderOfTheOfficialGenerators) {
  const UserSigClaims claims{
      .identifier = "a", .sdkappid = 1, .time = 2, .expire = 3, .userbuf = "QQ=="};
  const auto stream = DecodeUserSigBase64(SignUserSig(claims, "key"));
  ASSERT_TRUE(stream.has_value());
  std::string text(4096, '\0');
  uLongf length = text.size();
  ASSERT_EQ(uncompress(reinterpret_cast<Bytef*>(text.data()), &length,
                       reinterpret_cast<const Bytef*>(stream->data()), stream->size()),
            Z_OK);
  EXPECT_TRUE(text.starts_with(
      R"({"TLS.ver":"2.0","TLS.identifier":"a","TLS.sdkappid":1,"TLS.time":2,"TLS.expire":3,)"
      R"("TLS.userbuf":"QQ==","TLS.sig":")"))
      << text;
}

TEST(SignUserSig, MakesNoValidUserSigOfAnIdentifierThatIsNotUtf8) {
  const DecodedUserSig decoded = Decoded(SignUserSig({.identifier = "\xFF"}, "key"));
  EXPECT_FALSE(VerifyUserSig(decoded.claims, decoded.signature.value_or(""), "key"));
}

TEST(UserSigExpired, IsStillValidAtTheLastSecond) {
  const UserSigClaims claims{.time = 1000, .expire = 100};
  EXPECT_FALSE(UserSigExpired(claims, UnixSeconds(1099)));
  EXPECT_FALSE(UserSigExpired(claims, UnixSeconds(1100)));
  EXPECT_FALSE(UserSigExpired(claims, UnixSeconds(1101) - std::chrono::nanoseconds(1)));
  EXPECT_TRUE(UserSigExpired(claims, UnixSeconds(1101)));
  EXPECT_FALSE(UserSigExpired(claims, UnixSeconds(0))) << "a future time is valid";
}

TEST(UserSigExpired, TakesANegativeLifetimeAndTimesBefore1970) {
  EXPECT_FALSE(UserSigExpired({.time = 1000, .expire = -100}, UnixSeconds(900)));
  EXPECT_TRUE(UserSigExpired({.time = 1000, .expire = -100}, UnixSeconds(901)));
  EXPECT_FALSE(UserSigExpired({.time = -10, .expire = 0}, UnixSeconds(-10)));
  EXPECT_FALSE(UserSigExpired({.time = -10}, UnixSeconds(-9) - std::chrono::nanoseconds(1)));
  EXPECT_TRUE(UserSigExpired({.time = -10}, UnixSeconds(-9)));
}

TEST(UserSigExpired, Saturates) {
  EXPECT_FALSE(UserSigExpired({.time = kMax, .expire = kMax}, UnixSeconds(4'000'000'000)));
  EXPECT_FALSE(UserSigExpired({.time = kMax, .expire = 1}, UnixTime::max()));
  EXPECT_TRUE(UserSigExpired({.time = kMin, .expire = kMin}, UnixSeconds(0)));
  EXPECT_TRUE(UserSigExpired({.time = kMin, .expire = -1}, UnixTime::min()));
  EXPECT_TRUE(UserSigExpired({.time = kMin, .expire = kMax}, UnixSeconds(0)));
}

}  // namespace
}  // namespace timock
