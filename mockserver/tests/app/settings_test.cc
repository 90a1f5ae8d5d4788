#include "app/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/folder.h"
#include "app/options.h"
#include "app/serve.h"
#include "test_name.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class SettingsTest : public testing::Test {
 protected:
  void File(const std::string& text) { flags_["config"] = {folder_.Write("timock.json", text)}; }
  void Variable(const std::string& name, const std::string& value) { variables_[name] = value; }
  void Flag(const std::string& name, const std::string& value) { flags_[name] = {value}; }

  Result<Settings> Merge() {
    return MergeSettings(flags_,
                         [this](const std::string& name) -> std::optional<std::string> {
                           const auto variable = variables_.find(name);
                           return variable == variables_.end() ? std::nullopt
                                                               : std::optional(variable->second);
                         },
                         {.server = {.port = 8080}, .tls = {.port = 8443}});
  }
  Settings Merged() { return Merge().value(); }
  std::string Refusal() {
    const Result<Settings> merged = Merge();
    return merged.ok() ? "" : merged.error().Text();
  }

 private:
  Folder folder_;
  Flags flags_;
  std::map<std::string, std::string> variables_ = {{"HOME", "/nowhere"}};
};

TEST_F(SettingsTest, TakesTheDefaultsWhenNothingIsSaid) {
  const Settings settings = Merged();
  EXPECT_EQ(settings.server.port, 8080);
  EXPECT_EQ(settings.server.host, "127.0.0.1");
  EXPECT_EQ(settings.server.service.apps, std::vector<App>{DemoApp()});
  EXPECT_EQ(settings.server.service.profile.name(), "seed-2022-04");
  EXPECT_EQ(settings.server.service.clock_setting, ClockSetting{});
  EXPECT_TRUE(settings.server.service.verify_user_sig);
}

// One option of each kind, as four sources give it, and the value that must win.
struct Precedence {
  const char* name;
  const char* member;
  const char* in_file;
  const char* in_environment;
  const char* in_flag;
  std::string (*read)(const Settings&);
  const char* from_default;
  const char* from_file;
  const char* from_environment;
  const char* from_flag;
};

void PrintTo(const Precedence& row, std::ostream* out) { *out << row.name; }

class PrecedenceTest : public SettingsTest, public testing::WithParamInterface<Precedence> {};

TEST_P(PrecedenceTest, PutsTheFlagBeforeTheEnvironmentBeforeTheFileBeforeTheDefault) {
  const Precedence& row = GetParam();
  std::string variable;
  for (const ServeOption& option : ServeOptions()) {
    variable = option.name == row.name ? option.EnvironmentName() : variable;
  }
  EXPECT_EQ(row.read(Merged()), row.from_default);
  File(std::string("{\"") + row.member + "\": " + row.in_file + "}");
  EXPECT_EQ(row.read(Merged()), row.from_file);
  Variable(variable, row.in_environment);
  EXPECT_EQ(row.read(Merged()), row.from_environment);
  Flag(row.name, row.in_flag);
  EXPECT_EQ(row.read(Merged()), row.from_flag);
}

std::string ReadHost(const Settings& s) { return s.server.host; }
std::string ReadPort(const Settings& s) { return std::to_string(s.server.port); }
std::string ReadPortFile(const Settings& s) { return s.port_file; }
std::string ReadApps(const Settings& s) {
  std::string text;
  for (const App& app : s.server.service.apps) {
    text += std::to_string(app.sdkappid) + "=" + app.admins.front() + " ";
  }
  return text;
}
std::string ReadProfile(const Settings& s) { return s.server.service.profile.name(); }
std::string ReadThrottle(const Settings& s) {
  const ThrottleRule& rule = s.server.service.profile.throttle();
  return rule.limit ? std::to_string(*rule.limit) + "/" + std::to_string(rule.burst) : "none";
}
std::string ReadUserSig(const Settings& s) {
  return s.server.service.verify_user_sig ? "verify" : "off";
}
std::string ReadClock(const Settings& s) {
  const ClockSetting& clock = s.server.service.clock_setting;
  return clock.mode == ClockSetting::Mode::kReal
             ? "real"
             : std::to_string(clock.at.value().time_since_epoch() / std::chrono::seconds{1});
}
std::string ReadLog(const Settings& s) { return std::to_string(static_cast<int>(s.log)); }
std::string ReadLogLevel(const Settings& s) {
  return std::to_string(static_cast<int>(s.log_level));
}
std::string ReadMaxBody(const Settings& s) {
  return std::to_string(s.server.service.max_body_bytes);
}
std::string ReadMaxApps(const Settings& s) { return std::to_string(s.server.service.max_apps); }

