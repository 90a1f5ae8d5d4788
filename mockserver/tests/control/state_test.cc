#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "control/control_test.h"

namespace timock {
namespace {

using nlohmann::json;
using StateTest = ControlTest;

TEST_F(StateTest, HealthTellsVersionAndClock) {
  const ControlReply reply = Get("/health");
  EXPECT_EQ(reply.json["status"], "ready");
  EXPECT_EQ(reply.json["version"], "0.1.0");
  EXPECT_GE(reply.json["uptime_s"], 0.0);
  EXPECT_EQ(reply.json["clock"]["mode"], "real");
}

TEST_F(StateTest, ProfilesAreReadAndPutByName) {
  EXPECT_EQ(Get("/profile").json, json::parse(Profile().ToJson()));
  const ControlReply put = Send("PUT", "/profile", R"("lenient")");
  EXPECT_EQ(put.json["name"], "lenient");
  EXPECT_EQ(service().profile().name(), "lenient");
  EXPECT_EQ(Send("PUT", "/profile", R"("no-such")").Refused(), "400 ");
  EXPECT_EQ(Send("PUT", "/profile", R"("/etc/passwd")").Refused(), "400 ");
}

TEST_F(StateTest, SwitchesAreLaidOverThePresentProfileOrOverABase) {
  Send("PUT", "/profile", R"({"not_admin":60010})");
  EXPECT_EQ(Send("PUT", "/profile", R"({"name_empty":"accept"})").json["not_admin"], 60010);
  EXPECT_EQ(
      Send("PUT", "/profile", R"({"base":"seed-2022-04","name_empty":"accept"})").json["not_admin"],
      90009);
}

TEST_F(StateTest, BadProfilesChangeNothing) {
  const auto refused = [&](const char* body) { return Send("PUT", "/profile", body).Refused(); };
  EXPECT_EQ(refused(R"({"not_admin":60010,"throttle":{"algorithm":"x"}})"),
            "400 /throttle/algorithm");
  EXPECT_EQ(refused(R"({"base":"lenient","nope":1})"), "400 /nope");
  EXPECT_EQ(refused(R"({"base":7})"), "400 /base");
  EXPECT_EQ(refused("[]"), "400 ");
  EXPECT_EQ(service().profile().ToJson(), Profile().ToJson());
}

TEST_F(StateTest, SingleSwitchesHaveAPathOfTheirOwn) {
  EXPECT_EQ(Get("/profile/not_admin").text, "90009\n");
  EXPECT_EQ(Send("PUT", "/profile/not_admin", "60010").json["not_admin"], 60010);
  EXPECT_EQ(Send("PUT", "/profile/throttle", R"({"limit":7})").json["throttle"]["limit"], 7);
  EXPECT_EQ(Send("PUT", "/profile/throttle", R"({"limit":0})").Refused(), "400 /limit");
  EXPECT_EQ(Send("PUT", "/profile/not_admin", "5").Refused(), "400 ");
  EXPECT_EQ(Send("PUT", "/profile/nope", "5").Refused(), "404");
  EXPECT_EQ(Get("/profile/nope").Refused(), "404");
  const std::string deep = std::string(64, '[') + std::string(64, ']');
  EXPECT_EQ(Send("PUT", "/profile/not_admin", deep).Refused(), "400 ");
}

TEST_F(StateTest, TheThrottleIsSetAsInAConfigFile) {
  const auto throttle = [&] { return Get("/profile/throttle").json; };
  for (const auto& [path, body] :
       {std::pair{"/profile", R"({"throttle":"off"})"}, std::pair{"/profile/throttle", R"("off")"},
        std::pair{"/state", R"({"throttle":"off"})"},
        std::pair{"/state", R"({"profile":{"throttle":"off"}})"}}) {
    Send("POST", "/reset");
    EXPECT_EQ(Send("PUT", path, body).status, 200) << path << body;
    EXPECT_EQ(throttle()["limit"], "none") << path << body;
  }
  for (const auto& [path, body] :
       {std::pair{"/profile", R"({"throttle":7})"}, std::pair{"/profile/throttle", "7"},
        std::pair{"/state", R"({"throttle":7})"}}) {
    Send("POST", "/reset");
    EXPECT_EQ(Send("PUT", path, body).status, 200) << path << body;
    EXPECT_EQ(throttle()["limit"], 7) << path << body;
    EXPECT_EQ(throttle()["burst"], 7) << path << body;
  }
  EXPECT_EQ(Send("PUT", "/profile", R"({"throttle":0})").Refused(), "400 /throttle");
  EXPECT_EQ(Send("PUT", "/profile", R"({"throttle":"of"})").Refused(), "400 /throttle");
  EXPECT_EQ(Send("PUT", "/profile/throttle", "0").Refused(), "400 ");
  EXPECT_EQ(Send("PUT", "/state", R"({"throttle":0})").Refused(), "400 /throttle");
  EXPECT_EQ(Send("PUT", "/state", R"({"profile":{"throttle":0}})").Refused(),
            "400 /profile/throttle");
  EXPECT_EQ(throttle()["limit"], 7);
}

TEST_F(StateTest, TakesTheClockAsAnObject) {
  EXPECT_EQ(Send("PUT", "/state", R"({"clock":{"mode":"frozen","unix":5}})").json["clock"], "@5");
  EXPECT_EQ(Send("PUT", "/state", R"({"clock":{"mode":"frozen","unix":-5}})").Refused(),
            "400 /clock/unix");
  EXPECT_EQ(Send("PUT", "/state", R"({"clock":{"mod":"real"}})").Refused(), "400 /clock/mod");
}

TEST_F(StateTest, IsPutBackExactly) {
  service().SetNames(kDemo, {{0, "sex"}}).value();
  Send("PUT", "/profile", R"({"base":"table-2023","not_admin":60010})");
  Send("PUT", "/clock", R"({"mode":"frozen","unix_ns":"1795369800123456789"})");
  service().SetVerifyUserSig(false);
  const ControlReply dump = Get("/state");
  EXPECT_EQ(dump.json["clock"], "@1795369800.123456789");
  EXPECT_EQ(dump.json["usersig"], "off");
  Send("POST", "/reset");
  EXPECT_NE(Get("/state").text, dump.text);
  EXPECT_EQ(Send("PUT", "/state", dump.text).text, dump.text);
  EXPECT_EQ(Get("/state").text, dump.text);
}

TEST_F(StateTest, KeepsWhatAPutLeavesOut) {
  Send("PUT", "/profile/not_admin", "60010");
  EXPECT_EQ(Send("PUT", "/state", R"({"clock":"+5"})").json["clock"], "+5");
  EXPECT_EQ(service().profile().ToJson(),
            Profile().With(R"({"not_admin":60010})").value().ToJson());
  EXPECT_TRUE(service().FindApp(kDemo));
}

TEST_F(StateTest, ChangesAsAWholeOrNotAtAll) {
  const std::string before = Get("/state").text;
  const auto refused = [&](const char* body) { return Send("PUT", "/state", body).Refused(); };
  EXPECT_EQ(refused(R"({"clock":"@5","apps":[{"sdkappid":1}]})"), "400 /apps/0/keys");
  EXPECT_EQ(refused(R"({"apps":[],"clock":"@9000000001"})"), "400 /clock");
  EXPECT_EQ(refused(R"({"apps":[],"clock":5})"), "400 /clock");
  EXPECT_EQ(refused(R"({"apps":[],"usersig":true})"), "400 /usersig");
  EXPECT_EQ(refused(R"({"apps":[],"profile":{"nope":1}})"), "400 /profile/nope");
  EXPECT_EQ(refused(R"({"apps":[],"profile":"nope"})"), "400 /profile");
  EXPECT_EQ(refused(R"({"apps":[],"port":8080})"), "400 /port");
  EXPECT_EQ(refused("[]"), "400 ");
  EXPECT_EQ(Get("/state").text, before);
}

TEST_F(StateTest, ResetsAllOrOneApp) {
  service().SetNames(kDemo, {{0, "sex"}}).value();
  Send("PUT", "/apps/7", R"({"key":"k"})");
  service().SetNames(7, {{0, "city"}}).value();
  EXPECT_EQ(Send("POST", "/reset", R"({"sdkappid":7})").status, 200);
  EXPECT_TRUE(service().Names(7).empty());
  EXPECT_FALSE(service().Names(kDemo).empty());
  service().SetNames(7, {{0, "city"}}).value();
  EXPECT_EQ(Send("POST", "/reset", R"({"sdkappid":7})").status, 200);
  EXPECT_TRUE(service().Names(7).empty());
  EXPECT_EQ(Send("POST", "/reset", R"({"app":7})").Refused(), "400 /app");
  EXPECT_EQ(Send("POST", "/reset", R"({"sdkappid":8})").Refused(), "404 /sdkappid");
  EXPECT_EQ(Send("POST", "/reset", R"({"sdkapid":7})").Refused(), "400 /sdkapid");
  EXPECT_FALSE(service().Names(kDemo).empty());
  EXPECT_EQ(Send("POST", "/reset").status, 200);
  EXPECT_TRUE(service().Names(kDemo).empty());
  EXPECT_FALSE(service().FindApp(7));
}

TEST_F(StateTest, ClockIsStoppedSetAndFreed) {
  const json at_start = {{"mode", "real"},
                         {"unix", kStart},
                         {"unix_ns", "1795369800000000000"},
                         {"iso", "2026-11-22T17:50:00.000000000Z"}};
  EXPECT_EQ(Get("/clock").json, at_start);
  EXPECT_EQ(Send("PUT", "/clock", R"({"mode":"frozen"})").json["mode"], "frozen");
  clock().Advance(std::chrono::hours{1});
  EXPECT_EQ(Get("/clock").json["unix"], kStart);
  EXPECT_EQ(Send("PUT", "/clock", R"({"mode":"offset","unix":1000.25})").json["unix_ns"],
            "1000250000000");
  clock().Advance(std::chrono::seconds{1});
  EXPECT_EQ(Get("/clock").json["unix"], 1001.25);
  EXPECT_EQ(Send("PUT", "/clock", R"({"mode":"real"})").json["unix"], kStart + 3601);
}

TEST_F(StateTest, ClockTakesWhatItGaveAndTheConfigFilesTexts) {
  Send("PUT", "/clock", R"({"mode":"frozen","unix_ns":"1000000000001"})");
  const std::string given = Get("/clock").text;
  Send("PUT", "/clock", R"("+5.5")");
  EXPECT_EQ(Get("/clock").json["mode"], "offset");
  EXPECT_EQ(Get("/clock").json["unix"], 5.5);
  EXPECT_EQ(Send("PUT", "/clock", given).text, given);
  EXPECT_EQ(Send("PUT", "/clock", R"("real")").json["unix"], kStart);
  EXPECT_EQ(Send("PUT", "/clock", R"("@7")").json["mode"], "frozen");
  EXPECT_EQ(Send("PUT", "/clock", R"({"mode":"real","unix":5})").json["unix"], kStart);
}

TEST_F(StateTest, ClockIsAdvanced) {
  Send("PUT", "/clock", R"({"mode":"frozen","unix":1000})");
  const auto advance = [&](const char* body) {
    return Send("POST", "/clock/advance", body).json["unix_ns"].get<std::string>();
  };
  EXPECT_EQ(advance(R"({"seconds":1})"), "1001000000000");
  EXPECT_EQ(advance(R"({"seconds":0.5})"), "1001500000000");
  EXPECT_EQ(advance(R"({"milliseconds":-1500})"), "1000000000000");
  EXPECT_EQ(advance(R"({"nanoseconds":1})"), "1000000000001");
  EXPECT_EQ(advance(R"({"milliseconds":1})"), "1000001000001");
  EXPECT_EQ(advance(R"({"minutes":0.5})"), "1030001000001");
  EXPECT_EQ(advance(R"({"hours":-0.25})"), "130001000001");
}

TEST_F(StateTest, ClockRefusesImpossibleTimes) {
  Send("PUT", "/clock", R"({"mode":"frozen","unix":1000})");
  const auto put = [&](const char* body) { return Send("PUT", "/clock", body).Refused(); };
  EXPECT_EQ(put(R"({"unix":5})"), "400 /mode");
  EXPECT_EQ(put(R"({"mode":"stopped"})"), "400 /mode");
  EXPECT_EQ(put(R"({"mode":"offset"})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","iso":"2026-11-22T17:50:00Z"})"), "400 /iso");
  EXPECT_EQ(put(R"("@9000000001")"), "400 ");
  EXPECT_EQ(put("5"), "400 ");
  EXPECT_EQ(put(R"({"mode":"frozen","unix":-1})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","unix":9000000001})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","unix":18446744073709551615})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","unix":1e300})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","unix":"5"})"), "400 /unix");
  EXPECT_EQ(put(R"({"mode":"frozen","unix_ns":"-5"})"), "400 /unix_ns");
  EXPECT_EQ(put(R"({"mode":"frozen","unix_ns":"9000000000000000001"})"), "400 /unix_ns");
  EXPECT_EQ(put(R"({"mode":"frozen","unix_ns":5})"), "400 /unix_ns");
  EXPECT_EQ(put(R"({"mode":"frozen","at":5})"), "400 /at");
  const auto advance = [&](const char* body) {
    return Send("POST", "/clock/advance", body).Refused();
  };
  EXPECT_EQ(advance("{}"), "400 ");
  EXPECT_EQ(advance(R"({"seconds":1,"milliseconds":1})"), "400 ");
  EXPECT_EQ(advance(R"({"days":1})"), "400 /days");
  EXPECT_EQ(advance(R"({"hours":2500001})"), "400 /hours");
  EXPECT_EQ(advance(R"({"milliseconds":1.5})"), "400 /milliseconds");
  EXPECT_EQ(advance(R"({"seconds":"1"})"), "400 /seconds");
  EXPECT_EQ(advance(R"({"seconds":-1001})"), "400 /seconds");
  EXPECT_EQ(advance(R"({"seconds":9000000000})"), "400 /seconds");
  EXPECT_EQ(advance(R"({"seconds":1e300})"), "400 /seconds");
  EXPECT_EQ(advance(R"({"milliseconds":1.5})"), "400 /milliseconds");
  EXPECT_EQ(advance(R"({"nanoseconds":9223372036854775807})"), "400 /nanoseconds");
  EXPECT_EQ(advance(R"({"milliseconds":18446744073709551615})"), "400 /milliseconds");
  EXPECT_EQ(Get("/clock").json["unix"], 1000);
}

