#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/folder.h"
#include "app/process.h"
#include "timock/app.h"
#include "timock/user_sig.h"

namespace timock::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kNoon = 1'700'000'000;
constexpr const char* kFrozen = "@1700000000";
constexpr const char* kGoodBody = R"({"AttrNames":{"0":"sex"}})";

std::string DemoUserSig() {
  return SignUserSig({.identifier = "administrator",
                      .sdkappid = DemoApp().sdkappid,
                      .time = kNoon,
                      .expire = 86'400},
                     DemoApp().keys.front());
}

std::string Target(const std::string& user_sig) {
  return "/v4/all_member_push/im_set_attr_name?sdkappid=1400000000&identifier=administrator&"
         "usersig=" +
         user_sig + "&random=1&contenttype=json";
}

std::string Call(int port, const std::string& body, const std::string& user_sig = DemoUserSig()) {
  httplib::Client client("127.0.0.1", port);
  client.set_url_encode(false);
  const auto response = client.Post(Target(user_sig).c_str(), body, "application/json");
  return response ? response->body : "no answer";
}

// A connection that sends what it is told, as bytes.
class RawConnection {
 public:
  explicit RawConnection(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval limit{Process::kDeadlineSeconds, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~RawConnection() { close(socket_); }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void Send(const std::string& text) const {
    EXPECT_EQ(send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // What came until `end` did, or the peer closed.
  std::string ReadUntil(const std::string& end) const {
    std::string text;
    char buffer[4096];
    while (text.find(end) == std::string::npos) {
      const ssize_t size = recv(socket_, buffer, sizeof buffer, 0);
      if (size <= 0) {
        break;
      }
      text.append(buffer, static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int socket_;
};

TEST(ServeTest, PrintsWhereItIsWhereThePageIsAndACallThatWorks) {
  Process serve({"serve", "--port", "0"});
  const int port = serve.ReadPort();
  EXPECT_GT(port, 0);
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  const std::string url = "http://127.0.0.1:" + std::to_string(port);
  EXPECT_THAT(serve.out(), testing::MatchesRegex("timock [0-9.]+ listening on " + url +
                                                 " \\(profile seed-2022-04, 1 app\\)\npage: " +
                                                 url + "/_timock/\ntry:  curl -d '.*' '" + url +
                                                 "/v4/all_member_push/.*'\n"));
  EXPECT_EQ(serve.err(), "");
}

TEST(ServeTest, PrintsACallThatWorksAsItIs) {
  Process serve({"serve", "--port", "0", "--clock", kFrozen, "--host", "0.0.0.0"});
  ASSERT_TRUE(serve.ReadUntil(1, "contenttype=json'\n"));
  const std::string line = serve.out().substr(serve.out().find("curl "));
  Process curl({"exec", "--", "sh", "-c", "exec curl -sS --noproxy '*' " + line.substr(5)});
  EXPECT_EQ(curl.Wait(), 0);
  EXPECT_EQ(curl.out(), R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})");
}

TEST(ServeTest, PrintsNoUserSigOfAKeyThatMayBeSecretAndNoPageWhereThereIsNone) {
  Process serve({"serve", "--port", "0", "--control", "off", "--app", "1400000000:secret"});
  EXPECT_GT(serve.ReadPort(), 0);
  serve.Signal(SIGTERM);
  EXPECT_EQ(serve.Wait(), 0);
  EXPECT_THAT(serve.out(), testing::EndsWith(" 1 app)\n"));
}

// The number of the process that `serve` of a shell gets, which then ends with its parent.
TEST(ServeTest, ExitsWithItsParentWhenAskedTo) {
  const Folder folder;
  const std::string port_file = folder.Path("port");
  for (const char* command : {"serve", "exec -- sh -c 'echo in; exec sleep 3000'"}) {
    const std::string text(command);
    const std::string options = " --port 0 --exit-with-parent --port-file " + port_file;
    const std::size_t mark = std::min(text.find(' '), text.size());
    // The shell in between is the parent, and is killed.
    Process outer({"exec", "--", "sh", "-c",
                   std::string(TIMOCK_PROGRAM " ") + text.substr(0, mark) + options +
                       text.substr(mark) + " & while :; do sleep 0.01; [ -e " + port_file +
                       " ] && kill -KILL $$; done"});
    EXPECT_EQ(outer.Wait(), 128 + SIGKILL) << outer.err();
    EXPECT_TRUE(WaitUntil([&] { return !FileExists(port_file); }));
  }
}

TEST(ServeTest, AnswersCallsOnThePortOfThePortFileAndRemovesItAtExit) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const Folder folder;
    const std::string path = folder.Path("port");
    Process serve({"serve", "--port", "0", "--port-file", path, "--clock", kFrozen});
    ASSERT_TRUE(WaitUntil([&] { return FileExists(path); }));
    const std::string text = ReadFile(path);
    EXPECT_THAT(text, testing::MatchesRegex("[1-9][0-9]*\n"));
    EXPECT_THAT(Call(std::stoi(text), kGoodBody), HasSubstr(R"("ErrorCode":0)"));
    serve.Signal(signal);
    EXPECT_EQ(serve.Wait(), 0);
    EXPECT_FALSE(FileExists(path));
  }
}

TEST(ServeTest, FinishesARequestInFlightWhenASignalStopsIt) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Process serve({"serve", "--port", "0", "--clock", kFrozen});
    const int port = serve.ReadPort();
    const std::string body = kGoodBody;
    std::optional<RawConnection> in_flight(port);
    in_flight->Send("POST " + Target(DemoUserSig()) + " HTTP/1.1\r\nHost: localhost\r\n" +
                    "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
                    body.substr(0, 5));
    // Once a later connection has its answer, the earlier one has been read from.
    EXPECT_THAT(Call(port, kGoodBody), HasSubstr(R"("ErrorCode":0)"));
    serve.Signal(signal);
    in_flight->Send(body.substr(5));
    const std::string answer = in_flight->ReadUntil("}");
    in_flight.reset();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasSubstr(R"("ErrorCode":0)"));
    EXPECT_EQ(serve.Wait(), 0);
  }
}

TEST(ServeTest, ExitsOneWhenThePortIsTaken) {
  Process first({"serve", "--port", "0"});
  const std::string port = std::to_string(first.ReadPort());
  const Folder folder;
  Process second({"serve", "--port", port, "--port-file", folder.Path("port")});
  EXPECT_EQ(second.Wait(), 1);
  EXPECT_EQ(second.out(), "");
  EXPECT_THAT(second.err(), StartsWith("timock: "));
  EXPECT_THAT(second.err(), HasSubstr(port));
  EXPECT_THAT(second.err(), HasSubstr("process"));
  EXPECT_FALSE(FileExists(folder.Path("port")));
}

TEST(ServeTest, ExitsOneWhenThePortFileCannotBeWritten) {
  Process serve({"serve", "--port", "0", "--port-file", "no/such/folder/port"});
  EXPECT_EQ(serve.Wait(), 1);
  EXPECT_EQ(serve.out(), "");
  EXPECT_EQ(serve.err(),
            "timock: port file no/such/folder/port: cannot write it: No such file or directory\n");
}

TEST(ServeTest, TakesItsSettingsFromFlagsVariablesAndFile) {
  const Folder folder;
  const std::string config =
      folder.Write("timock.json",
                   R"({"port": 0, "profile": "lenient", "apps": [{"sdkappid": 1, "key": "k"},
          {"sdkappid": 2, "key": "k"}]})");
  Process serve({"serve", "--config", config}, {"TIMOCK_PROFILE=table-2023"});
  EXPECT_GT(serve.ReadPort(), 0);
  EXPECT_THAT(serve.out(), HasSubstr("(profile table-2023, 2 apps)"));
}