std::string ReadControl(const Settings& s) { return s.server.control.enabled ? "on" : "off"; }
std::string ReadShared(const Settings& s) { return s.server.control.shared ? "on" : "off"; }
std::string ReadControlPort(const Settings& s) {
  return s.server.control.port ? std::to_string(*s.server.control.port) : "none";
}
std::string ReadControlToken(const Settings& s) { return s.server.control.token; }
std::string ReadJournalEntries(const Settings& s) {
  const JournalOptions& journal = s.server.service.journal;
  return journal.enabled ? std::to_string(journal.max_entries) : "off";
}
std::string ReadJournalBytes(const Settings& s) {
  return std::to_string(s.server.service.journal.max_bytes);
}

std::string ReadPortsFile(const Settings& s) { return s.ports_file; }
std::string ReadTls(const Settings& s) { return s.server.tls ? "on" : "off"; }
std::string ReadTlsPort(const Settings& s) { return std::to_string(s.tls.port); }
std::string ReadCertificate(const Settings& s) { return s.tls.certificate_file; }
std::string ReadKey(const Settings& s) { return s.tls.key_file; }
std::string ReadStateDirectory(const Settings& s) { return s.tls.state_directory; }
std::string ReadProxyPort(const Settings& s) {
  return s.server.proxy_port ? std::to_string(*s.server.proxy_port) : "none";
}
std::string ReadExtraHosts(const Settings& s) {
  std::string text;
  for (const std::string& host : s.server.extra_hosts) text += host + " ";
  return text;
}
std::string ReadLogFile(const Settings& s) { return s.log_file; }
std::string ReadExitWithParent(const Settings& s) { return s.exit_with_parent ? "on" : "off"; }
std::string ReadThreads(const Settings& s) { return std::to_string(s.server.threads); }

