#include "timock/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/server_fixture.h"

namespace timock::testing {
namespace {

using std::chrono::milliseconds;

class ServerTest : public ServerFixture {};

TEST_F(ServerTest, StartsAndStopsManyTimesOnOnePort) {
  const std::uint16_t first = StartServer().port();
  for (int cycle = 0; cycle < 200; ++cycle) {
    server_.reset();
    auto server = Server::Start({.port = first});
    ASSERT_TRUE(server.ok()) << server.error().Text();
    server_ = std::move(server).value();
    if (cycle % 10 == 0) {
      EXPECT_EQ(Exchange(first, kGet).status, 200);
    }
  }
}

TEST_F(ServerTest, SaysWhatToDoAboutATakenPort) {
  const std::string port = std::to_string(StartServer().port());
  const auto second = Server::Start({.port = server_->port()});
  ASSERT_FALSE(second.ok());
  for (const std::string& part :
       std::vector<std::string>{"127.0.0.1:" + port, "ss -ltnp 'sport = :" + port + "'"}) {
    EXPECT_NE(second.error().Text().find(part), std::string::npos) << second.error().Text();
  }
}

TEST_F(ServerTest, SaysWhatIsWrongWithAHost) {
  for (const std::string& host :
       std::vector<std::string>{"", "300.1.1.1", "a b", "no-such-host.invalid"}) {
    const auto server = Server::Start({.host = host});
    ASSERT_FALSE(server.ok()) << host;
    EXPECT_NE(server.error().Text().find("\"" + host + "\""), std::string::npos)
        << server.error().Text();
    EXPECT_NE(server.error().Text().find("127.0.0.1"), std::string::npos);
  }
  const auto foreign = Server::Start({.host = "192.0.2.1"});
  ASSERT_FALSE(foreign.ok());
  EXPECT_NE(foreign.error().Text().find("192.0.2.1:0"), std::string::npos);
}

TEST_F(ServerTest, GivesItsUrl) {
  StartServer();
  EXPECT_EQ(server_->url(), "http://127.0.0.1:" + std::to_string(port()));
  const auto named = Server::Start({.host = "localhost"}).value();
  EXPECT_EQ(named->url(), "http://localhost:" + std::to_string(named->port()));
}

/// Whether this machine has the address ::1.
bool HasIpv6Loopback() {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const int descriptor = socket(AF_INET6, SOCK_STREAM, 0);
  const bool bound =
      bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(descriptor);
  return bound;
}

TEST_F(ServerTest, ListensOnIpv6) {
  if (!HasIpv6Loopback()) GTEST_SKIP() << "this machine has no address ::1";
  for (const std::string& host : std::vector<std::string>{"::1", "[::1]"}) {
    const auto server = Server::Start({.host = host});
    ASSERT_TRUE(server.ok()) << server.error().Text();
    EXPECT_EQ(server.value()->url(), "http://[::1]:" + std::to_string(server.value()->port()));
  }
}

TEST_F(ServerTest, StopAnswersARequestThatHasBegunToArrive) {
  StartServer();
  RawClient idle(port());
  RawClient busy(port());
  for (RawClient* client : {&idle, &busy}) {
    ASSERT_TRUE(client->Send(kGet));
    EXPECT_EQ(client->Read().status, 200);
  }
  ASSERT_TRUE(
      busy.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(busy.Read().status, 100);
  std::thread stopper([this] { server_->Stop(); });
  EXPECT_TRUE(idle.Ended());
  ASSERT_TRUE(busy.Send("{}"));
  const Answer answer = busy.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_TRUE(busy.Ended());
  stopper.join();
  EXPECT_FALSE(RawClient(port()).connected());
}

TEST_F(ServerTest, StopRefusesARequestThatNeverArrivesWhole) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(
      client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 100);
  server_->Stop();
  ExpectRefusal(client.Read());
  EXPECT_TRUE(client.Ended());
}

TEST_F(ServerTest, StopAnswersARequestThatIsOnItsWay) {
  for (int cycle = 0; cycle < 50; ++cycle) {
    StartServer();
    RawClient client(port());
    ASSERT_TRUE(client.Send(kGet));
    server_->Stop();
    const Answer answer = client.Read();
    ASSERT_EQ(answer.status, 200) << cycle;
  }
}

TEST_F(ServerTest, StopIsSafeToCallTwiceAndFromTwoThreads) {
  StartServer();
  const std::uint16_t port = server_->port();
  std::thread other([this] { server_->Stop(); });
  server_->Stop();
  other.join();
  server_->Stop();
  EXPECT_FALSE(RawClient(port).connected());
}

TEST_F(ServerTest, KeepsFiveHundredConnectionsOpen) {
  StartServer();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int client = 0; client < 500; ++client) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->connected());
  }
  for (int round = 0; round < 3; ++round) {
    for (const auto& client : clients) ASSERT_TRUE(client->Send(kGet));
    for (const auto& client : clients) ASSERT_EQ(client->Read().status, 200);
  }
  EXPECT_EQ(handled(), 1500);
}

/// Leaves the process `spare` descriptors; the old limit is back at the end.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t spare) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(STDERR_FILENO);
    ::close(lowest_free);
    const rlimit lower = {.rlim_cur = static_cast<rlim_t>(lowest_free) + spare,
                          .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_ = {};
};

TEST_F(ServerTest, ServesOnWithoutDescriptorsAndRecovers) {
  StartServer();
  RawClient open(port());
  ASSERT_TRUE(open.Send(kGet));
  EXPECT_EQ(open.Read().status, 200);
  std::unique_ptr<RawClient> late;
  {
    const FewDescriptors few(1);
    late = std::make_unique<RawClient>(port());  // takes the last one
    ASSERT_TRUE(late->Send(kGet));
    EXPECT_FALSE(late->Readable(100));
    ASSERT_TRUE(open.Send(kGet));
    EXPECT_EQ(open.Read().status, 200);
    EXPECT_EQ(handled(), 2);
  }
  EXPECT_EQ(late->Read().status, 200);
}

}  // namespace
}  // namespace timock::testing
