#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/folder.h"
#include "app/process.h"
#include "timock/app.h"
#include "timock/error_code.h"
#include "timock/profile.h"
#include "timock/user_sig.h"

namespace timock::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunTimock(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment = {}) {
  Process process(arguments, environment);
  const int code = process.Wait();
  return {code, process.out(), process.err()};
}

std::string TakeLine(std::string text) {
  EXPECT_THAT(text, testing::EndsWith("\n"));
  text.pop_back();
  return text;
}

TEST(ProgramTest, HelpsWithEveryCommandByExamples) {
  const Outcome overview = RunTimock({"--help"});
  EXPECT_EQ(overview.code, 0);
  for (const std::string command :
       {"serve", "exec", "ca", "usersig", "errors", "explain", "health", "profile", "version"}) {
    EXPECT_THAT(overview.out, HasSubstr("\n  " + command + " "));
    const Outcome help = RunTimock({command, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  ")) << command;
    EXPECT_THAT(help.out.substr(help.out.find("Examples:")), HasSubstr("timock " + command));
  }
}

TEST(ProgramTest, NamesEveryVariableInTheHelpOfServe) {
  const std::string help = RunTimock({"serve", "--help"}).out;
  for (const char* name :
       {"HOST",          "PORT",    "PORT_FILE", "APP",       "PROFILE",  "THROTTLE",
        "USERSIG_CHECK", "CLOCK",   "LOG",       "LOG_LEVEL", "MAX_BODY", "MAX_APPS",
        "PORTS_FILE",    "TLS",     "TLS_PORT",  "TLS_CERT",  "TLS_KEY",  "STATE_DIR",
        "PROXY_PORT",    "THREADS", "CONFIG"}) {
    EXPECT_THAT(help, HasSubstr("[TIMOCK_" + std::string(name) + "]"));
  }
}

TEST(ProgramTest, ExitsTwoOnWrongUsage) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {}, {"server"}, {"--verbose"}, {"errors", "1", "2"}, {"exec", "ls"}}) {
    const Outcome outcome = RunTimock(arguments);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, StartsWith("timock: "));
    EXPECT_THAT(outcome.err, HasSubstr("--help"));
  }
}

TEST(ProgramTest, NamesTheCommandsWhereOneIsUnknown) {
  EXPECT_THAT(RunTimock({"serv"}).err,
              StartsWith("timock: unknown command \"serv\"; expected serve, exec, usersig, ca, "
                         "errors, explain, health, profile or version\n"));
}