TEST(ServeTest, LogsWhyACallWasRefusedAndNoSecret) {
  const std::string user_sig = DemoUserSig();
  const std::string long_name(51, 'x');
  const std::string body = R"({"AttrNames":{"0":")" + long_name + R"("}})";
  for (const std::string format : {"text", "json"}) {
    Process serve({"serve", "--port", "0", "--clock", kFrozen, "--log", format});
    const int port = serve.ReadPort();
    EXPECT_THAT(Call(port, body, user_sig), HasSubstr("90001"));
    EXPECT_THAT(Call(port, body, "forged" + user_sig), HasSubstr("70003"));
    serve.ReadUntil(2, "usersig_malformed");
    serve.Signal(SIGTERM);
    EXPECT_EQ(serve.Wait(), 0);
    const std::string first_line = serve.err().substr(0, serve.err().find('\n'));
    EXPECT_THAT(first_line, HasSubstr("2023-11-14T22:13:20.000Z"));
    EXPECT_THAT(first_line, HasSubstr("name_too_long"));
    EXPECT_THAT(first_line, HasSubstr("90001"));
    EXPECT_THAT(first_line, HasSubstr("POST"));
    EXPECT_THAT(first_line, HasSubstr("all_member_push/im_set_attr_name"));
    EXPECT_THAT(first_line, HasSubstr("1400000000"));
    EXPECT_THAT(first_line, HasSubstr("remedy"));
    EXPECT_THAT(serve.err(), Not(HasSubstr(user_sig)));
    EXPECT_THAT(serve.err(), Not(HasSubstr(DemoApp().keys.front())));
    EXPECT_EQ(std::count(serve.err().begin(), serve.err().end(), '\n'), 2);
    if (format == "json") {
      EXPECT_EQ(nlohmann::json::parse(first_line)["diagnoses"][0]["name"], "name_too_long");
    }
  }
}