TEST_F(StateTest, ThrottleShowsAppsThatHaveNotBeenCalled) {
  Send("PUT", "/apps/7", R"({"limit":5})");
  Send("PUT", "/apps/8", R"({"limit":"none"})");
  Call();
  const json apps = Get("/throttle").json["apps"];
  ASSERT_EQ(apps.size(), 3U);
  const json expected = {{"sdkappid", 7},       {"command", nullptr},
                         {"limit", 5},          {"admitted", 0},
                         {"refused", 0},        {"next_free", {{"unix", kStart}, {"in_ms", 0.0}}},
                         {"worst_admitted", 0}, {"worst_at_least", false},
                         {"admitted_total", 0}, {"refused_total", 0}};
  EXPECT_EQ(apps[0], expected);
  EXPECT_EQ(apps[1]["limit"], "none");
  EXPECT_EQ(apps[2]["admitted_total"], 1);
  EXPECT_EQ(Get("/throttle?sdkappid=7").json["apps"][0], expected);
  Send("PUT", "/profile/throttle", R"({"scope":"app_and_identifier"})");
  EXPECT_TRUE(Get("/throttle?sdkappid=7").json["apps"][0]["next_free"].is_null());
}

TEST_F(StateTest, ThrottleShowsOnlyCalledAppsAmongMoreThanAThousand) {
  std::vector<App> apps(1001, DemoApp());
  for (std::uint32_t i = 1; i < apps.size(); ++i) apps[i].sdkappid = i;
  service().SetApps(apps).value();
  Call();
  EXPECT_EQ(Get("/throttle").json["apps"].size(), 1U);
  service().RemoveApp(1);
  EXPECT_EQ(Get("/throttle").json["apps"].size(), 1000U);
}