// One half of an own identity is not valid where HTTPS is served.
INSTANTIATE_TEST_SUITE_P(
    EachOption, PrecedenceTest,
    testing::Values(
        Precedence{"ports-file", "ports_file", R"("a")", "b", "c", ReadPortsFile, "", "a", "b",
                   "c"},
        Precedence{"tls", "tls", "true", "off", "on", ReadTls, "off", "on", "off", "on"},
        Precedence{"tls-port", "tls_port", "1", "2", "0", ReadTlsPort, "8443", "1", "2", "0"},
        Precedence{"tls-cert", "tls_cert", R"("a", "tls": false)", "b", "c", ReadCertificate, "",
                   "a", "b", "c"},
        Precedence{"tls-key", "tls_key", R"("a", "tls": false)", "b", "c", ReadKey, "", "a", "b",
                   "c"},
        Precedence{"state-dir", "state_dir", R"("a")", "b", "c", ReadStateDirectory, "", "a", "b",
                   "c"},
        Precedence{"proxy-port", "proxy_port", "1", "2", "0", ReadProxyPort, "none", "1", "2", "0"},
        Precedence{"extra-host", "extra_hosts", R"(["a.b", "c"])", "d;e f", "g.h", ReadExtraHosts,
                   "", "a.b c ", "d e f ", "g.h "},
        Precedence{"threads", "threads", "2", "3", "64", ReadThreads, "1", "2", "3", "64"},
        Precedence{"host", "host", R"("127.0.0.2")", "127.0.0.3", "127.0.0.4", ReadHost,
                   "127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"},
        Precedence{"port", "port", "1", "2", "0", ReadPort, "8080", "1", "2", "0"},
        Precedence{"port-file", "port_file", R"("a")", "b", "c", ReadPortFile, "", "a", "b", "c"},
        Precedence{"app", "apps", R"([{"sdkappid": 1, "key": "k", "admins": ["x"]}])",
                   "2:k:y,z 3:k;4:k", "5:k", ReadApps, "1400000000=administrator ", "1=x ",
                   "2=y 3=administrator 4=administrator ", "5=administrator "},
        Precedence{"profile", "profile", R"("lenient")", "table-2023", "seed-2022-04", ReadProfile,
                   "seed-2022-04", "lenient", "table-2023", "seed-2022-04"},
        Precedence{"throttle", "throttle", "5", "off", "7", ReadThrottle, "100/100", "5/5", "none",
                   "7/7"},
        Precedence{"usersig", "usersig", R"("off")", "verify", "off", ReadUserSig, "verify", "off",
                   "verify", "off"},
        Precedence{"clock", "clock", R"("@5")", "@6", "real", ReadClock, "real", "5", "6", "real"},
        Precedence{"log", "log", R"("json")", "off", "text", ReadLog, "0", "1", "2", "0"},
        Precedence{"log-level", "log_level", R"("error")", "trace", "warn", ReadLogLevel, "2", "4",
                   "0", "3"},
        Precedence{"log-file", "log_file", R"("a")", "b", "c", ReadLogFile, "", "a", "b", "c"},
        Precedence{"exit-with-parent", "exit_with_parent", "true", "off", "on", ReadExitWithParent,
                   "off", "on", "off", "on"},
        Precedence{"max-body", "max_body_bytes", "1", "2", "3", ReadMaxBody, "65536", "1", "2",
                   "3"},
        Precedence{"control", "control", R"("off")", "on", "off", ReadControl, "on", "off", "on",
                   "off"},
        Precedence{"control-port", "control_port", "1", "2", "0", ReadControlPort, "none", "1", "2",
                   "0"},
        Precedence{"control-token", "control_token", R"("a")", "b", "c", ReadControlToken, "", "a",
                   "b", "c"},
        Precedence{"shared", "shared", "true", "off", "on", ReadShared, "off", "on", "off", "on"},
        Precedence{"journal-entries", "journal_entries", "0", "1", "2", ReadJournalEntries, "10000",
                   "off", "1", "2"},
        Precedence{"journal-bytes", "journal_bytes", "1", "2", "3", ReadJournalBytes, "16777216",
                   "1", "2", "3"},
        Precedence{"max-apps", "max_apps", "1", "2", "3", ReadMaxApps, "1000000", "1", "2", "3"}),
    [](const auto& row) { return std::string(row.param.member); });

TEST_F(SettingsTest, CoversEveryOptionByTheTestOfPrecedence) {
  EXPECT_EQ(ServeOptions().size(), 29U);
}

TEST_F(SettingsTest, LaysTheThrottleOverAProfileOfAnotherSource) {
  File(R"({"throttle": 5})");
  Flag("profile", "lenient");
  const Settings settings = Merged();
  EXPECT_EQ(settings.server.service.profile.name(), "lenient");
  EXPECT_EQ(settings.server.service.profile.throttle().limit, 5U);
}

TEST_F(SettingsTest, TakesAnEmptyVariableForUnset) {
  Variable("TIMOCK_PORT", "");
  EXPECT_EQ(Merged().server.port, 8080);
}

TEST_F(SettingsTest, FindsTheConfigFileByItsVariable) {
  Variable("TIMOCK_CONFIG", "no-such-file.json");
  EXPECT_THAT(Refusal(), HasSubstr("no-such-file.json: No such file or directory"));
}

TEST_F(SettingsTest, ChecksASourceThatAnotherOverrides) {
  Variable("TIMOCK_PORT", "http");
  Flag("port", "0");
  EXPECT_EQ(Refusal(),
            "environment variable TIMOCK_PORT: 'http': expected a whole number from 0 to 65535");
}

