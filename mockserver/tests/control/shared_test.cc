// An app's own clock over HTTP, and a server that several test runs share.

#include <set>
#include <string>

#include "control/control_test.h"
#include "control/routes.h"

namespace timock {
namespace {

using nlohmann::json;

class SharedTest : public ControlTest {
 protected:
  void Share() { Start({.version = "0.1.0", .host = "127.0.0.1", .shared = true}); }
  json Clock() { return Get("/apps/1400000000").json.value("clock", json()); }
  ControlReply Put(std::string_view body) { return Send("PUT", "/apps/1400000000", body); }
};

TEST_F(SharedTest, AnAppHasAClockOfItsOwn) {
  EXPECT_TRUE(Clock().is_null());
  Call();
  const json frozen = {{"mode", "frozen"},
                       {"unix", kStart},
                       {"unix_ns", std::to_string(kStart) + "000000000"},
                       {"iso", "2026-11-22T17:50:00.000000000Z"}};
  EXPECT_EQ(Put(R"({"clock":{"mode":"frozen"}})").json["clock"], frozen);
  EXPECT_EQ(Get("/throttle?sdkappid=1400000000").json["apps"][0]["admitted"], 1)
      << "its counters stay";
  clock().Advance(std::chrono::hours{1});
  EXPECT_EQ(Clock(), frozen);
  EXPECT_EQ(Put(R"({"advance":{"seconds":1.5}})").json["clock"]["unix"], kStart + 1.5);
  EXPECT_EQ(Get("/clock").json["unix"], kStart + 3'600) << "that of the service is another one";
  EXPECT_EQ(Send("POST", "/usersig", R"({"sdkappid":1400000000,"identifier":"x","expire":1})")
                .json["expires_at"],
            kStart + 2);
  EXPECT_EQ(Get("/throttle?sdkappid=1400000000").json["apps"][0]["admitted"], 0);
  EXPECT_EQ(Put(R"({"limit":5})").json["clock"]["unix"], kStart + 1.5) << "a change leaves it";
  EXPECT_EQ(Put(json({{"clock", Clock()}}).dump()).json["clock"]["unix"], kStart + 1.5);
  EXPECT_EQ(Put(R"({"clock":"+5"})").json["clock"]["mode"], "offset");
  EXPECT_EQ(Get("/state").json["apps"][0]["clock"]["unix"], 5);
  EXPECT_FALSE(Put(R"({"clock":null})").json.contains("clock"));
  EXPECT_EQ(Put(R"({"clock":{"mode":"real"}})").json["clock"], json({{"mode", "real"}}));
}

TEST_F(SharedTest, AnAppIsMadeWithAClock) {
  const ControlReply made = Send("POST", "/apps", R"({"clock":{"mode":"frozen"}})");
  EXPECT_EQ(made.json["clock"]["unix"], kStart);
  EXPECT_EQ(Get("/apps/" + made.json["sdkappid"].dump()).json, made.json);
  EXPECT_EQ(Send("PUT", "/apps/7", R"({"clock":"@9"})").json["clock"]["unix"], 9);
}

TEST_F(SharedTest, BadClocksChangeNothing) {
  EXPECT_EQ(Put(R"({"clock":7})").Refused(), "400 /clock");
  EXPECT_EQ(Put(R"({"clock":{"mode":"offset"}})").Refused(), "400 /clock/unix");
  EXPECT_EQ(Put(R"({"clock":{"mode":"frozen","unix":-1}})").Refused(), "400 /clock/unix");
  EXPECT_EQ(Put(R"({"advance":5})").Refused(), "400 /advance");
  EXPECT_EQ(Put(R"({"advance":{}})").Refused(), "400 /advance");
  EXPECT_EQ(Put(R"({"advance":{"seconds":1,"hours":1}})").Refused(), "400 /advance");
  EXPECT_EQ(Put(R"({"advance":{"hours":-900000}})").Refused(), "400 /advance/hours");
  EXPECT_EQ(Put(R"({"advance":{"seconds":1},"limit":5})").Refused(), "400 /advance");
  EXPECT_EQ(Send("PUT", "/apps/5", R"({"advance":{"seconds":1}})").Refused(), "404");
  EXPECT_EQ(Send("POST", "/apps", R"({"clock":"soon"})").Refused(), "400 /clock");
  EXPECT_TRUE(Clock().is_null());
}

TEST_F(SharedTest, WhatTouchesTheAppsOfOthersIsRefused) {
  Share();
  const std::string before = Get("/state").text;
  std::size_t refused = 0;
  for (const control::Route& route : control::Routes()) {
    if (route.instead.empty()) continue;
    const std::string path =
        route.path == "/profile/{switch}" ? "/profile/not_admin" : std::string(route.path);
    const std::string_view body =
        route.body == control::BodyRule::kNone || route.body == control::BodyRule::kOptional ? ""
                                                                                             : "{}";
    const ControlReply reply = Send(route.method, path, body);
    EXPECT_EQ(reply.status, 403) << route.method << path;
    EXPECT_NE(reply.message().find(route.instead), std::string::npos) << reply.message();
    ++refused;
  }
  EXPECT_EQ(refused, 11U);
  EXPECT_EQ(Send("POST", "/faults", R"({"preset":"retry-91000"})").status, 403);
  EXPECT_EQ(
      Send("POST", "/faults", R"({"match":{"identifier":"x"},"preset":"retry-91000"})").status,
      403);
  EXPECT_EQ(Get("/state").text, before);
}

TEST_F(SharedTest, EveryRouteThatChangesSomethingIsOfOneAppOrRefused) {
  const std::set<std::string> of_one_app = {"POST /apps", "PUT /apps/{sdkappid}",
                                            "DELETE /apps/{sdkappid}", "PUT /apps/{sdkappid}/names",
                                            "DELETE /faults/{id}"};
  for (const control::Route& route : control::Routes()) {
    if (!route.mutates) {
      EXPECT_TRUE(route.instead.empty()) << route.path;
      continue;
    }
    const std::string name = std::string(route.method) + " " + std::string(route.path);
    EXPECT_EQ(route.instead.empty(), of_one_app.contains(name)) << name;
  }
}

TEST_F(SharedTest, WhatNamesAnAppIsCarriedOut) {
  Share();
  Call();
  EXPECT_EQ(Put(R"({"clock":{"mode":"frozen"}})").status, 200);
  EXPECT_EQ(Send("POST", "/reset", R"({"sdkappid":1400000000})").status, 200);
  EXPECT_EQ(Send("DELETE", "/requests?sdkappid=1400000000").status, 200);
  EXPECT_EQ(Send("POST", "/faults",
                 R"({"id":"f","match":{"sdkappid":1400000000},"preset":"retry-91000"})")
                .status,
            201);
  EXPECT_EQ(Send("DELETE", "/faults/f").status, 200);
  EXPECT_EQ(Send("PUT", "/profile", R"({"sdkappid":1})").Refused(), "400 /sdkappid");
  EXPECT_EQ(Send("POST", "/faults", R"({"match":{"sdkappid":null},"preset":"retry-91000"})").status,
            400);
}

}  // namespace
}  // namespace timock
