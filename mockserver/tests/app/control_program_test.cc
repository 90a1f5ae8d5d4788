#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/folder.h"
#include "app/process.h"

namespace timock::app {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string Ask(int port, const std::string& path, const std::string& token = "") {
  httplib::Client client("127.0.0.1", port);
  if (!token.empty()) {
    client.set_bearer_token_auth(token.c_str());
  }
  const auto response = client.Get(("/_timock" + path).c_str());
  return response ? std::to_string(response->status) + " " + response->body : "no answer";
}

std::string Printed(const std::vector<std::string>& options,
                    const std::vector<std::string>& environment = {}) {
  std::vector<std::string> arguments = {"exec"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.insert(
      arguments.end(),
      {"--", "sh", "-c", R"(echo "$TIMOCK_URL $TIMOCK_CONTROL_URL $TIMOCK_CONTROL_TOKEN")"});
  Process exec(arguments, environment);
  EXPECT_EQ(exec.Wait(), 0) << exec.err();
  return exec.out();
}

// Of a server on 0.0.0.0, whose ready line names that address.
int PortOnAllAddresses(Process* serve) {
  const std::string mark = "listening on http://0.0.0.0:";
  EXPECT_TRUE(serve->ReadUntil(1, "\n"));
  const std::size_t place = serve->out().find(mark);
  return place == std::string::npos ? 0 : std::stoi(serve->out().substr(place + mark.size()));
}

TEST(ControlProgramTest, ExecExportsWhereTheControlApiIs) {
  EXPECT_THAT(Printed({}), MatchesRegex("(http://127.0.0.1:[0-9]+) http://127.0.0.1:[0-9]+/_timock "
                                        "\n"));
  EXPECT_THAT(Printed({"--control", "off"}), MatchesRegex("http://127.0.0.1:[0-9]+  \n"));
  EXPECT_THAT(Printed({"--control-token", "s3cret"}), HasSubstr("/_timock s3cret\n"));
  EXPECT_THAT(Printed({}, {"TIMOCK_CONTROL_TOKEN=s3cret"}), HasSubstr("/_timock s3cret\n"));
}

TEST(ControlProgramTest, AStateDumpIsAConfigFile) {
  const Folder folder;
  Process first({"serve", "--port", "0", "--clock", "@1700000000.123456789", "--throttle", "7",
                 "--app", "7:k:root", "--usersig", "off"});
  const std::string dump = Ask(first.ReadPort(), "/state");
  ASSERT_THAT(dump, HasSubstr(R"("clock":"@1700000000.123456789")"));
  Process second({"serve", "--port", "0", "--config", folder.Write("state", dump.substr(4))});
  EXPECT_EQ(Ask(second.ReadPort(), "/state"), dump);
  for (Process* process : {&first, &second}) {
    process->Signal(SIGTERM);
    EXPECT_EQ(process->Wait(), 0);
  }
}

TEST(ControlProgramTest, ThePortsFileNamesAPortOfItsOwn) {
  const Folder folder;
  const std::string path = folder.Path("ports");
  Process serve({"serve", "--port", "0", "--control-port", "0", "--ports-file", path});
  const int port = serve.ReadPort();
  const json ports = json::parse(ReadFile(path));
  ASSERT_TRUE(ports.contains("control"));
  EXPECT_THAT(Ask(ports["control"], "/health"), HasSubstr("200 "));
  EXPECT_THAT(Ask(port, "/health"), Not(HasSubstr("ready")));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
}

TEST(ControlProgramTest, BeyondThisMachineATokenIsMadeAndLogged) {
  Process serve({"serve", "--port", "0", "--host", "0.0.0.0"});
  const int port = PortOnAllAddresses(&serve);
  ASSERT_TRUE(serve.ReadUntil(2, " with the token "));
  ASSERT_TRUE(serve.ReadUntil(2, "; --control-token sets another"));
  const std::size_t start = serve.err().find(" with the token ") + 16;
  const std::string token = serve.err().substr(start, serve.err().find(';', start) - start);
  EXPECT_THAT(serve.err(), HasSubstr(":" + std::to_string(port) + "/_timock/ with the token"));
  EXPECT_THAT(Ask(port, "/health"), HasSubstr("200 "));
  EXPECT_THAT(Ask(port, "/apps"), HasSubstr("401 "));
  EXPECT_THAT(Ask(port, "/apps", token), HasSubstr("200 "));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
}

TEST(ControlProgramTest, AGivenTokenIsNotLogged) {
  Process serve({"serve", "--port", "0", "--host", "0.0.0.0", "--control-token", "s3cret"});
  const int port = PortOnAllAddresses(&serve);
  EXPECT_THAT(Ask(port, "/apps", "s3cret"), HasSubstr("200 "));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_THAT(serve.err(), Not(HasSubstr("s3cret")));
}

TEST(ControlProgramTest, MayBeOff) {
  Process serve({"serve", "--port", "0", "--control", "off"});
  EXPECT_THAT(Ask(serve.ReadPort(), "/health"), Not(HasSubstr("ready")));
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
}

}  // namespace
}  // namespace timock::app
