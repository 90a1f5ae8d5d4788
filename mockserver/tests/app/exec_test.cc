#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <variant>

#include "app/folder.h"
#include "app/process.h"
#include "timock/app.h"
#include "timock/user_sig.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> Shell(const std::string& script,
                               const std::vector<std::string>& options = {}) {
  std::vector<std::string> arguments = {"exec"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(arguments.end(), {"--", "sh", "-c", script});
  return arguments;
}

TEST(ExecTest, PassesOnTheExitCodeOfItsCommand) {
  for (const int code : {0, 1, 7, 255}) {
    Process exec(Shell("exit " + std::to_string(code)));
    EXPECT_EQ(exec.Wait(), code);
    EXPECT_EQ(exec.out(), "");
    EXPECT_EQ(exec.err(), "");
  }
}

TEST(ExecTest, ExitsWith128AndTheSignalThatKilledItsCommand) {
  Process exec(Shell("kill -KILL $$"));
  EXPECT_EQ(exec.Wait(), 128 + SIGKILL);
}

TEST(ExecTest, TellsACommandThatIsMissingFromOneThatCannotRun) {
  Process missing({"exec", "--", "no-such-command-anywhere"});
  EXPECT_EQ(missing.Wait(), 127);
  EXPECT_THAT(missing.err(), StartsWith("timock: cannot run no-such-command-anywhere: "));
  const Folder folder;
  Process plain({"exec", "--", folder.Write("plain", "text")});
  EXPECT_EQ(plain.Wait(), 126);
}

TEST(ExecTest, ExportsTheUrlAndTheCredentialsOfTheFirstApp) {
  Process exec(Shell(R"(printf '%s\n' "$TIMOCK_URL" "$TIMOCK_SDKAPPID" "$TIMOCK_IDENTIFIER" )"
                     R"("$TIMOCK_SECRET_KEY" "$TIMOCK_USERSIG")",
                     {"--app", "7:sevenkey:root,ops", "--app", "8:eightkey", "--clock", "@1000"}));
  EXPECT_EQ(exec.Wait(), 0);
  std::vector<std::string> lines;
  std::istringstream out(exec.out());
  for (std::string line; std::getline(out, line);) {
    lines.push_back(line);
  }
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_THAT(lines[0], testing::MatchesRegex("http://127.0.0.1:[1-9][0-9]*"));
  EXPECT_EQ(lines[1], "7");
  EXPECT_EQ(lines[2], "root");
  EXPECT_EQ(lines[3], "sevenkey");
  const auto decoded = DecodeUserSig(lines[4]);
  ASSERT_TRUE(std::holds_alternative<DecodedUserSig>(decoded));
  const DecodedUserSig& user_sig = std::get<DecodedUserSig>(decoded);
  EXPECT_EQ(user_sig.claims.identifier, "root");
  EXPECT_EQ(user_sig.claims.sdkappid, 7);
  EXPECT_EQ(user_sig.claims.time, 1000);
  EXPECT_EQ(user_sig.claims.expire, 86'400);
  EXPECT_TRUE(VerifyUserSig(user_sig.claims, *user_sig.signature, "sevenkey"));
}

TEST(ExecTest, HandsNoVariableOfTheServerToItsCommand) {
  Process exec(Shell("env | grep ^TIMOCK_ | cut -d= -f1 | sort | tr '\\n' ' '"),
               {"TIMOCK_PORT=0", "TIMOCK_THROTTLE=off", "TIMOCK_USERSIG_CHECK=verify",
                "TIMOCK_USERSIG=stale", "TIMOCK_OTHER=kept"});
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_EQ(exec.out(),
            "TIMOCK_CONTROL_URL TIMOCK_IDENTIFIER TIMOCK_OTHER TIMOCK_SDKAPPID TIMOCK_SECRET_KEY "
            "TIMOCK_URL "
            "TIMOCK_USERSIG ");
}

TEST(ExecTest, MayRunInsideAnother) {
  Process exec(Shell("a=$TIMOCK_URL; " TIMOCK_PROGRAM
                     " exec -- sh -c '[ -n \"$TIMOCK_URL\" ] && [ \"$TIMOCK_URL\" != '\"$a\"' ]'"),
               {"TIMOCK_CLOCK=@5"});
  EXPECT_EQ(exec.Wait(), 0) << exec.err();
}

TEST(ExecTest, KeepsEveryArgumentAsItIs) {
  Process exec(
      {"exec", "--log", "off", "--", "printf", "%s|", "[a,b]", "--", "--help", "", "serve", "-x"});
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_EQ(exec.out(), "[a,b]|--|--help||serve|-x|");
}

TEST(ExecTest, ForwardsSigtermAndWaitsForItsCommand) {
  Process exec(Shell(
      "trap 'echo caught; exit 9' TERM; echo ready; for i in $(seq 3000); do sleep 0.01; done"));
  ASSERT_TRUE(exec.ReadUntil(1, "ready"));
  exec.Signal(SIGTERM);
  EXPECT_EQ(exec.Wait(), 9);
  EXPECT_THAT(exec.out(), HasSubstr("caught"));
}

TEST(ExecTest, GivesItsCommandTheUsualSignals) {
  Process exec(Shell("kill -TERM $$; echo survived"));
  EXPECT_EQ(exec.Wait(), 128 + SIGTERM);
  EXPECT_EQ(exec.out(), "");
}

TEST(ExecTest, NeedsACommand) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"exec"}, {"exec", "--"}}) {
    Process exec(arguments);
    EXPECT_EQ(exec.Wait(), 2);
    EXPECT_THAT(exec.err(), StartsWith("timock: exec: expected -- COMMAND"));
  }
}