TEST(ProgramTest, ListsUnexpectedArgumentsAsTheyWereGiven) {
  const Outcome outcome = RunTimock({"serve", "--prot", "9"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, StartsWith("timock: unexpected arguments: --prot 9\n"));
  EXPECT_THAT(RunTimock({"exec", "--prot", "9", "--", "true"}).err,
              StartsWith("timock: unexpected arguments: --prot 9\n"));
}

TEST(ProgramTest, PrintsItsVersion) {
  EXPECT_THAT(RunTimock({"--version"}).out, testing::MatchesRegex("timock [0-9]+\\.[0-9.]+\n"));
  EXPECT_THAT(RunTimock({"version"}).out,
              testing::MatchesRegex("timock [0-9.]+\ncompiler .*\nlibuv 1\\..*\nopenssl 3\\..*\n"));
  const json version = json::parse(RunTimock({"version", "--json"}).out);
  for (const char* member : {"timock", "compiler", "libuv", "openssl"}) {
    EXPECT_TRUE(version[member].is_string());
  }
}

TEST(ProgramTest, PrintsTheErrorCatalogue) {
  const Outcome table = RunTimock({"errors"});
  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(static_cast<std::size_t>(std::count(table.out.begin(), table.out.end(), '\n')),
            ErrorCatalogue().size() + 1);
  const json rows = json::parse(RunTimock({"errors", "--json"}).out);
  ASSERT_EQ(rows.size(), ErrorCatalogue().size());
  EXPECT_EQ(rows[1]["code"], ErrorCatalogue()[1].code);
}

TEST(ProgramTest, ExplainsOneErrorCode) {
  const Outcome one = RunTimock({"errors", "60002"});
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.out, HasSubstr("ErrorInfo    HTTP parse Error\n"));
  EXPECT_EQ(json::parse(RunTimock({"errors", "60002", "--json"}).out)["text"], "HTTP parse Error");
  const Outcome unknown = RunTimock({"errors", "12345"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.out, "");
  EXPECT_THAT(unknown.err, HasSubstr("no error code 12345"));
  EXPECT_EQ(RunTimock({"errors", "many"}).code, 2);
}

TEST(ProgramTest, ExplainsARuleByItsSource) {
  const Outcome rule = RunTimock({"explain", "R8"});
  EXPECT_EQ(rule.code, 0);
  EXPECT_THAT(rule.out, StartsWith("R8           Body "));
  EXPECT_THAT(rule.out, HasSubstr("\nmark         D: a page of the vendor says so\n"));
  EXPECT_THAT(rule.out,
              HasSubstr("\"The attribute name cannot exceed the length limit of 50 bytes.\""));
  EXPECT_THAT(RunTimock({"explain", "P3"}).out, HasSubstr("O: a real client or a real answer"));
}

TEST(ProgramTest, ExplainsASwitchByWhatProfilesSayAndByAnExample) {
  const Outcome name = RunTimock({"explain", "name_too_long"});
  EXPECT_EQ(name.code, 0);
  EXPECT_THAT(name.out, HasSubstr(" A  nothing public says it; our choice\n"));
  EXPECT_THAT(name.out, HasSubstr("\nmark         A: our assumption\n             I: inferred"));
  EXPECT_THAT(name.out, HasSubstr("\nseed-2022-04 90001 "));
  EXPECT_THAT(name.out, HasSubstr("51 bytes, 51 characters\nwhat to do   shorten it to 50 bytes"));
  EXPECT_THAT(RunTimock({"explain", "missing_wrapper"}).out,
              StartsWith("for example  the digit keys are at the top of the body\n"));
}

TEST(ProgramTest, ExplainsAnErrorCodeByWhatGivesIt) {
  const Outcome code = RunTimock({"explain", "60007"});
  EXPECT_EQ(code.code, 0);
  EXPECT_THAT(code.out, StartsWith("code         60007\nlayer        access\n"));
  EXPECT_THAT(code.out, HasSubstr("\nseed-2022-04 throttle\n"));
  EXPECT_THAT(code.out, HasSubstr("\nwhat to do   slow down or retry later"));
  EXPECT_THAT(RunTimock({"explain", "90009"}).out,
              HasSubstr("the endpoint's page: \"90009 The request requires the app admin"));
}

TEST(ProgramTest, ExplainsEverySwitch) {
  const json profile = json::parse(Profile().ToJson());
  for (const auto& [name, value] : profile.items()) {
    const Outcome outcome = RunTimock({"explain", name});
    EXPECT_EQ(outcome.code, 0) << name;
    EXPECT_THAT(outcome.out, HasSubstr("\nlenient ")) << name;
  }
}

TEST(ProgramTest, ExplainsWhatALogNames) {
  for (const char* word :
       {"http_malformed", "proxy_refused", "sdkappid_region", "missing_wrapper"}) {
    EXPECT_THAT(RunTimock({"explain", word}).out, HasSubstr("what to do   ")) << word;
  }
  EXPECT_THAT(RunTimock({"explain", "throttle.algorithm"}).out, HasSubstr("sliding_window"));
  EXPECT_THAT(RunTimock({"explain", "0"}).out, Not(HasSubstr("error_info")));
}

TEST(ProgramTest, SaysWhatCanBeExplained) {
  for (const char* word : {"R99", "name_to_long", "12345", "", "R8 | x"}) {
    const Outcome outcome = RunTimock({"explain", word});
    EXPECT_EQ(outcome.code, 1) << word;
    EXPECT_EQ(outcome.out, "") << word;
    EXPECT_THAT(outcome.err, HasSubstr("expected a rule such as R8")) << word;
  }
  EXPECT_EQ(RunTimock({"explain"}).code, 2);
}

TEST(ProgramTest, TellsWhetherAServerIsReady) {
  Process server({"serve", "--port", "0"});
  const std::string port = std::to_string(server.ReadPort());
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const Outcome ready = RunTimock({"health", "http://" + host + ":" + port});
    EXPECT_EQ(ready.code, 0) << ready.err;
    EXPECT_EQ(ready.out + ready.err, "");
  }
  EXPECT_EQ(RunTimock({"health", "http://localhost:" + port + "/"}).code, 0);
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
  const Outcome gone = RunTimock({"health", "http://127.0.0.1:" + port});
  EXPECT_EQ(gone.code, 1);
  EXPECT_EQ(gone.err, "timock: health: http://127.0.0.1:" + port +
                          ": nothing answers there (Connection refused); is the server running, "
                          "and is this its port?\n");
}

