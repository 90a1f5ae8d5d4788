#include "http/response_writer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace timock::testing {
namespace {

std::string Written(const HttpResponse& response, std::string_view connection_lines,
                    bool with_body = true) {
  std::string out;
  AppendResponse(response, connection_lines, "Date: D\r\n", with_body, &out);
  return out;
}

TEST(ResponseWriter, WritesAnAnswerToTheLetter) {
  const HttpResponse response = {.status = 200, .content_type = "application/json", .body = "{}"};
  EXPECT_EQ(Written(response, KeepAliveLines(std::chrono::seconds{75})),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nDate: D\r\n"
            "Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n{}");
}

TEST(ResponseWriter, LeavesOutTheBodyOfAnAnswerToHeadAndKeepsItsLength) {
  const HttpResponse response = {.status = 400, .content_type = "", .body = "12345"};
  EXPECT_EQ(
      Written(response, kConnectionClose, false),
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nDate: D\r\nConnection: close\r\n\r\n");
}

TEST(ResponseWriter, GivesAnIdleTimeInWholeSeconds) {
  using std::chrono::milliseconds;
  EXPECT_EQ(KeepAliveLines(milliseconds{1'999}),
            "Connection: keep-alive\r\nKeep-Alive: timeout=1\r\n");
  EXPECT_EQ(KeepAliveLines(milliseconds{999}), "Connection: keep-alive\r\n");
}

TEST(ResponseWriter, NamesAStatus) {
  const std::string out = Written({.status = 503}, KeepAliveLines(std::chrono::milliseconds{1}));
  EXPECT_TRUE(out.starts_with("HTTP/1.1 503 Service Unavailable\r\n")) << out;
  EXPECT_TRUE(out.ends_with("\r\nConnection: keep-alive\r\n\r\n")) << out;
}

TEST(DateLine, IsMadeAnewWhenTheSecondIsOver) {
  using std::chrono::milliseconds;
  // 1994-11-06T08:49:37.250Z, the example of RFC 9110.
  ManualClock clock(UnixSeconds(784111777) + milliseconds(250));
  DateLine date;
  EXPECT_EQ(date.At(clock.Ticks(), clock), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  clock.Advance(milliseconds(749));
  EXPECT_EQ(date.At(clock.Ticks(), clock), "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  clock.Advance(milliseconds(1));
  EXPECT_EQ(date.At(clock.Ticks(), clock), "Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
  clock.Advance(milliseconds(-2000));
  EXPECT_EQ(date.At(clock.Ticks(), clock), "Date: Sun, 06 Nov 1994 08:49:36 GMT\r\n");
}

}  // namespace
}  // namespace timock::testing
