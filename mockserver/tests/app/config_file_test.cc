#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/folder.h"
#include "app/settings.h"
#include "test_name.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Refusal(const std::string& text) {
  Settings settings;
  const Result<Done> read = ApplyConfigText(text, "conf/timock.json", &settings);
  return read.ok() ? "" : read.error().Text();
}

TEST(ConfigFileTest, ReadsEveryMember) {
  Settings settings;
  ApplyConfigText(R"({
    "host": "::1", "port": 0, "port_file": "p", "profile": {"base": "lenient", "not_admin": 60010},
    "throttle": "off", "usersig": "off", "clock": "@7", "log": "json", "log_level": "debug",
    "max_body_bytes": 100, "max_apps": 3, "ports_file": "q", "tls": true, "tls_port": 11,
    "tls_cert": "c", "tls_key": "k", "state_dir": "s", "proxy_port": 12, "threads": 13,
    "limits": {"request_line_bytes": 1, "header_bytes": 2, "header_count": 3, "connections": 4,
               "request_time_ms": 5, "write_time_ms": 6, "idle_time_ms": 7},
    "apps": [{"sdkappid": 1, "keys": ["a", "b"], "admins": ["root"], "enabled": false,
              "feature": {"approved_at": 9}, "limit": 5, "names": {"0": "sex"}},
             {"sdkappid": 2, "key": "c", "feature": "off", "limit": "none"}]
  })",
                  "timock.json", &settings)
      .value();
  EXPECT_EQ(settings.server.host, "::1");
  EXPECT_EQ(settings.server.port, 0);
  EXPECT_EQ(settings.port_file, "p");
  EXPECT_EQ(settings.server.service.profile.name(), "lenient");
  EXPECT_THAT(settings.server.service.profile.ToJson(), HasSubstr(R"("not_admin": 60010)"));
  EXPECT_EQ(settings.throttle, "off");
  EXPECT_FALSE(settings.server.service.verify_user_sig);
  EXPECT_EQ(settings.server.service.clock_setting,
            (ClockSetting{ClockSetting::Mode::kFrozen, UnixSeconds(7)}));
  EXPECT_EQ(settings.log, LogFormat::kJson);
  EXPECT_EQ(settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(settings.server.service.max_body_bytes, 100U);
  EXPECT_EQ(settings.server.service.max_apps, 3U);
  EXPECT_EQ(settings.ports_file, "q");
  EXPECT_EQ(settings.serve_tls, true);
  EXPECT_EQ(settings.tls.port, 11);
  EXPECT_EQ(settings.tls.certificate_file, "c");
  EXPECT_EQ(settings.tls.key_file, "k");
  EXPECT_EQ(settings.tls.state_directory, "s");
  EXPECT_EQ(settings.server.proxy_port, 12);
  EXPECT_EQ(settings.server.threads, 13U);
  const HttpLimits& limits = settings.server.limits;
  EXPECT_EQ(limits.request_line_bytes, 1U);
  EXPECT_EQ(limits.header_bytes, 2U);
  EXPECT_EQ(limits.header_count, 3U);
  EXPECT_EQ(limits.connections, 4U);
  EXPECT_EQ(limits.request_time.count(), 5);
  EXPECT_EQ(limits.write_time.count(), 6);
  EXPECT_EQ(limits.idle_time.count(), 7);
  const std::vector<App> apps = {
      {.sdkappid = 1,
       .keys = {"a", "b"},
       .admins = {"root"},
       .enabled = false,
       .feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(9)},
       .limit = 5,
       .names = {{0, "sex"}}},
      {.sdkappid = 2,
       .keys = {"c"},
       .admins = {"administrator"},
       .feature = {.state = Feature::State::kOff},
       .limit = kNoLimit}};
  EXPECT_EQ(settings.server.service.apps, apps);
}

TEST(ConfigFileTest, FindsAProfileFileBesideItself) {
  const Folder folder;
  folder.Write("beside.json", R"({"name": "beside"})");
  Settings settings;
  ApplyConfigText(R"({"profile": "beside.json"})", folder.Path("timock.json"), &settings).value();
  EXPECT_EQ(settings.server.service.profile.name(), "beside");
}

TEST(ConfigFileTest, GivesLineAndColumnOfASyntaxError) {
  EXPECT_THAT(Refusal("{\n  \"port\": 80,\n}"), StartsWith("conf/timock.json:3:"));
  EXPECT_THAT(Refusal("{\"port\": 80} x"), StartsWith("conf/timock.json:1:14: "));
  EXPECT_THAT(Refusal(""), StartsWith("conf/timock.json:1:1: "));
  EXPECT_THAT(Refusal("{\"port\": 1, \"port\": 2}"), StartsWith("conf/timock.json:1:"));
}

struct BadConfig {
  const char* text;
  const char* refusal;
};