TEST_F(SettingsTest, KeepsTheVariableOfTheSwitchApartFromTheUserSigThatExecExports) {
  Variable("TIMOCK_USERSIG", "eJyrVgrxCdYrSy1SslIy0jNQ0gHzM1NS80oy0zIh");
  Variable("TIMOCK_USERSIG_CHECK", "off");
  EXPECT_FALSE(Merged().server.service.verify_user_sig);
}

struct BadFlag {
  const char* name;
  const char* value;
  const char* refusal;
};

void PrintTo(const BadFlag& one, std::ostream* out) { *out << one.name << ' ' << one.value; }

class BadFlagTest : public SettingsTest, public testing::WithParamInterface<BadFlag> {};

TEST_P(BadFlagTest, NamesTheFlagTheValueAndWhatWasExpected) {
  Flag(GetParam().name, GetParam().value);
  EXPECT_THAT(Refusal(), HasSubstr(GetParam().refusal));
}

INSTANTIATE_TEST_SUITE_P(
    EachOption, BadFlagTest,
    testing::Values(
        BadFlag{"host", "", "--host: '': expected an address"},
        BadFlag{"port", "65536", "--port: '65536': expected a whole number from 0 to 65535"},
        BadFlag{"port", "+80", "--port: '+80': expected"},
        BadFlag{"port", "80\n", "--port: '80\\x0a': expected"},
        BadFlag{"app", "x:y", "--app: expected ID:KEY"},
        BadFlag{"app", "4294967296:k", "--app: expected ID:KEY"},
        BadFlag{"app", "7", "--app: app 7: expected a colon and the secret key"},
        BadFlag{"app", "7:", "--app: app 7: /key"},
        BadFlag{"app", "7:k:", "--app: app 7: expected at least one admin"},
        BadFlag{"profile", "strict", "--profile: 'strict': expected one of seed-2022-04, "},
        BadFlag{"throttle", "0", "--throttle: '0': expected a whole number from 1 to 1000000, or"},
        BadFlag{"usersig", "on", "--usersig: 'on': expected verify or off"},
        BadFlag{"clock", "1700000000", "--clock: '1700000000': expected real, @UNIX"},
        BadFlag{"clock", "@9000000001", "--clock: '@9000000001': expected real, @UNIX"},
        BadFlag{"log", "xml", "--log: 'xml': expected text, json or off"},
        BadFlag{"log-level", "verbose", "--log-level: 'verbose': expected trace, debug"},
        BadFlag{"log-file", "", "--log-file: '': expected a path"},
        BadFlag{"exit-with-parent", "yes", "--exit-with-parent: 'yes': expected on or off"},
        BadFlag{"app", "7:k\x01k",
                "--app: app 7: /keys: byte 2 of 3 is a control character (0x01)"},
        BadFlag{"control-token", "a\tb", "--control-token: expected 1 to 200 visible ASCII"},
        BadFlag{"max-body", "0", "--max-body: '0': expected a whole number of bytes from 1"},
        BadFlag{"ports-file", "", "--ports-file: '': expected a path"},
        BadFlag{"tls", "yes", "--tls: 'yes': expected on or off"},
        BadFlag{"tls-port", "65536", "--tls-port: '65536': expected a whole number from 0 to"},
        BadFlag{"tls-cert", "a", "only one of tls-cert and tls-key is given; expected both or"},
        BadFlag{"tls-key", "a", "only one of tls-cert and tls-key is given; expected both or"},
        BadFlag{"state-dir", "", "--state-dir: '': expected a path"},
        BadFlag{"proxy-port", "x", "--proxy-port: 'x': expected a whole number from 0 to 65535"},
        BadFlag{"threads", "0", "--threads: '0': expected a whole number from 1 to 64"},
        BadFlag{"threads", "65", "--threads: '65': expected a whole number from 1 to 64"},
        BadFlag{"clock", "@1.0000000001", "--clock: '@1.0000000001': expected real, @UNIX"},
        BadFlag{"control", "yes", "--control: 'yes': expected on or off"},
        BadFlag{"control-port", "65536", "--control-port: '65536': expected a whole number"},
        BadFlag{"control-token", "", "--control-token: expected 1 to 200 visible ASCII"},
        BadFlag{"control-token", "pass word", "--control-token: expected 1 to 200 visible ASCII"},
        BadFlag{"journal-entries", "-1", "--journal-entries: '-1': expected a whole number from 0"},
        BadFlag{"journal-bytes", "0", "--journal-bytes: '0': expected a whole number of bytes"},
        BadFlag{"max-apps", "-1", "--max-apps: '-1': expected a whole number from 1"}),
    [](const auto& each) { return test::TestName(each.param.name, each.index); });

