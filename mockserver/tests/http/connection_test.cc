#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "http/server_fixture.h"

namespace timock::testing {
namespace {

class ConnectionTest : public ServerFixture {};

TEST_F(ConnectionTest, ServesOneRequestAfterAnotherOnOneConnection) {
  StartServer();
  RawClient client(port());
  for (int call = 1; call <= 20; ++call) {
    ASSERT_TRUE(client.Send(call % 2 == 0 ? std::string(kGet) : Post("{}")));
    const Answer answer = client.Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.Has("Connection: close"));
    EXPECT_NE(answer.head.find("\r\nDate: "), std::string::npos) << answer.head;
    EXPECT_EQ(handled(), call);
  }
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  StartServer();
  RawClient client(port());
  std::string requests;
  for (int call = 0; call < 200; ++call) {
    requests += call % 3 == 0 ? "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" : Post("{}");
  }
  ASSERT_TRUE(client.Send(requests + "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"));
  for (int call = 0; call < 200; ++call) {
    ASSERT_EQ(client.Read(call % 3 != 0).status, 200) << call;
  }
  ExpectRefusal(client.Read());
  EXPECT_TRUE(client.Ended());
  EXPECT_EQ(handled(), 200);
}

TEST_F(ConnectionTest, AnswersAPipelineWhoseAnswersTheClientIsSlowToTake) {
  StartServer();
  RawClient client(port(), 4096);
  std::string requests;
  constexpr int kCalls = 3000;
  for (int call = 0; call < kCalls; ++call) requests += kGet;
  ASSERT_TRUE(client.Send(requests));
  for (int call = 0; call < kCalls; ++call) ASSERT_EQ(client.Read().status, 200) << call;
  EXPECT_EQ(handled(), kCalls);
}

TEST_F(ConnectionTest, TakesARequestSplitAtAnyByte) {
  StartServer();
  const std::string request = Post("{}");
  RawClient client(port());
  for (std::size_t split = 1; split < request.size(); ++split) {
    ASSERT_TRUE(client.Send(request.substr(0, split)));
    ASSERT_TRUE(client.Send(request.substr(split)));
    ASSERT_EQ(client.Read().status, 200) << split;
  }
}

TEST_F(ConnectionTest, TakesARequestByteByByte) {
  StartServer();
  RawClient client(port());
  for (const char byte : Post("{}")) ASSERT_TRUE(client.Send({&byte, 1}));
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ConnectionTest, TakesAChunkedBody) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(
      client.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "1\r\n{\r\n1;a=b\r\n}\r\n0\r\nT: u\r\n\r\n" +
                  std::string(kGet)));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ConnectionTest, GivesLeaveToSendABodyThatIsExpected) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(client.Read().status, 100);
  ASSERT_TRUE(client.Send("{}"));
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ConnectionTest, GivesNoLeaveForABodyOverTheLimit) {
  StartServer({}, 1000);
  const Answer answer = Exchange(
      port(), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
}

TEST_F(ConnectionTest, ClosesHttp10UnlessItAsksToStay) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_TRUE(client.Read().Has("Connection: keep-alive"));
  ASSERT_TRUE(client.Send("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(client.Read().Closes());
  EXPECT_TRUE(client.Ended());
}

TEST_F(ConnectionTest, ClosesWhenAskedAndSaysSo) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_TRUE(client.Ended());
}

TEST_F(ConnectionTest, AnswersHeadWithoutABody) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + std::string(kGet)));
  const Answer head = client.Read(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_NE(head.head.find("\r\nContent-Length: "), std::string::npos);
  EXPECT_EQ(client.Read().status, 200);
}

TEST_F(ConnectionTest, AnswersAClientThatEndsSendingBeforeItReads) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send(std::string(kGet) + std::string(kGet)));
  client.EndSending();
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_TRUE(client.Ended());
}

TEST_F(ConnectionTest, RefusesARequestThatItsClientEndsHalfway) {
  StartServer();
  RawClient client(port());
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"));
  client.EndSending();
  ExpectRefusal(client.Read());
  EXPECT_TRUE(client.Ended());
  EXPECT_EQ(malformed(), 1);
}

TEST_F(ConnectionTest, TellsAClientThatIsStillSendingThatItsBodyIsTooLarge) {
  StartServer();
  RawClient client(port());
  constexpr std::size_t kSize = std::size_t{10} * 1024 * 1024;
  ASSERT_TRUE(client.Send(
      "POST /v4/x/y HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n"));
  ASSERT_TRUE(client.Send(std::string(kSize, 'x')));
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_NE(answer.body.find("60002"), std::string::npos) << answer.body;
  EXPECT_TRUE(client.Ended());
  EXPECT_EQ(handled(), 1);
}

TEST_F(ConnectionTest, TellsAClientThatItsChunkedBodyIsTooLarge) {
  StartServer();
  RawClient client(port());
  std::string request = "POST /v4/x/y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int chunk = 0; chunk < 100; ++chunk) request += "1000\r\n" + std::string(4096, 'x') + "\r\n";
  ASSERT_TRUE(client.Send(request + "0\r\n\r\n"));
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_TRUE(client.Ended());
}

TEST_F(ConnectionTest, TakesABodyOfExactlyTheLimit) {
  StartServer({}, 100'000);
  RawClient client(port());
  ASSERT_TRUE(client.Send(Post(std::string(100'000, 'x'))));
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.Closes());
}

}  // namespace
}  // namespace timock::testing