TEST_F(StateTest, ThrottleShowsCountersAndTheNextFreeMoment) {
  Send("PUT", "/profile/throttle", R"({"limit":2})");
  Send("PUT", "/clock", R"({"mode":"frozen","unix":1000})");
  for (int i = 0; i < 3; ++i) Call();
  Send("POST", "/clock/advance", R"({"milliseconds":250})");
  const json view = Get("/throttle?sdkappid=1400000000").json;
  EXPECT_EQ(view["window_ms"], 1000);
  EXPECT_EQ(view["algorithm"], "sliding_window");
  EXPECT_EQ(view["scope"], "app_and_command");
  ASSERT_EQ(view["apps"].size(), 1U);
  const json expected = {{"sdkappid", kDemo},   {"command", "all_member_push/im_set_attr_name"},
                         {"limit", 2},          {"admitted", 2},
                         {"refused", 1},        {"next_free", {{"unix", 1001.0}, {"in_ms", 750.0}}},
                         {"worst_admitted", 2}, {"worst_at_least", false},
                         {"admitted_total", 2}, {"refused_total", 1}};
  EXPECT_EQ(view["apps"][0], expected);
  EXPECT_EQ(Get("/throttle?sdkappid=5").Refused(), "404 ?sdkappid");
  EXPECT_EQ(Get("/throttle?sdkappid=x").Refused(), "400 ?sdkappid");
}

}  // namespace
}  // namespace timock
