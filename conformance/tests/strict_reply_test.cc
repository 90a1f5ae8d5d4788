#include <gtest/gtest.h>

#include "judge/judge.h"
#include "judge/strict_json.h"

namespace timock::conformance {
namespace {

constexpr const char* kRight = R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})";

TEST(StrictReplyTest, TakesARightEnvelope) {
  EXPECT_EQ(ReadEnvelope(kRight).problem, "");
  EXPECT_EQ(ReadEnvelope(std::string(" ") + kRight + "\r\n").problem, "");
}

TEST(StrictReplyTest, RefusesWhatAStrictClientWould) {
  const std::string right = kRight;
  const std::string deep(65, '[');
  for (const std::string& body :
       {right + '\0' + "<html>", right + '\0', "\xEF\xBB\xBF" + right, right + right, std::string(),
        std::string(R"({"ErrorCode":60007,"ActionStatus":"FAIL","ErrorInfo":"x",)") +
            right.substr(1),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":4294967296})"),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":18446744073709551616})"),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0.0})"),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"x":1e400})"),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"x":{"a":1,"a":1}})"),
        std::string(R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"x":)") + deep +
            std::string(65, ']') + "}",
        std::string("{\"ActionStatus\":\"OK\",\"ErrorInfo\":\"\xFF\",\"ErrorCode\":0}")}) {
    const EnvelopeReading reading = ReadEnvelope(body);
    EXPECT_FALSE(reading.envelope) << body;
    EXPECT_FALSE(reading.problem.empty()) << body;
  }
}

TEST(StrictReplyTest, SurvivesAReplyThatIsNestedVeryDeep) {
  constexpr std::size_t kDepth = 400'000;
  const std::string body = R"({"x":)" + std::string(kDepth, '[') + std::string(kDepth, ']') + "}";
  EXPECT_EQ(ReadStrictJson(body).problem, "is nested deeper than 64");
}

Reply ReplyOf(std::string body) {
  return {
      .status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

TEST(StrictReplyTest, EveryReplyIsJudgedWhateverItsCode) {
  const Held profile = ExpectedProfile::Load("seed-2022-04");
  // Of the access layer: the code before the text.
  const std::string throttled =
      R"({"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"too many"})";
  EXPECT_TRUE(JudgeAnyReply(ReplyOf(throttled), profile).empty());
  EXPECT_TRUE(JudgeAnyReply(ReplyOf(kRight), profile).empty());
  Reply reply = ReplyOf(throttled);
  reply.status = 429;
  EXPECT_EQ(JudgeAnyReply(reply, profile).front(), "HTTP status is 429, expected 200");
  EXPECT_EQ(JudgeAnyReply(reply, {}).size(), 1U);
  reply = ReplyOf(throttled);
  reply.headers = {{"Content-Type", "text/html"}};
  EXPECT_EQ(JudgeAnyReply(reply, profile).size(), 1U);
  EXPECT_TRUE(JudgeAnyReply(reply, {}).empty());
  reply = ReplyOf(R"({"ActionStatus":"FAIL","ErrorInfo":"too many","ErrorCode":60007})");
  EXPECT_EQ(JudgeAnyReply(reply, profile).size(), 1U);
  reply = ReplyOf(R"({"ActionStatus":"FAIL","ErrorCode":60007})");
  EXPECT_EQ(JudgeAnyReply(reply, {}).size(), 1U);
  reply = ReplyOf(throttled);
  reply.closed = reply.closed_unannounced = true;
  EXPECT_EQ(JudgeAnyReply(reply, {}).size(), 1U);
  EXPECT_EQ(JudgeAnyReply({.failure = "x"}, {}).front(), "no HTTP answer: x");
}

}  // namespace
}  // namespace timock::conformance
