// Apps: declared, isolated, seeded and read back; and what a Service refuses to be made of.

#include <string>

#include "service/fake_test.h"

namespace timock {
namespace {

class AppsTest : public FakeTest {};
TIMOCK_ALL_DOORS(AppsTest);

App Numbered(std::uint32_t sdkappid) {
  return {
      .sdkappid = sdkappid, .keys = {"key of " + std::to_string(sdkappid)}, .admins = {"admin"}};
}

TEST_P(AppsTest, EachHasItsOwnKeyAdminsAndNames) {
  Start({.apps = {Numbered(1), Numbered(2)}});
  const auto ask = [&](std::uint32_t to, std::uint32_t signed_by) {
    Ask out{.query = {{"sdkappid", std::to_string(to)},
                      {"identifier", "admin"},
                      {"contenttype", "json"}}};
    return out.With(
        "usersig",
        SignUserSig({.identifier = "admin", .sdkappid = to, .time = kStart, .expire = 60},
                    "key of " + std::to_string(signed_by)));
  };
  EXPECT_EQ(Send(ask(1, 1)).code, 0);
  EXPECT_EQ(Send(ask(2, 1)).code, 70009);
  EXPECT_EQ(service().Names(1).size(), 2U);
  EXPECT_TRUE(service().Names(2).empty());
}

TEST_P(AppsTest, NamesCanBeSeededAndRead) {
  App app = DemoApp();
  app.names = {{4, "level"}};
  Start({.apps = {app}});
  EXPECT_EQ(Get(), R"({"4":"level"})");
  ASSERT_TRUE(service().SetNames(kDemo, {{0, "sex"}}).ok());
  EXPECT_EQ(Get(), R"({"0":"sex"})");
  EXPECT_FALSE(service().SetNames(kDemo, {{10, "ten"}}).ok());
  EXPECT_FALSE(service().SetNames(7, {}).ok());
  EXPECT_TRUE(service().Names(7).empty());
}

TEST_P(AppsTest, ComeAndGo) {
  Start({.apps = {Numbered(1)}});
  ASSERT_TRUE(service().PutApp(Numbered(7)).ok());
  ASSERT_TRUE(service().PutApp(Numbered(3)).ok());
  ASSERT_EQ(service().Apps().size(), 3U);
  EXPECT_EQ(service().Apps()[1], Numbered(3)) << "ascending";
  EXPECT_TRUE(service().RemoveApp(3));
  EXPECT_FALSE(service().RemoveApp(3));
  EXPECT_FALSE(service().FindApp(3));
  EXPECT_EQ(service().Apps().size(), 2U);
  ASSERT_TRUE(service().SetNames(7, {{0, "x"}}).ok());
  ASSERT_TRUE(service().PutApp(Numbered(7)).ok());
  EXPECT_TRUE(service().Names(7).empty()) << "replaced with all its state";
}

TEST(ServiceOptionsTest, AnInvalidAppIsNamedWithTheReason) {
  const auto message = [](std::vector<App> apps) {
    return Service::Create({.apps = std::move(apps), .max_apps = 2}).error().Text();
  };
  App app = Numbered(9);
  app.keys.clear();
  EXPECT_EQ(message({app}),
            "/keys: an app needs at least one secret key, none of them empty (app 9)");
  app = Numbered(9);
  app.region = "atlantis";
  EXPECT_NE(message({app}).find("/region: expected one of \"any\", \"china\""), std::string::npos);
  EXPECT_NE(message({Numbered(1), Numbered(1)}).find("/sdkappid: duplicate SDKAppID (app 1)"),
            std::string::npos);
  EXPECT_NE(message({Numbered(1), Numbered(2), Numbered(3)}).find("the bound of 2 apps"),
            std::string::npos);
}

TEST(ServiceOptionsTest, SignsOnlyForKnownApps) {
  auto service = Service::Create().value();
  EXPECT_TRUE(service->Sign(kDemo, "anyone").ok());
  EXPECT_FALSE(service->Sign(1, "anyone").ok());
  EXPECT_FALSE(service->Target("im_set_attr_name", 1, "anyone").ok());
}

TEST(ServiceOptionsTest, ATargetCarriesItsIdentifierEncoded) {
  App app = DemoApp();
  app.admins = {"a b+c&管"};
  auto service = Service::Create({.apps = {app}}).value();
  const std::string target = service->Target("im_set_attr_name", kDemo, "a b+c&管").value();
  EXPECT_NE(target.find("identifier=a%20b%2Bc%26%E7%AE%A1&"), std::string::npos);
  const HttpResponse response =
      service->Handle({.target = target, .body = std::string(kValidBody)});
  EXPECT_NE(response.body.find("\"ErrorCode\":0"), std::string::npos);
}

TEST(ServiceTest, ReportsBytesThatAreNoHttpMessage) {
  std::string reason;
  auto service = Service::Create({.on_call = [&](const CallEvent& event) {
                   reason = event.diagnoses[0].name + ": " + event.diagnoses[0].detail;
                 }}).value();
  HttpResponse response;
  service->RefuseMalformed("a bare LF ends the request line", &response);
  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(response.close);
  EXPECT_EQ(response.body,
            R"({"ActionStatus":"FAIL","ErrorCode":60002,"ErrorInfo":"HTTP parse Error"})");
  EXPECT_EQ(reason, "http_malformed: a bare LF ends the request line");
}

}  // namespace
}  // namespace timock
