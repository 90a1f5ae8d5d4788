#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/folder.h"
#include "app/process.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> Script(const std::string& script, std::vector<std::string> options) {
  options.insert(options.begin(), "exec");
  options.insert(options.end(), {"--", "sh", "-c", script});
  return options;
}

TEST(ExecEnvironmentTest, LeadsCallsPastTheCallersProxyAndSaysSo) {
  Process exec(Script("echo \"$http_proxy|$NO_PROXY|$no_proxy\"", {"--log-level", "debug"}),
               {"http_proxy=http://user:secret@127.0.0.1:9", "NO_PROXY=db.corp"});
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_EQ(exec.out(),
            "http://user:secret@127.0.0.1:9|localhost,127.0.0.1,::1,db.corp|"
            "localhost,127.0.0.1,::1,db.corp\n");
  EXPECT_THAT(exec.err(), HasSubstr("exec: of the command's environment, changed NO_PROXY; added "
                                    "no_proxy, GLOBAL_AGENT_NO_PROXY\n"));
  EXPECT_THAT(exec.err(), Not(HasSubstr("secret")));
}

TEST(ExecEnvironmentTest, SaysNothingOfItAtOtherLevels) {
  Process exec(Script("true", {}), {"http_proxy=http://127.0.0.1:9"});
  EXPECT_EQ(exec.Wait(), 0);
  EXPECT_EQ(exec.err(), "");
}

TEST(ExecEnvironmentTest, PutsTheProxyInThePlaceOfTheCallers) {
  Process exec(
      Script("[ \"$https_proxy\" = \"$TIMOCK_PROXY_URL\" ] && echo \"$ALL_PROXY|$NO_PROXY\" && "
             "ls -A \"$CURL_HOME\" && echo \"$CURL_HOME\"",
             {"--proxy-port", "0", "--extra-host", "stand-in.example"}),
      {"https_proxy=http://127.0.0.1:9", "ALL_PROXY=http://127.0.0.1:9",
       "NO_PROXY=.qq.com,stand-in.example,db.corp"});
  EXPECT_EQ(exec.Wait(), 0) << exec.err();
  EXPECT_THAT(exec.out(), testing::StartsWith("|localhost,127.0.0.1,::1,db.corp\n"
                                              ".curlrc\nnode.cjs\ntimock.ini\n"));
  const std::string folder = exec.out().substr(exec.out().find("/"));
  EXPECT_FALSE(FileExists(folder.substr(0, folder.find('\n'))));
}

TEST(ExecEnvironmentTest, RefusesAHostThatIsNoName) {
  for (const char* host : {"https://a.example", "a.example:443", ""}) {
    Process exec(Script("echo ran", {"--extra-host", host}));
    EXPECT_EQ(exec.Wait(), 2);
    EXPECT_THAT(exec.err(), HasSubstr("--extra-host"));
  }
  Process variable(Script("echo ran", {}), {"TIMOCK_EXTRA_HOST=a.example;*.b"});
  EXPECT_EQ(variable.Wait(), 2);
  const Folder folder;
  Process member(
      Script("echo ran", {"--config", folder.Write("c.json", R"({"extra_hosts": "a.example"})")}));
  EXPECT_EQ(member.Wait(), 2);
  EXPECT_THAT(member.err(), HasSubstr("/extra_hosts: \"a.example\": expected an array of strings"));
}

TEST(ExecEnvironmentTest, SaysThatAnAuthorityIsNotForAnExtraHost) {
  const Folder folder;
  const std::string state = folder.Path("state");
  Process first(Script("true", {"--proxy-port", "0", "--state-dir", state}));
  EXPECT_EQ(first.Wait(), 0);
  Process second(Script(
      "true", {"--proxy-port", "0", "--state-dir", state, "--extra-host", "stand-in.example"}));
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_THAT(second.err(), HasSubstr("constrained to other hosts"));
  EXPECT_THAT(second.err(), HasSubstr("name another folder with --state-dir"));
}

}  // namespace
}  // namespace timock::app