TEST(ProgramTest, TellsAnotherServerFromAReadyOne) {
  // The control port serves no health check; it leads to the page.
  Process server({"serve", "--port", "0", "--control-port", "0", "--ports-file", "/dev/stdout"});
  ASSERT_TRUE(server.ReadUntil(1, "}"));
  const std::size_t begin = server.out().find('{');
  const json ports = json::parse(server.out().substr(begin, server.out().find('}') - begin + 1));
  const Outcome other = RunTimock({"health", "http://127.0.0.1:" + ports.at("control").dump()});
  EXPECT_EQ(other.code, 1);
  EXPECT_THAT(other.err, HasSubstr("not a healthy timock: it answered \"HTTP/1.1 308"));
}

TEST(ProgramTest, WantsAPlainUrlForTheHealthOfAServer) {
  for (const char* url : {"127.0.0.1:8080", "https://127.0.0.1:8443", "http://", "http://a b",
                          "http://127.0.0.1:8080/x"}) {
    const Outcome outcome = RunTimock({"health", url});
    EXPECT_EQ(outcome.code, 2) << url;
    EXPECT_THAT(outcome.err, HasSubstr("': expected http://HOST[:PORT]")) << url;
  }
  EXPECT_EQ(RunTimock({"health"}).code, 2);
}

TEST(ProgramTest, PrintsAWholeProfileThatReadsBackAsItself) {
  for (const std::string& name : Profile::ShippedNames()) {
    const Outcome outcome = RunTimock({"profile", name});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(TakeLine(outcome.out), Profile::Named(name).value().ToJson());
  }
  EXPECT_EQ(RunTimock({"profile"}).out, RunTimock({"profile", "seed-2022-04"}).out);
  EXPECT_EQ(RunTimock({"profile"}, {"TIMOCK_PROFILE=lenient"}).out,
            RunTimock({"profile", "lenient"}).out);
  EXPECT_EQ(RunTimock({"profile", "--list"}).out,
            "seed-2022-04\ntable-2023\ngateway-2026\nlenient\n");
}