TEST(ExecTest, SaysWhereTheForgottenMarkBelongs) {
  const auto complaint = [](const std::vector<std::string>& arguments) {
    Process exec(arguments);
    EXPECT_EQ(exec.Wait(), 2);
    return exec.err().substr(0, exec.err().find('\n'));
  };
  EXPECT_EQ(complaint({"exec", "python3", "cl.py"}),
            "timock: exec: put -- before the command: timock exec -- python3 cl.py");
  EXPECT_EQ(complaint({"exec", "--app", "1:secret", "sh", "-c", "exit 0"}),
            "timock: exec: put -- before the command: timock exec OPTIONS... -- sh -c 'exit 0'");
  EXPECT_EQ(complaint({"exec", "server", "--app", "1:secret"}),
            "timock: exec: put -- before the command: timock exec -- server ...");
}

TEST(ExecTest, WarnsOfCredentialsThatItCannotExport) {
  const Folder folder;
  const std::string script = "env | grep ^TIMOCK_ | cut -d= -f1 | sort | tr '\\n' ' '";
  Process appless(Shell(script, {"--config", folder.Write("none.json", R"({"apps": []})")}));
  EXPECT_EQ(appless.Wait(), 0);
  EXPECT_EQ(appless.out(), "TIMOCK_CONTROL_URL TIMOCK_URL ");
  EXPECT_EQ(appless.err(),
            "timock: warning: exec: no app is declared: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, "
            "TIMOCK_SECRET_KEY and TIMOCK_USERSIG are not exported\n");
  const std::string config =
      folder.Write("adminless.json", R"({"apps": [{"sdkappid": 7, "key": "k", "admins": []}]})");
  Process adminless(Shell(script, {"--config", config}));
  EXPECT_EQ(adminless.Wait(), 0);
  EXPECT_EQ(adminless.out(), "TIMOCK_CONTROL_URL TIMOCK_SDKAPPID TIMOCK_SECRET_KEY TIMOCK_URL ");
  EXPECT_EQ(adminless.err(),
            "timock: warning: exec: the first app, 7, has no admin: TIMOCK_IDENTIFIER and "
            "TIMOCK_USERSIG are not exported\n");
}

TEST(ExecTest, ExportsAnAddressThatCanBeCalled) {
  Process exec(Shell("echo $TIMOCK_URL", {"--host", "0.0.0.0"}));
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_THAT(exec.out(), StartsWith("http://127.0.0.1:"));
}

TEST(ExecTest, RefusesBadSettingsBeforeItRunsTheCommand) {
  Process exec(Shell("echo ran", {"--throttle", "many"}));
  EXPECT_EQ(exec.Wait(), 2);
  EXPECT_EQ(exec.out(), "");
  Process unknown(Shell("echo ran", {"--fail-on", "anything"}));
  EXPECT_EQ(unknown.Wait(), 2);
  EXPECT_EQ(unknown.out(), "");
}

// exec runs a shell that waits while the test itself makes calls.
class FailOnDiagnosisTest : public testing::Test {
 protected:
  int RunWith(const std::string& body, int command_exit_code, int calls = 1) {
    exec_.emplace(Shell("echo \"$TIMOCK_URL $TIMOCK_USERSIG.\"; for i in $(seq 3000); do [ -e " +
                            folder_.Path("go") + " ] && break; sleep 0.01; done; exit " +
                            std::to_string(command_exit_code),
                        {"--fail-on", "diagnosis"}));
    if (!exec_->ReadUntil(1, ".\n")) {
      return -1;
    }
    std::istringstream out(exec_->out());
    std::string url;
    std::string user_sig;
    out >> url >> user_sig;
    user_sig.pop_back();
    httplib::Client client(url.c_str());
    client.set_url_encode(false);
    const std::string target =
        "/v4/all_member_push/im_set_attr_name?sdkappid=1400000000&identifier=administrator"
        "&usersig=" +
        user_sig + "&random=1&contenttype=json";
    for (int i = 0; i < calls; ++i) {
      EXPECT_TRUE(client.Post(target.c_str(), body, "application/json"));
    }
    folder_.Write("go", "");
    return exec_->Wait();
  }
  const std::string& err() const { return exec_->err(); }

 private:
  Folder folder_;
  std::optional<Process> exec_;
};

TEST_F(FailOnDiagnosisTest, PassesWhenTheFakeHasNothingToNote) {
  EXPECT_EQ(RunWith(R"({"AttrNames":{"0":"sex"}})", 0), 0);
  EXPECT_EQ(err(), "");
}

TEST_F(FailOnDiagnosisTest, FailsACommandThatSucceededAndListsEachDiagnosisOnce) {
  EXPECT_EQ(RunWith(R"({"AttrNames":{}})", 0, 3), 1);
  EXPECT_THAT(err(), HasSubstr("--fail-on diagnosis: the fake had something to note"));
  EXPECT_THAT(err(), HasSubstr("\n3 x attr_names_empty (90001): "));
}

TEST_F(FailOnDiagnosisTest, KeepsTheExitCodeOfACommandThatFailed) {
  EXPECT_EQ(RunWith(R"({"AttrNames":{}})", 5), 5);
  EXPECT_THAT(err(), HasSubstr("1 x attr_names_empty (90001): "));
}

}  // namespace
}  // namespace timock::app