TEST_F(SettingsTest, IgnoresTheAddressOfAKubernetesServiceAndSaysSo) {
  for (const std::string value :
       {"tcp://10.96.0.12:8080", "udp://10.96.0.12:53", "sctp://[fd00::1]:9"}) {
    Variable("TIMOCK_PORT", value);
    const Settings settings = Merged();
    EXPECT_EQ(settings.server.port, 8080);
    EXPECT_THAT(settings.notes,
                testing::ElementsAre("environment variable TIMOCK_PORT: '" + value +
                                     "' is the address of a Kubernetes Service and is ignored; "
                                     "--port sets the port"));
  }
  // Services of the names timock-control, timock-tls and timock-proxy.
  for (const char* name : {"TIMOCK_CONTROL_PORT", "TIMOCK_TLS_PORT", "TIMOCK_PROXY_PORT"}) {
    Variable(name, "tcp://10.96.0.13:80");
  }
  const Settings settings = Merged();
  EXPECT_EQ(settings.notes.size(), 4U);
  EXPECT_FALSE(settings.server.control.port);
  EXPECT_FALSE(settings.server.tls);
  Variable("TIMOCK_THREADS", "tcp://10.96.0.12:8080");
  EXPECT_THAT(Refusal(), HasSubstr("TIMOCK_THREADS: 'tcp://10.96.0.12:8080': expected a whole"));
}

TEST_F(SettingsTest, DropsTheWhiteSpaceBehindASecret) {
  const auto key = [this] { return Merged().server.service.apps.front().keys.front(); };
  File(R"({"apps": [{"sdkappid": 7, "key": "secret \r\n"}]})");
  EXPECT_EQ(key(), "secret");
  File(R"({"apps": [{"sdkappid": 7, "keys": ["secret\n", "b\t"]}], "control_token": "token\n"})");
  EXPECT_EQ(Merged().server.service.apps.front().keys, (std::vector<std::string>{"secret", "b"}));
  EXPECT_EQ(Merged().server.control.token, "token");
  for (const char* text : {"7:secret\n", "7:secret \t\r\n", "7:secret\r\n8:other\r\n"}) {
    Variable("TIMOCK_APP", text);
    EXPECT_EQ(key(), "secret");
  }
  Variable("TIMOCK_CONTROL_TOKEN", "token2\r\n");
  EXPECT_EQ(Merged().server.control.token, "token2");
  for (const char* text : {"7:secret\n", "7:secret\n:root", "7:secret:root\n"}) {
    Flag("app", text);
    EXPECT_EQ(key(), "secret");
    EXPECT_THAT(Merged().server.service.apps.front().admins.front(), Not(HasSubstr("\n")));
  }
  Flag("control-token", "token3 \n");
  EXPECT_EQ(Merged().server.control.token, "token3");
  Flag("app", "7: \n");
  EXPECT_THAT(Refusal(), HasSubstr("--app: app 7: /keys: an app needs at least one secret key"));
}

TEST_F(SettingsTest, RefusesTheSameAppTwiceWithoutShowingAKey) {
  Variable("TIMOCK_APP", "7:secret1 7:secret2");
  EXPECT_THAT(Refusal(), HasSubstr("TIMOCK_APP: app 7 is given twice"));
  EXPECT_THAT(Refusal(), Not(HasSubstr("secret")));
}

TEST_F(SettingsTest, RefusesMoreAppsThanTheBound) {
  Variable("TIMOCK_APP", "7:k 8:k");
  Flag("max-apps", "1");
  EXPECT_EQ(Refusal(), "max-apps is 1, but 2 apps are declared; expected no more");
}