TEST(ServeTest, LogsNothingWhenTheLogIsOffAndPlainCallsAtDebug) {
  Process quiet({"serve", "--port", "0", "--clock", kFrozen, "--log", "off"});
  EXPECT_THAT(Call(quiet.ReadPort(), "{"), HasSubstr("90001"));
  quiet.Signal(SIGTERM);
  EXPECT_EQ(quiet.Wait(), 0);
  EXPECT_EQ(quiet.err(), "");

  Process usual({"serve", "--port", "0", "--clock", kFrozen});
  EXPECT_THAT(Call(usual.ReadPort(), kGoodBody), HasSubstr(R"("ErrorCode":0)"));
  usual.Signal(SIGTERM);
  EXPECT_EQ(usual.Wait(), 0);
  EXPECT_THAT(usual.err(), Not(HasSubstr("accepted")));

  Process chatty({"serve", "--port", "0", "--clock", kFrozen, "--log-level", "debug"});
  EXPECT_THAT(Call(chatty.ReadPort(), kGoodBody), HasSubstr(R"("ErrorCode":0)"));
  EXPECT_TRUE(chatty.ReadUntil(2, "code=0 POST all_member_push/im_set_attr_name"));
}

TEST(ServeTest, StandsStillAtAFrozenClock) {
  Process serve({"serve", "--port", "0", "--clock", kFrozen, "--throttle", "1", "--log", "json"});
  const int port = serve.ReadPort();
  EXPECT_THAT(Call(port, kGoodBody), HasSubstr(R"("ErrorCode":0)"));
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(Call(port, kGoodBody), HasSubstr(R"("ErrorCode":60007)"));
  }
  serve.ReadUntil(2, "60007");
  EXPECT_THAT(serve.err(), HasSubstr("2023-11-14T22:13:20.000Z"));
}

TEST(ServeTest, RunsFromTheMomentOfARunningClock) {
  const Folder folder;
  const std::string profile =
      folder.Write("one.json", R"({"throttle": {"limit": 1, "window_ms": 20}})");
  Process serve({"serve", "--port", "0", "--clock", "+1700000000", "--profile", profile});
  const int port = serve.ReadPort();
  // The one place of the window is free again once the clock has run on.
  EXPECT_THAT(Call(port, kGoodBody), HasSubstr(R"("ErrorCode":0)"));
  EXPECT_TRUE(WaitUntil(
      [&] { return Call(port, kGoodBody).find(R"("ErrorCode":0)") != std::string::npos; }));
}

TEST(ServeTest, SaysOnStderrWhatBecomesReachableBeyondLoopback) {
  Process serve({"serve", "--host", "0.0.0.0", "--port", "0"});
  EXPECT_TRUE(serve.ReadUntil(2, "whoever reaches it can set and read the names of 1 app"));
}

TEST(ServeTest, RefusesBadSettingsWithExitCodeTwo) {
  const Folder folder;
  const std::string config = folder.Write("timock.json", "{\n  \"prot\": 1\n}");
  const std::string broken = folder.Write("broken.json", "{\n  \"port\" 1\n}");
  struct Case {
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{"serve", "--port", "http"}, {}, "timock: --port: 'http': expected a whole number"},
      {{"serve"}, {"TIMOCK_LOG=xml"}, "timock: environment variable TIMOCK_LOG: 'xml': expected"},
      {{"serve", "--config", config}, {}, "timock: " + config + ": /prot: unknown member"},
      {{"serve", "--config", broken}, {}, "timock: " + broken + ":2:"},
      {{"serve", "--prot", "1"}, {}, "timock: unexpected arguments: --prot 1\n"},
      {{"serve", "--port"}, {}, "timock: --port"},
      {{"serve", "--port", "1", "--port", "2"}, {}, "timock: "},
  };
  for (const Case& bad : cases) {
    Process serve(bad.arguments, bad.environment);
    EXPECT_EQ(serve.Wait(), 2) << bad.message;
    EXPECT_EQ(serve.out(), "");
    EXPECT_THAT(serve.err(), StartsWith(bad.message));
  }
}

}  // namespace
}  // namespace timock::app