void PrintTo(const BadConfig& one, std::ostream* out) { *out << one.text; }

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, NamesTheFileThePointerAndWhatWasExpected) {
  const std::string refusal = Refusal(GetParam().text);
  EXPECT_THAT(refusal, StartsWith("conf/timock.json: " + std::string(GetParam().refusal)));
}

INSTANTIATE_TEST_SUITE_P(
    EachClass, BadConfigTest,
    testing::Values(
        BadConfig{"[]", "expected a JSON object"},
        BadConfig{R"({"prot": 1})",
                  "/prot: unknown member; expected one of host, port, port_file,"},
        BadConfig{R"({"port": "80"})",
                  "/port: \"80\": expected a whole number from 0 to 65535, without quotes"},
        BadConfig{R"({"a/b~\n": 1})", "/a~1b~0\\u000a: unknown member"},
        BadConfig{R"({"limits": {"a/b": 1}})", "/limits/a~1b: unknown member"},
        BadConfig{R"({"port": 80.5})", "/port: 80.5: expected a whole number"},
        BadConfig{R"({"port": -1})", "/port: -1: expected a whole number from 0 to 65535"},
        BadConfig{R"({"host": 1})", "/host: 1: expected a string: an address"},
        BadConfig{R"({"throttle": true})", "/throttle: true: expected a whole number from 1 to"},
        BadConfig{R"({"throttle": 1000001})", "/throttle: 1000001: expected a whole number"},
        BadConfig{R"({"usersig": "on"})", "/usersig: \"on\": expected verify or off"},
        BadConfig{R"({"control_token": 12345})", "/control_token: expected a string: 1 to 200"},
        BadConfig{R"({"control": true})", "/control: true: expected a string: on or off"},
        BadConfig{R"({"clock": "now"})", "/clock: \"now\": expected real, @UNIX"},
        BadConfig{R"({"log": null})", "/log: null: expected a string: text, json or off"},
        BadConfig{R"({"log_level": "x"})", "/log_level: \"x\": expected trace"},
        BadConfig{R"({"max_body_bytes": 0})", "/max_body_bytes: 0: expected a whole number of"},
        BadConfig{R"({"tls": "on"})", "/tls: \"on\": expected true or false"},
        BadConfig{R"({"proxy_port": true})", "/proxy_port: true: expected a whole number from 0"},
        BadConfig{R"({"threads": 65})", "/threads: 65: expected a whole number from 1 to 64"},
        BadConfig{R"({"limits": 1})", "/limits: expected an object"},
        BadConfig{R"({"limits": {"idle": 1}})",
                  "/limits/idle: unknown member; expected one of request_line_bytes, "},
        BadConfig{
            R"({"limits": {"idle_time_ms": 0}})",
            "/limits/idle_time_ms: 0 is not allowed; expected a whole number from 1 to 86400000"},
        BadConfig{R"({"profile": 1})", "/profile: 1: expected a profile's name"},
        BadConfig{R"({"profile": "none.json"})",
                  "/profile: expected one of seed-2022-04, table-2023, gateway-2026, lenient, or a "
                  "profile file "
                  "(conf/none.json: No such file"},
        BadConfig{R"({"profile": {"not_adimn": 1}})", "/profile/not_adimn: "},
        BadConfig{R"({"profile": {"base": "x"}})", "/profile/base: "},
        BadConfig{R"({"profile": {"throttle": {"scope": "x"}}})", "/profile/throttle/scope: "},
        BadConfig{R"({"apps": {}})", "/apps: {}: expected an array of apps"},
        BadConfig{R"({"apps": [1]})", "/apps/0: expected an object"},
        BadConfig{R"({"apps": [{"sdkappid": 1}]})", "/apps/0/key"},
        BadConfig{R"({"apps": [{"sdkappid": 1, "key": ""}]})", "/apps/0/key"},
        BadConfig{R"({"apps": [{"sdkappid": 1, "key": "k"}, {"sdkappid": 2, "key": "k",
                      "feature": "maybe"}]})",
                  "/apps/1/feature: expected "},
        BadConfig{R"({"apps": [{"sdkappid": 5, "key": "k"}, {"sdkappid": 5, "key": "k"}]})",
                  "/apps/1/sdkappid: 5 is already at /apps/0; expected each SDKAppID once"}),
    [](const auto& each) { return test::TestName(each.param.text, each.index); });

TEST(ConfigFileTest, ShowsNoKeyInAnError) {
  EXPECT_THAT(Refusal(R"({"apps": [{"sdkappid": 1, "key": "topsecret", "limit": -1}]})"),
              Not(HasSubstr("topsecret")));
}

TEST(ConfigFileTest, NamesAFileThatCannotBeRead) {
  Settings settings;
  EXPECT_EQ(ApplyConfigFile("no/such.json", &settings).error().Text(),
            "no/such.json: No such file or directory; expected a JSON config file");
  EXPECT_THAT(ApplyConfigFile(testing::TempDir(), &settings).error().Text(),
              HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace timock::app
