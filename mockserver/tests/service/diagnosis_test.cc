#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "service/fake_test.h"

namespace timock {
namespace {

class DiagnosisTest : public FakeTest {
 protected:
  std::string DetailOf(const std::string& name) {
    for (const Diagnosis& diagnosis : LastCall().diagnoses) {
      if (diagnosis.name == name) return diagnosis.detail;
    }
    return "(no " + name + ")";
  }
  Ask SignedAt(std::int64_t time) {
    return Valid().With(
        "usersig",
        SignUserSig(
            {.identifier = "administrator", .sdkappid = kDemo, .time = time, .expire = 3600},
            DemoApp().keys.front()));
  }
};

TIMOCK_ALL_DOORS(DiagnosisTest);

TEST_P(DiagnosisTest, SaysThatTheFakesClockIsAhead) {
  const auto expired = [&](std::chrono::seconds ahead) {
    EXPECT_TRUE(
        service().SetClock({ClockSetting::Mode::kOffset, UnixSeconds(kStart) + ahead}).ok());
    EXPECT_EQ(Send(SignedAt(kStart)).code, 70001);
    return DetailOf("usersig_expired");
  };
  EXPECT_TRUE(expired(std::chrono::hours{25})
                  .ends_with("; the fake's clock is 25 h ahead of the machine's"));
  EXPECT_TRUE(expired(std::chrono::minutes{61})
                  .ends_with("; the fake's clock is 61 min ahead of the machine's"));
  EXPECT_TRUE(expired(std::chrono::hours{24 * 40})
                  .ends_with("; the fake's clock is 40 days ahead of the machine's"));
  ASSERT_TRUE(
      service()
          .SetClock({ClockSetting::Mode::kFrozen, UnixSeconds(kStart) + std::chrono::hours{25}})
          .ok());
  EXPECT_EQ(Send(SignedAt(kStart)).code, 70001);
  EXPECT_NE(DetailOf("usersig_expired").find("25 h ahead"), std::string::npos);
}

TEST_P(DiagnosisTest, DoesNotBlameAClockThatIsRight) {
  EXPECT_EQ(Send(SignedAt(kStart - 3601)).code, 70001);
  EXPECT_EQ(DetailOf("usersig_expired").find("ahead"), std::string::npos);
  ASSERT_TRUE(
      service()
          .SetClock({ClockSetting::Mode::kOffset, UnixSeconds(kStart) + std::chrono::hours{25}})
          .ok());
  EXPECT_EQ(Send(SignedAt(kStart - 3601)).code, 70001);
  EXPECT_EQ(DetailOf("usersig_expired").find("ahead"), std::string::npos)
      << "it is expired by the machine's clock, too";
}

TEST_P(DiagnosisTest, NamesATimeInMilliseconds) {
  EXPECT_EQ(Send(SignedAt(kStart)).code, 0);
  EXPECT_FALSE(Diagnosed("usersig_time_unit"));
  for (int call = 0; call < 2; ++call) {  // the second one is remembered
    EXPECT_EQ(Send(SignedAt(kStart * 1000)).code, 0);
    EXPECT_TRUE(Diagnosed("usersig_time_unit"));
  }
}

TEST_P(DiagnosisTest, NamesACompressedBody) {
  Ask ask = Valid();
  ask.body = "\x1f\x8b\x08 and so on";
  EXPECT_EQ(Send(ask).code, 90001);
  EXPECT_EQ(DetailOf("body_compressed"), "the body begins as gzip does");
  ask.headers.push_back({"content-encoding", "GZIP"});
  EXPECT_EQ(Send(ask).code, 90001);
  EXPECT_EQ(DetailOf("body_compressed"),
            "the body is compressed: its Content-Encoding is \"GZIP\"");
  ask.headers.back().value = "identity";
  ask.body = "{";
  EXPECT_EQ(Send(ask).code, 90001);
  EXPECT_FALSE(Diagnosed("body_compressed"));
}

TEST_P(DiagnosisTest, SaysThatAnSdkappidLooksLikeOneOfAnotherRegion) {
  const auto detail = [&](std::uint32_t sdkappid, const char* host, const char* region) {
    App app = DemoApp();
    app.sdkappid = sdkappid;
    app.region = region;
    EXPECT_TRUE(service().PutApp(app).ok());
    Ask ask = Valid()
                  .With("sdkappid", std::to_string(sdkappid))
                  .With("usersig", service().Sign(sdkappid, "administrator").value());
    ask.headers = {{"Host", host}};
    EXPECT_EQ(Send(ask).code, 0);
    return DetailOf("sdkappid_region");
  };
  const std::string none = "(no sdkappid_region)";
  EXPECT_EQ(detail(20'000'001, "console.tim.qq.com", "any"),
            "an SDKAppID of the form of 20000001 was seen only outside China, and the host "
            "\"console.tim.qq.com\" belongs to region china");
  EXPECT_EQ(detail(1'600'000'000, "adminapisgp.im.qcloud.com:443", "any"),
            "an SDKAppID of the form of 1600000000 was seen only in China, and the host "
            "\"adminapisgp.im.qcloud.com:443\" belongs to region singapore");
  EXPECT_EQ(detail(20'000'001, "adminapisgp.im.qcloud.com", "any"), none);
  EXPECT_EQ(detail(1'400'000'000, "console.tim.qq.com", "any"), none);
  EXPECT_EQ(detail(1'500'000'000, "adminapisgp.im.qcloud.com", "any"), none);
  EXPECT_EQ(detail(30'000'000, "console.tim.qq.com", "any"), none);
  EXPECT_EQ(detail(20'000'001, "localhost", "any"), none);
  EXPECT_EQ(detail(20'000'001, "console.tim.qq.com", "china"), none) << "it is declared";
  service().RemoveApp(20'000'001);
  Ask unknown = Valid().With("sdkappid", "20000001");
  unknown.headers = {{"Host", "console.tim.qq.com"}};
  EXPECT_EQ(Send(unknown).code, 70020);
  EXPECT_TRUE(Diagnosed("sdkappid_region"));
}

}  // namespace
}  // namespace timock
