#include <string>

#include "apps/app_fields.h"
#include "control/control_test.h"

namespace timock {
namespace {

using nlohmann::json;
using AppsTest = ControlTest;

TEST_F(AppsTest, AreListedAsTheConfigFileHasThem) {
  service().SetNames(kDemo, {{0, "sex"}}).value();
  EXPECT_EQ(Get("/apps").json["apps"][0], json(AppToJson(*service().FindApp(kDemo))));
  EXPECT_EQ(Get("/apps/1400000000").json["names"], json({{"0", "sex"}}));
  EXPECT_EQ(Get("/apps/5").Refused(), "404");
  EXPECT_EQ(Get("/apps/x").Refused(), "404");
}

TEST_F(AppsTest, AreMadeWithAnIdAndAKeyOfTheirOwn) {
  const ControlReply made = Send("POST", "/apps");
  EXPECT_EQ(made.status, 201);
  const auto id = made.json["sdkappid"].get<std::uint32_t>();
  EXPECT_EQ(made.Header("Location"), "/_timock/apps/" + std::to_string(id));
  EXPECT_EQ(made.json["keys"][0].get<std::string>().size(), 64U);
  EXPECT_EQ(made.json["admins"], json({"administrator"}));
  const json other =
      Send("POST", "/apps", R"({"key":"k","limit":"none","names":{"3":"city"}})").json;
  EXPECT_NE(other["sdkappid"], made.json["sdkappid"]);
  EXPECT_EQ(other["keys"], json({"k"}));
  EXPECT_EQ(other["limit"], "none");
  EXPECT_EQ(Get("/apps/" + other["sdkappid"].dump()).json, other);
  EXPECT_EQ(service().Apps().size(), 3U);
}

TEST_F(AppsTest, GoBackToTheLimitOfTheProfile) {
  EXPECT_EQ(Send("PUT", "/apps/1400000000", R"({"limit":5})").json["limit"], 5);
  EXPECT_FALSE(Send("PUT", "/apps/1400000000", R"({"limit":null})").json.contains("limit"));
}

TEST_F(AppsTest, AreNotMadeFromBadInput) {
  EXPECT_EQ(Send("POST", "/apps", R"({"sdkappid":1})").Refused(), "400 /sdkappid");
  EXPECT_EQ(Send("POST", "/apps", R"({"feature":"maybe"})").Refused(), "400 /feature");
  EXPECT_EQ(Send("POST", "/apps", R"({"a: b":1})").Refused(), "400 /a: b");
  EXPECT_EQ(Send("POST", "/apps", R"({"x/y~":1})").Refused(), "400 /x~1y~0");
  EXPECT_EQ(Send("POST", "/apps", R"({"names":{"10":"x"}})").Refused(), "400 /names/10");
  EXPECT_EQ(Send("POST", "/apps", R"({"keys":["a",5]})").Refused(), "400 /keys/1");
  EXPECT_EQ(Send("POST", "/apps", "[]").Refused(), "400 ");
  EXPECT_EQ(service().Apps().size(), 1U);
}

TEST_F(AppsTest, AreAtMostMaxApps) {
  Start({.version = "0.1.0", .host = "127.0.0.1"}, {.max_apps = 1});
  EXPECT_EQ(Send("POST", "/apps").Refused(), "503");
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"key":"k"})").Refused(), "503");
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[{"sdkappid":7,"key":"k"},{"sdkappid":8,"key":"k"}]})")
                .Refused(),
            "503");
  EXPECT_TRUE(service().FindApp(kDemo));
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[{"sdkappid":7,"key":"k"}]})").status, 200)
      << "the one that goes makes room";
}

TEST_F(AppsTest, AreReplacedTogetherOrNotAtAll) {
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[{"sdkappid":7,"key":"k"},{"sdkappid":7,"key":"k"}]})")
                .Refused(),
            "400 /apps/1/sdkappid");
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[{"sdkappid":7}]})").Refused(), "400 /apps/0/keys");
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":{}})").Refused(), "400 /apps");
  EXPECT_EQ(Send("PUT", "/apps", "{}").Refused(), "400 /apps");
  EXPECT_EQ(Send("PUT", "/apps", R"({"apps":[],"more":1})").Refused(), "400 /more");
  EXPECT_TRUE(service().FindApp(kDemo));
  const ControlReply put = Send("PUT", "/apps", R"({"apps":[{"sdkappid":7,"key":"k"}]})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.json["apps"].size(), 1U);
  EXPECT_EQ(put.json["apps"][0]["admins"], json({"administrator"}));
  EXPECT_FALSE(service().FindApp(kDemo));
  EXPECT_EQ(Send("DELETE", "/apps").status, 200);
  EXPECT_TRUE(service().Apps().empty());
}

