// What a call handler throws is answered on its own connection, and on no other one.

#include <gtest/gtest.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include "http/call_handler.h"
#include "http/server_fixture.h"

namespace timock::testing {
namespace {

std::string Request(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

class ExceptionsTransportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    CallHandler handler = [](Service& service, const HttpRequestView& request,
                             HttpResponse* response) {
      if (request.target == "/throw") throw std::runtime_error("on purpose");
      if (request.target == "/memory") throw std::bad_alloc();
      if (request.target == "/seven") throw 7;
      service.Handle(request, response);
    };
    server_ = ServerAccess::StartWith({}, std::move(handler)).value();
  }

  std::unique_ptr<Server> server_;
};

TEST_F(ExceptionsTransportTest, AreAnsweredWith500) {
  for (const auto& [path, what] :
       {std::pair{"/throw", "on purpose"}, std::pair{"/memory", "bad_alloc"},
        std::pair{"/seven", "not a std::exception"}}) {
    const Answer answer = Exchange(server_->port(), Request(path));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_TRUE(answer.Closes()) << answer.head;
    EXPECT_TRUE(answer.Has("Content-Type: application/json")) << answer.head;
    EXPECT_NE(answer.body.find(what), std::string::npos) << answer.body;
  }
  EXPECT_EQ(server_->service().metrics().exceptions, 3U);
  const JournalPage calls = server_->service().Calls();
  ASSERT_EQ(calls.entries.size(), 3U);
  EXPECT_EQ(calls.entries[0].rule, "exception");
  EXPECT_EQ(calls.entries[0].http_status, 500);
  EXPECT_EQ(calls.entries[0].diagnoses.at(0).detail, "on purpose");
}

TEST_F(ExceptionsTransportTest, LeaveTheAnswersBeforeThemAndOtherConnections) {
  RawClient other(server_->port());
  ASSERT_TRUE(other.Send("GET / HT"));
  RawClient client(server_->port());
  ASSERT_TRUE(client.Send(Request("/a") + Request("/throw") + Request("/b")));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_EQ(client.Read().status, 500);
  EXPECT_TRUE(client.Ended());
  ASSERT_TRUE(other.Send("TP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(other.Read().status, 200);
  EXPECT_EQ(server_->service().metrics().exceptions, 1U);
}

}  // namespace
}  // namespace timock::testing