TEST(ProgramTest, ExplainsWhereAValueComesFrom) {
  const std::string one = RunTimock({"profile", "--explain", "not_admin"}).out;
  EXPECT_THAT(one, HasSubstr("90009             D  "));
  EXPECT_THAT(one, HasSubstr("  or                        60010             O  "));
  const std::string gateway = RunTimock({"profile", "--explain", "gateway-2026"}).out;
  EXPECT_THAT(gateway, HasSubstr("not_admin                   60010             O  "));
  EXPECT_THAT(gateway, HasSubstr("\nthrottle.code "));
  EXPECT_EQ(RunTimock({"profile", "gateway-2026", "--explain", "body_too_large"}).out,
            RunTimock({"profile", "--explain", "body_too_large"}).out);
  const Outcome unknown = RunTimock({"profile", "--explain", "not_adimn"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--explain 'not_adimn': expected a switch"));
}

TEST(ProgramTest, ChecksAProfileFile) {
  const Folder folder;
  const std::string good = folder.Write("good.json", R"({"base": "lenient", "not_admin": 60010})");
  EXPECT_EQ(json::parse(RunTimock({"profile", good}).out)["not_admin"], 60010);
  const std::string broken = folder.Write("broken.json", "{\n\"not_admin\": }");
  const Outcome syntax = RunTimock({"profile", broken});
  EXPECT_EQ(syntax.code, 2);
  EXPECT_EQ(syntax.out, "");
  EXPECT_THAT(syntax.err, HasSubstr(broken + ": line 2, column "));
  const std::string unknown = folder.Write("unknown.json", R"({"not_adimn": 60010})");
  EXPECT_THAT(RunTimock({"profile", unknown}).err, HasSubstr(unknown + ": /not_adimn: "));
  EXPECT_EQ(RunTimock({"profile", "no-such"}).code, 2);
}

class UserSigCommandTest : public testing::Test {
 protected:
  static std::vector<std::string> Sign(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"usersig", "--sdkappid", "7",     "--identifier",
                                          "root",    "--key",      "secret"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static DecodedUserSig Decoded(const std::string& user_sig) {
    return std::get<DecodedUserSig>(DecodeUserSig(user_sig));
  }
};

TEST_F(UserSigCommandTest, PrintsOnlyAUserSigThatVerifies) {
  const Outcome outcome =
      RunTimock(Sign({"--expire", "60", "--time", "1700000000", "--userbuf", "YWJj"}));
  EXPECT_EQ(outcome.code, 0);
  const DecodedUserSig user_sig = Decoded(TakeLine(outcome.out));
  EXPECT_EQ(user_sig.claims.identifier, "root");
  EXPECT_EQ(user_sig.claims.sdkappid, 7);
  EXPECT_EQ(user_sig.claims.time, 1'700'000'000);
  EXPECT_EQ(user_sig.claims.expire, 60);
  EXPECT_EQ(user_sig.claims.userbuf, "YWJj");
  EXPECT_TRUE(VerifyUserSig(user_sig.claims, *user_sig.signature, "secret"));
}

TEST_F(UserSigCommandTest, TakesItsCredentialsFromTheEnvironment) {
  const Outcome outcome = RunTimock(
      {"usersig"}, {"TIMOCK_SDKAPPID=7", "TIMOCK_IDENTIFIER=root", "TIMOCK_SECRET_KEY=secret"});
  const DecodedUserSig user_sig = Decoded(TakeLine(outcome.out));
  EXPECT_TRUE(VerifyUserSig(user_sig.claims, *user_sig.signature, "secret"));
  EXPECT_EQ(user_sig.claims.expire, 86'400);
  EXPECT_FALSE(UserSigExpired(user_sig.claims, SystemClock().Now()));
}

TEST_F(UserSigCommandTest, SaysWhatIsMissingOrWrong) {
  const Outcome missing = RunTimock({"usersig", "--sdkappid", "7", "--identifier", "root"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_EQ(missing.err, "timock: usersig: expected --key or TIMOCK_SECRET_KEY\n");
  const Outcome id =
      RunTimock({"usersig", "--identifier", "root", "--key", "secret", "--sdkappid", "x"});
  EXPECT_EQ(id.code, 2);
  EXPECT_THAT(id.err, HasSubstr("--sdkappid: 'x': expected a whole number"));
  EXPECT_THAT(id.err, Not(HasSubstr("secret")));
  EXPECT_THAT(RunTimock(Sign({"--expire", "day"})).err, HasSubstr("--expire: 'day': expected"));
  EXPECT_THAT(RunTimock(Sign({"--time", "now"})).err, HasSubstr("--time: 'now': expected"));
  EXPECT_THAT(RunTimock(Sign({"--userbuf", "a-b"})).err, HasSubstr("--userbuf: 'a-b': expected"));
}

TEST_F(UserSigCommandTest, TakesAUserSigApart) {
  const std::string user_sig =
      SignUserSig({.identifier = "root", .sdkappid = 7, .time = 1000, .expire = 60}, "secret");
  const Outcome keyless = RunTimock({"usersig", "--decode", user_sig, "--time", "2000"});
  EXPECT_EQ(keyless.code, 0);
  EXPECT_EQ(json::parse(keyless.out),
            json::parse(R"({"identifier": "root", "sdkappid": 7, "time": 1000, "expire": 60,
                            "expired": true})"));
  const auto judge = [&](const std::string& key, const std::string& time) {
    return RunTimock({"usersig", "--decode", user_sig, "--key", key, "--time", time});
  };
  EXPECT_EQ(judge("secret", "1060").code, 0);
  EXPECT_EQ(json::parse(judge("secret", "1060").out)["verifies"], true);
  EXPECT_EQ(judge("secret", "1061").code, 1);
  EXPECT_EQ(judge("other", "1060").code, 1);
  EXPECT_EQ(json::parse(judge("other", "1060").out)["verifies"], false);
  EXPECT_THAT(RunTimock(Sign({"--decode", user_sig})).err, HasSubstr("excludes --decode"));
  const Outcome empty = RunTimock({"usersig", "--decode", ""});
  EXPECT_EQ(empty.code, 2);
  EXPECT_EQ(empty.out, "");
  EXPECT_EQ(empty.err, "timock: usersig: --decode: empty; expected a UserSig\n");
  const Outcome text = RunTimock({"usersig", "--decode", "hello"});
  EXPECT_EQ(text.code, 1);
  EXPECT_THAT(text.err, HasSubstr("--decode: the UserSig is not base64: its length, 5"));
  const Outcome odd = RunTimock(
      {"usersig", "--decode", SignUserSig({.time = 1'795'400'000'000, .expire = 60}, "secret")});
  EXPECT_EQ(odd.code, 0);
  EXPECT_THAT(odd.err, HasSubstr("warning: TLS.time in the UserSig is 1795400000000"));
}

}  // namespace
}  // namespace timock::app