TEST_F(AppsTest, ArePutAndDeletedOneByOne) {
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"key":"k"})").status, 201);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"sdkappid":7,"key":"other"})").status, 200);
  EXPECT_EQ(service().FindApp(7)->keys, std::vector<std::string>{"other"});
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"sdkappid":8,"key":"k"})").Refused(), "400 /sdkappid");
  EXPECT_EQ(Send("PUT", "/apps/4294967296", R"({"key":"k"})").Refused(), "404");
  EXPECT_EQ(Send("DELETE", "/apps/7").status, 200);
  EXPECT_EQ(Send("DELETE", "/apps/7").Refused(), "404");
}

TEST_F(AppsTest, KeepWhatAPutLeavesOut) {
  EXPECT_EQ(Send("PUT", "/apps/7", "{}").status, 201);
  const std::vector<std::string> made = service().FindApp(7)->keys;
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].size(), 64U);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"names":{"0":"sex"},"limit":5})").status, 200);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"feature":"off"})").status, 200);
  const App app = *service().FindApp(7);
  EXPECT_EQ(app.keys, made);
  EXPECT_EQ(app.limit, 5U);
  EXPECT_EQ(app.names, (AttrNames{{0, "sex"}}));
  EXPECT_EQ(app.feature.state, Feature::State::kOff);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"key":"k","keys":["k"]})").status, 400);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"limit":0})").Refused(), "400 /limit");
  EXPECT_EQ(*service().FindApp(7), app);
}

TEST_F(AppsTest, HaveNamesToSeedAndRead) {
  EXPECT_EQ(Send("PUT", "/apps/1400000000/names", R"({"0":"sex","9":"city"})").status, 200);
  EXPECT_EQ(service().Names(kDemo), (AttrNames{{0, "sex"}, {9, "city"}}));
  EXPECT_EQ(Get("/apps/1400000000/names").json, json({{"0", "sex"}, {"9", "city"}}));
  EXPECT_EQ(Send("PUT", "/apps/1400000000/names", R"({"0":5})").Refused(), "400 /0");
  EXPECT_EQ(Send("PUT", "/apps/1400000000/names", R"({"00":"x"})").Refused(), "400 /00");
  EXPECT_EQ(Send("PUT", "/apps/1400000000/names", "5").Refused(), "400 ");
  EXPECT_EQ(service().Names(kDemo).size(), 2U);
  EXPECT_EQ(Send("PUT", "/apps/9/names", "{}").Refused(), "404");
  EXPECT_EQ(Get("/apps/9/names").Refused(), "404");
}

TEST_F(AppsTest, SignUserSigsThatTheServiceTakes) {
  const ControlReply reply =
      Send("POST", "/usersig", R"({"sdkappid":1400000000,"identifier":"administrator"})");
  ASSERT_EQ(reply.status, 200) << reply.text;
  EXPECT_EQ(reply.json["expires_at"], kStart + 86'400);
  const HttpResponse answer = service().Handle(
      {.target = "/v4/all_member_push/im_get_attr_name?" + reply.json["query"].get<std::string>(),
       .body = "{}"});
  EXPECT_EQ(json::parse(answer.body)["ErrorCode"], 0) << answer.body;
  EXPECT_EQ(Send("POST", "/usersig", R"({"sdkappid":1400000000,"identifier":"a b+c","expire":-5})")
                .json["expires_at"],
            kStart - 5);
  EXPECT_EQ(Send("POST", "/usersig", R"({"app":1400000000,"identifier":"a"})").Refused(),
            "400 /app");
}

TEST_F(AppsTest, RefuseToSignBadClaims) {
  const auto refused = [&](const char* body) { return Send("POST", "/usersig", body).Refused(); };
  EXPECT_EQ(refused(R"({"sdkappid":5,"identifier":"a"})"), "404 /sdkappid");
  EXPECT_EQ(refused(R"({"sdkappid":"1400000000","identifier":"a"})"), "400 /sdkappid");
  EXPECT_EQ(refused(R"({"sdkappid":-1,"identifier":"a"})"), "400 /sdkappid");
  EXPECT_EQ(refused(R"({"identifier":"a"})"), "400 /sdkappid");
  EXPECT_EQ(refused(R"({"sdkappid":1400000000})"), "400 /identifier");
  EXPECT_EQ(refused(R"({"sdkappid":1400000000,"identifier":""})"), "400 /identifier");
  EXPECT_EQ(refused(R"({"sdkappid":1400000000,"identifier":"a","expire":1.5})"), "400 /expire");
  EXPECT_EQ(refused(R"({"sdkappid":1400000000,"identifier":"a","expire":9000000001})"),
            "400 /expire");
  EXPECT_EQ(refused(R"({"sdkappid":1400000000,"identifier":"a","key":"x"})"), "400 /key");
  const std::string longest =
      R"({"sdkappid":1400000000,"identifier":")" + std::string(5000, 'a') + R"("})";
  EXPECT_EQ(refused(longest.c_str()), "400 /identifier");
}

}  // namespace
}  // namespace timock
