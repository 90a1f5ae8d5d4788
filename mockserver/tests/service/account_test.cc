// Who calls: the account layer, UserSig, feature and admin (PROTOCOL sections 3, 4 and 6).

#include <zlib.h>

#include <string>
#include <utility>

#include "service/fake_test.h"
#include "text/base64.h"

namespace timock {
namespace {

class AccountTest : public FakeTest {};
TIMOCK_ALL_DOORS(AccountTest);

TEST_P(AccountTest, ChecksTheUserSigInItsOrder) {
  App other = DemoApp();
  other.sdkappid = 1'400'000'001;
  App same_key_twice = DemoApp();
  same_key_twice.sdkappid = 1'400'000'002;
  same_key_twice.keys = {"another key", DemoApp().keys.front()};
  Start({.apps = {DemoApp(), other, same_key_twice}});
  const std::string key = DemoApp().keys.front();
  UserSigClaims claims{
      .identifier = "administrator", .sdkappid = kDemo, .time = kStart, .expire = 10};
  const auto code_of = [&](const UserSigClaims& with, const std::string& signed_by) {
    return Send(Valid().With("usersig", SignUserSig(with, signed_by))).code;
  };
  EXPECT_EQ(code_of(claims, key), 0);
  EXPECT_EQ(code_of(claims, "wrong key"), 70009);
  UserSigClaims wrong = claims;
  wrong.sdkappid = other.sdkappid;
  wrong.time = 0;
  const Answer other_app = Send(Valid().With("usersig", SignUserSig(wrong, "wrong key")));
  EXPECT_EQ(other_app.code, 70014) << "before expired and HMAC";
  EXPECT_EQ(other_app.info,
            "The requested SDKAppID(1400000000) does not match the Usersig(" +
                std::to_string(other.sdkappid) +
                "). You can run a self-checking with the assistant tool on the console.");
  wrong.identifier = "user";
  const Answer other_user = Send(Valid().With("usersig", SignUserSig(wrong, "wrong key")));
  EXPECT_EQ(other_user.code, 70013) << "before sdkappid";
  EXPECT_EQ(other_user.info.rfind(
                "The requested Identifier(administrator) does not match the Usersig(user).", 0),
            0U)
      << other_user.info;
  wrong = claims;
  wrong.time = 0;
  const Answer expired = Send(Valid().With("usersig", SignUserSig(wrong, "wrong key")));
  EXPECT_EQ(expired.code, 70001) << "before HMAC";
  EXPECT_NE(expired.info.find("The UserSig in use is expired"), std::string::npos);
  const Ask second_key = Valid()
                             .With("sdkappid", "1400000002")
                             .With("usersig", SignUserSig({.identifier = "administrator",
                                                           .sdkappid = 1'400'000'002,
                                                           .time = kStart,
                                                           .expire = 10},
                                                          key));
  EXPECT_EQ(Send(second_key).code, 0) << "each key of an app signs";
}

// A UserSig of any content, well packed.
std::string Pack(const std::string& json) {
  std::string packed(compressBound(json.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(json.data()), json.size());
  packed.resize(size);
  return EncodeUserSigBase64(packed);
}

TEST_P(AccountTest, SaysWhatIsWrongWithAMalformedUserSig) {
  for (const auto& [user_sig, why] :
       {std::pair{std::string("a+b"), "base64"},
        {std::string("eJyrVgrx"), "inflate"},
        {Pack("[]"), "JSON object"},
        {Pack(R"({"TLS.ver":"1.0"})"), "TLS.ver"},
        {Pack(R"({"TLS.account_type":"0"})"), "v1 UserSig"},
        {Pack(R"({"TLS.ver":"2.0","TLS.time":1.5})"), "TLS.time in the UserSig is 1.5"}}) {
    EXPECT_EQ(Send(Valid().With("usersig", user_sig)).code, 70003) << why;
    EXPECT_NE(LastCall().diagnoses.at(0).detail.find(why), std::string::npos)
        << LastCall().diagnoses.at(0).detail;
    EXPECT_EQ(Diagnosed("usersig_v1"), std::string(why) == "v1 UserSig");
  }
  const std::string unsigned_one = Pack(
      R"({"TLS.ver":"2.0","TLS.identifier":"administrator","TLS.sdkappid":1400000000,"TLS.time":)" +
      std::to_string(kStart) + R"(,"TLS.expire":10})");
  EXPECT_EQ(Send(Valid().With("usersig", unsigned_one)).code, 70003) << "no TLS.sig";
  EXPECT_EQ(Send(Valid().With("usersig", unsigned_one).With("identifier", "user")).code, 70013)
      << "TLS.sig is looked for last";
}

TEST_P(AccountTest, ARememberedUserSigStillExpiresAndStillNeedsItsIdentifier) {
  Ask ask = Valid().With("usersig",
                         service().Sign(kDemo, "administrator", std::chrono::seconds{100}).value());
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_EQ(Send(ask.With("identifier", "user")).code, 70013);
  clock().Advance(std::chrono::seconds{50});
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_TRUE(Diagnosed("usersig_near_expiry"));
  clock().Advance(std::chrono::seconds{50});
  EXPECT_EQ(Send(ask).code, 0) << "equal is still valid";
  clock().Advance(std::chrono::seconds{1});
  EXPECT_EQ(Send(ask).code, 70001);
}

TEST_P(AccountTest, ForgetsVerifiedUserSigsWithTheKeysOfTheApp) {
  const Ask ask = Valid();
  EXPECT_EQ(Send(ask).code, 0);
  App app = DemoApp();
  app.keys = {"a new key"};
  ASSERT_TRUE(service().PutApp(app).ok());
  EXPECT_EQ(Send(ask).code, 70009);
  EXPECT_TRUE(service().RemoveApp(kDemo));
  EXPECT_EQ(Send(ask).code, 70020);
}

TEST_P(AccountTest, UserSigOffSkipsSectionSixAndTakesEitherReadingOfTheIdentifier) {
  App app = DemoApp();
  app.admins = {"a b", "c+d"};
  Start({.apps = {app}, .verify_user_sig = false});
  EXPECT_EQ(Send(Valid().With("identifier", "a+b").Without("usersig")).code, 0);
  EXPECT_EQ(Send(Valid().With("identifier", "c+d").With("usersig", "rubbish")).code, 0);
  EXPECT_EQ(Send(Valid().With("identifier", "user")).code, 90009);
}

TEST_P(AccountTest, ChecksAppStateBeforeTheUserSigAndFeatureBeforeAdmin) {
  App disabled = DemoApp();
  disabled.enabled = false;
  Start({.apps = {disabled}});
  EXPECT_EQ(Send(Valid().Without("usersig")).code, 60016);
  App off = DemoApp();
  off.feature.state = Feature::State::kOff;
  off.admins = {};
  Start({.apps = {off}});
  EXPECT_EQ(Send(Valid()).code, 90045);
  EXPECT_EQ(Send(Valid().Without("usersig")).code, 70002);
}

TEST_P(AccountTest, AnApprovedFeatureIsActiveAfter48Hours) {
  App app = DemoApp();
  app.feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(kStart)};
  Start({.apps = {app}});
  EXPECT_EQ(Send(Valid()).code, 90045);
  clock().Advance(std::chrono::hours{48} - std::chrono::nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 90045);
  clock().Advance(std::chrono::nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(AccountTest, AdminIsCheckedBeforeTheBodyUnlessTheSwitchSaysOtherwise) {
  const auto as_user = [&] {
    Ask ask =
        Valid().With("identifier", "user").With("usersig", service().Sign(kDemo, "user").value());
    ask.body = "{";
    return ask;
  };
  EXPECT_EQ(Send(as_user()).code, 90009);
  StartWithSwitches(R"({"admin_before_body":false})");
  EXPECT_EQ(Send(as_user()).code, 90001);
  Ask ask = as_user();
  ask.body = kValidBody;
  EXPECT_EQ(Send(ask).code, 90009);
  EXPECT_TRUE(service().Names(kDemo).empty());
}

TEST_P(AccountTest, LocksAnIdentifierOutAfterTheFailuresOfTheSwitch) {
  StartWithSwitches(R"({"usersig_lockout":{"failures":3,"window_s":10}})");
  const Ask bad = Valid().With("usersig", "rubbish");
  EXPECT_EQ(Send(bad).code, 70003);
  EXPECT_EQ(Send(bad).code, 70003);
  clock().Advance(std::chrono::seconds{10});
  EXPECT_EQ(Send(bad).code, 70003) << "the first two are out of the window";
  EXPECT_EQ(Send(bad).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_EQ(Send(bad).code, 70003);
  EXPECT_EQ(Send(Valid()).code, 70050);
  EXPECT_EQ(Send(Valid().With("identifier", "user")).code, 70013) << "only that identifier";
  clock().Advance(std::chrono::seconds{60} - std::chrono::nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 70050);
  clock().Advance(std::chrono::nanoseconds{1});
  EXPECT_EQ(Send(Valid()).code, 0);
}

TEST_P(AccountTest, TheLockoutHoldsForBothReadingsOfAPlus) {
  App app = DemoApp();
  app.admins = {"a b"};
  StartWithSwitches(R"({"usersig_lockout":{"failures":2}})", {.apps = {app}});
  const Ask bad = Valid().With("usersig", "rubbish");
  EXPECT_EQ(Send(bad.With("identifier", "a%20b")).code, 70003);
  EXPECT_EQ(Send(bad.With("identifier", "a+b")).code, 70003);
  const Ask good = Valid().With("usersig", service().Sign(kDemo, "a b").value());
  EXPECT_EQ(Send(good.With("identifier", "a+b")).code, 70050);
  EXPECT_EQ(Send(good.With("identifier", "a%20b")).code, 70050);
}

// What a text says of the call is not looked through for marks again.
TEST_P(AccountTest, ATextOfOnesOwnMaySayTheSame) {
  StartWithSwitches(R"({"error_info":{"70013":"<asked>, not <signed>; <other>","70014":"plain"}})");
  const auto signed_for = [&](const std::string& identifier, std::uint32_t app) {
    return SignUserSig({.identifier = identifier, .sdkappid = app, .time = kStart, .expire = 10},
                       "any");
  };
  EXPECT_EQ(Send(Valid().With("usersig", signed_for("<asked>", kDemo))).info,
            "administrator, not <asked>; <other>");
  EXPECT_EQ(Send(Valid().With("usersig", signed_for("administrator", 1))).info, "plain");
}

}  // namespace
}  // namespace timock