TEST_F(SettingsTest, FreezesTheClockAtAndRunsItFrom) {
  using Mode = ClockSetting::Mode;
  Flag("clock", "@1700000000");
  EXPECT_EQ(Merged().server.service.clock_setting,
            (ClockSetting{Mode::kFrozen, UnixSeconds(1'700'000'000)}));
  Flag("clock", "+1700000000");
  EXPECT_EQ(Merged().server.service.clock_setting,
            (ClockSetting{Mode::kOffset, UnixSeconds(1'700'000'000)}));
}

TEST_F(SettingsTest, SaysWhatBecomesReachableBeyondLoopback) {
  for (const char* loopback : {"127.0.0.1", "127.0.0.9", "localhost", "::1"}) {
    EXPECT_EQ(ReachableNotice({.host = loopback}), "");
  }
  EXPECT_EQ(ReachableNotice({.host = "0.0.0.0"}),
            "listening beyond this machine, on 0.0.0.0: whoever reaches it can set and read the "
            "names of 1 app with a UserSig, and the demo app's key is public; --host 127.0.0.1 "
            "keeps it to this machine");
}

TEST_F(SettingsTest, SaysThatHttpsAndTheProxyBecomeReachable) {
  ServerOptions server = {.host = "::", .tls = TlsOptions{}};
  EXPECT_THAT(ReachableNotice(server), HasSubstr("on ::, by HTTP and HTTPS: whoever reaches it"));
  server.proxy_port = 0;
  EXPECT_THAT(ReachableNotice(server),
              HasSubstr("on ::, by HTTP, HTTPS and as a proxy to itself: whoever reaches it"));
}

TEST_F(SettingsTest, ServesHttpsWhenAnotherOptionNeedsIt) {
  Flag("tls-port", "7");
  EXPECT_EQ(Merged().server.tls->port, 7);
  Variable("TIMOCK_TLS", "off");
  EXPECT_FALSE(Merged().server.tls);
  Flag("proxy-port", "0");
  EXPECT_EQ(Refusal(),
            "tls is off, but a proxy-port is given, which needs it; expected tls on, or "
            "no proxy-port");
  Flag("tls", "on");
  EXPECT_TRUE(Merged().server.tls);
}

TEST_F(SettingsTest, NeedsNoStateDirectoryForAnOwnCertificate) {
  Variable("HOME", "");
  Flag("tls-cert", "a");
  Flag("tls-key", "b");
  const TlsOptions tls = Merged().server.tls.value();
  EXPECT_EQ(tls.certificate_file, "a");
  EXPECT_EQ(tls.key_file, "b");
  EXPECT_EQ(tls.state_directory, "");
}

TEST_F(SettingsTest, KeepsTheAuthorityWhereTheXdgSpecificationPutsState) {
  Flag("tls", "on");
  EXPECT_EQ(Merged().server.tls->state_directory, "/nowhere/.local/state/timock");
  Variable("XDG_STATE_HOME", "relative");
  EXPECT_EQ(Merged().server.tls->state_directory, "/nowhere/.local/state/timock");
  Variable("XDG_STATE_HOME", "/var/state");
  EXPECT_EQ(Merged().server.tls->state_directory, "/var/state/timock");
  Flag("state-dir", "here");
  EXPECT_EQ(Merged().server.tls->state_directory,
            (std::filesystem::current_path() / "here").string());
}

TEST_F(SettingsTest, AsksForAStateDirectoryWhereThereIsNoHome) {
  Variable("HOME", "");
  EXPECT_EQ(Refusal(), "");
  Flag("tls", "on");
  EXPECT_THAT(Refusal(), HasSubstr("neither XDG_STATE_HOME nor HOME is set; expected --state-dir"));
}

TEST(ConfigFlagTest, RefusesAnEmptyPath) {
  const Result<Settings> settings =
      MergeSettings({{"config", {""}}}, [](const std::string&) { return std::nullopt; }, {});
  EXPECT_EQ(settings.error().Text(), "--config: empty; expected a file");
}

}  // namespace
}  // namespace timock::app
