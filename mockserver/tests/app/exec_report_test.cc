// What exec reports of the calls of its command, and of the processes around it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "app/folder.h"
#include "app/process.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kCall = "curl -s --noproxy '*' -d '{}' ";
constexpr const char* kSigned =
    "\"$TIMOCK_URL/v4/all_member_push/im_get_attr_name?sdkappid=1400000000&identifier=administrator"
    "&usersig=$TIMOCK_USERSIG&random=1&contenttype=json\"; ";

struct Ended {
  int code;
  std::string err;
};

Ended Exec(std::vector<std::string> options, const std::string& script) {
  options.insert(options.begin(), "exec");
  options.insert(options.end(), {"--", "sh", "-c", script});
  Process exec(options);
  const int code = exec.Wait();
  return {code, exec.err()};
}

TEST(ExecReportTest, FailsWhenNoCallArrived) {
  const Ended silent = Exec({"--fail-on", "no-call"}, "exit 0");
  EXPECT_EQ(silent.code, 1);
  EXPECT_THAT(silent.err, HasSubstr("timock: --fail-on no-call: no call reached the fake. "));
  EXPECT_THAT(silent.err, HasSubstr("http.Transport{Proxy: http.ProxyFromEnvironment}"));
  EXPECT_THAT(silent.err, HasSubstr("--tls-port 443"));
  EXPECT_EQ(Exec({"--fail-on", "no-call"}, "exit 5").code, 5);
  const Ended called = Exec({"--fail-on", "no-call"}, std::string(kCall) + kSigned);
  EXPECT_EQ(called.code, 0);
  EXPECT_EQ(called.err, "");
}

TEST(ExecReportTest, TakesNoCallForWhatIsNone) {
  // A question whether the server is there, the control API, and bytes that are no HTTP.
  const Ended none =
      Exec({"--fail-on", "no-call", "--log", "off"},
           "curl -sI --noproxy '*' $TIMOCK_URL/; curl -s --noproxy '*' $TIMOCK_CONTROL_URL/health; "
           "curl -sk --noproxy '*' https${TIMOCK_URL#http}; exit 0");
  EXPECT_EQ(none.code, 1);
}

TEST(ExecReportTest, WarnsOfAProxyThatBroughtNoCall) {
  const Folder folder;
  const Ended silent = Exec({"--proxy-port", "0", "--state-dir", folder.Path("state")}, "exit 0");
  EXPECT_EQ(silent.code, 0);
  EXPECT_EQ(silent.err,
            "timock: warning: exec: no call reached the fake; --fail-on no-call says "
            "what to do about it\n");
}

TEST(ExecReportTest, GroupsThrottleRefusalsInOneLine) {
  const std::string calls =
      "for i in 1 2 3 4 5 6 7 8 9; do " + std::string(kCall) + kSigned + "done";
  const Ended ended =
      Exec({"--throttle", "1", "--clock", "@1700000000", "--fail-on", "diagnosis"}, calls);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("\n8 x throttle (60007)"));
  // Five lines of the log, the count of the others, the report of two lines.
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 5 + 1 + 2) << ended.err;
}

TEST(ExecReportTest, TakesExceptionsByRule) {
  const std::string calls = std::string(kCall) + "$TIMOCK_URL/v4/no/such";
  const auto with = [&](const std::string& except) {
    return Exec({"--log", "off", "--fail-on", "diagnosis", "--except", except}, calls);
  };
  EXPECT_EQ(with("command_unknown").code, 0);
  EXPECT_EQ(with("throttle,command_unknown").code, 0);
  const Ended misspelt = with("comand_unknown");
  EXPECT_EQ(misspelt.code, 1);
  EXPECT_THAT(misspelt.err, HasSubstr("--except comand_unknown: there was no such diagnosis\n"));
  const Ended alone = Exec({"--except", "throttle"}, "exit 0");
  EXPECT_EQ(alone.code, 2);
  EXPECT_EQ(alone.err, "timock: exec: --except is given without --fail-on diagnosis\n");
}

TEST(ExecReportTest, LogsAnUnservedCommandWithoutRepeatingItself) {
  const Ended ended = Exec({}, std::string(kCall) + "$TIMOCK_URL/v4/openim/sendmsg");
  const std::string sentence = "is a real command that this fake does not serve";
  const std::size_t first = ended.err.find(sentence);
  ASSERT_NE(first, std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find(sentence, first + 1), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("fake this command by other means"),
            ended.err.rfind("fake this command by other means"));
  EXPECT_THAT(ended.err, HasSubstr("| command_not_served: openim/sendmsg"));
}

bool IsGone(pid_t pid) { return !FileExists("/proc/" + std::to_string(pid)); }

// Process 1 of a container, and a "child subreaper" everywhere, adopts the orphans below it.
TEST(ExecReportTest, ReapsTheOrphansOfItsCommand) {
  const Folder folder;
  const std::string orphan = folder.Path("orphan");
  // The inner shell outlives its parent, and ends when it is told to.
  const std::string script = "(sh -c 'while ! [ -e " + folder.Path("end") +
                             " ]; do sleep 0.01; done' & echo $! > " + orphan + ".new; mv " +
                             orphan + ".new " + orphan + "); while ! [ -e " + folder.Path("go") +
                             " ]; do sleep 0.01; done; exit 7";
  const pid_t exec = fork();
  if (exec == 0) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    execl(TIMOCK_PROGRAM, TIMOCK_PROGRAM, "exec", "--", "sh", "-c", script.c_str(), nullptr);
    _exit(99);
  }
  ASSERT_TRUE(WaitUntil([&] { return FileExists(orphan); }));
  const pid_t pid = std::stoi(ReadFile(orphan));
  EXPECT_FALSE(IsGone(pid));
  folder.Write("end", "");
  EXPECT_TRUE(WaitUntil([&] { return IsGone(pid); })) << "a zombie is left";
  folder.Write("go", "");
  int status = 0;
  ASSERT_EQ(waitpid(exec, &status, 0), exec);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

}  // namespace
}  // namespace timock::app
