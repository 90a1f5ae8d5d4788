#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "http/server_fixture.h"

namespace timock::testing {
namespace {

using std::chrono::milliseconds;

class LimitsTest : public ServerFixture {};

TEST_F(LimitsTest, RefusesARequestLineOverTheLimit) {
  StartServer();
  ExpectRefusal(Exchange(port(), "GET /" + std::string(16384, 'x')));
  EXPECT_EQ(
      Exchange(port(), "GET /" + std::string(16384 - 14, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n")
          .status,
      200);
}

TEST_F(LimitsTest, RefusesHeadersOverTheLimit) {
  StartServer();
  ExpectRefusal(Exchange(port(), "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(32768, 'x')));
}

TEST_F(LimitsTest, RefusesTheHundredAndFirstHeader) {
  StartServer();
  std::string headers = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int header = 1; header < 100; ++header) headers += "A: b\r\n";
  EXPECT_EQ(Exchange(port(), headers + "\r\n").status, 200);
  ExpectRefusal(Exchange(port(), headers + "A: b\r\n\r\n"));
}

TEST_F(LimitsTest, RefusesARequestThatDoesNotArriveInTime) {
  StartServer({.request_time = milliseconds(50)});
  for (const std::string half :
       {"P", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"}) {
    RawClient client(port());
    ASSERT_TRUE(client.Send(half));
    ExpectRefusal(client.Read());
    EXPECT_TRUE(client.Ended());
  }
  EXPECT_EQ(malformed(), 2);
}

TEST_F(LimitsTest, RefusesASlowSenderHoweverOftenItSends) {
  StartServer({.request_time = milliseconds(50)});
  RawClient client(port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"));
  while (!client.Readable(1)) ASSERT_TRUE(client.Send("x"));
  ExpectRefusal(client.Read());
}

TEST_F(LimitsTest, CountsTheTimeOfEachRequestFromItsOwnFirstByte) {
  StartServer({.request_time = milliseconds(50), .idle_time = milliseconds(60'000)});
  RawClient client(port());
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_FALSE(client.Readable(100));
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(LimitsTest, ClosesAnIdleConnectionSilently) {
  StartServer({.idle_time = milliseconds(50)});
  RawClient fresh(port());
  EXPECT_TRUE(fresh.Ended());
  RawClient used(port());
  ASSERT_TRUE(used.Send(kGet));
  EXPECT_EQ(used.Read().status, 200);
  EXPECT_TRUE(used.Ended());
  EXPECT_EQ(malformed(), 0);
}

TEST_F(LimitsTest, CutsOffAClientThatTakesNoAnswers) {
  StartServer({.write_time = milliseconds(50)});
  RawClient client(port(), 4096);
  std::string requests;
  for (int call = 0; call < 1000; ++call) requests += kGet;
  bool sending = true;
  for (int round = 0; sending && round < 1000; ++round) sending = client.Send(requests);
  EXPECT_FALSE(sending);
  EXPECT_TRUE(errno == ECONNRESET || errno == EPIPE) << "the client's own wait was over, not ours";
  EXPECT_EQ(Exchange(port(), kGet).status, 200);
}

TEST_F(LimitsTest, AnswersOneConnectionTooManyWith503) {
  StartServer({.connections = 2});
  auto first = std::make_unique<RawClient>(port());
  RawClient second(port());
  for (RawClient* client : {first.get(), &second}) {
    ASSERT_TRUE(client->Send(kGet));
    EXPECT_EQ(client->Read().status, 200);
  }
  RawClient third(port());
  const Answer refused = third.Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.Closes());
  EXPECT_TRUE(third.Ended());
  ASSERT_TRUE(second.Send(kGet));
  EXPECT_EQ(second.Read().status, 200);

  // The end of the first is seen by the server before what is sent to it afterwards.
  first.reset();
  ASSERT_TRUE(second.Send(kGet));
  EXPECT_EQ(second.Read().status, 200);
  EXPECT_EQ(Exchange(port(), kGet).status, 200);
}

TEST_F(LimitsTest, StartNamesALimitThatIsNoLimit) {
  ServerOptions options;
  options.limits.idle_time = milliseconds(0);
  const auto zero = Server::Start(options);
  ASSERT_FALSE(zero.ok());
  EXPECT_NE(zero.error().Text().find("limits.idle_time is 0"), std::string::npos)
      << zero.error().Text();
  options.limits = {.connections = 0};
  EXPECT_FALSE(Server::Start(options).ok());
  options.limits = {.write_time = milliseconds::max()};
  EXPECT_FALSE(Server::Start(options).ok());
}

}  // namespace
}  // namespace timock::testing
