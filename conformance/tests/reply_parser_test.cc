#include "wire/reply_parser.h"

#include <gtest/gtest.h>

namespace timock::conformance {
namespace {

using State = ReplyParser::State;

constexpr const char* kSized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
constexpr const char* kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: x, Close\r\n\r\n"
    "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nA: b\r\n\r\n";

TEST(ReplyParserTest, ReadsRepliesHoweverTheyAreCut) {
  for (const std::string reply : {kSized, kChunked}) {
    for (std::size_t cut = 1; cut < reply.size(); ++cut) {
      ReplyParser parser;
      ASSERT_EQ(parser.Feed(reply.substr(0, cut)), State::kMore) << cut;
      ASSERT_EQ(parser.Feed(reply.substr(cut)), State::kDone) << cut;
      EXPECT_EQ(parser.status(), 200);
      EXPECT_EQ(parser.body(), "hello");
      EXPECT_EQ(parser.closes(), reply == kChunked);
      EXPECT_EQ(parser.surplus(), 0U);
    }
  }
}

TEST(ReplyParserTest, ReadsOneReplyAfterAnother) {
  ReplyParser parser;
  EXPECT_EQ(parser.Feed(std::string("HTTP/1.1 100 Continue\r\n\r\n") + kSized + kChunked + kSized),
            State::kDone);
  EXPECT_FALSE(parser.closes());
  EXPECT_EQ(parser.Next(), State::kDone);
  EXPECT_TRUE(parser.closes());
  EXPECT_EQ(parser.Next(), State::kDone);
  EXPECT_EQ(parser.body(), "hello");
  EXPECT_EQ(parser.surplus(), 0U);
  EXPECT_EQ(parser.Next(), State::kMore);
  EXPECT_FALSE(parser.began());
}

TEST(ReplyParserTest, TellsAnInterimReplyWhereItIsAskedFor) {
  ReplyParser parser;
  parser.TakeInterim(true);
  EXPECT_EQ(parser.Feed("HTTP/1.1 100 Continue\r\n\r\n"), State::kDone);
  EXPECT_EQ(parser.status(), 100);
}

TEST(ReplyParserTest, AReplyToHeadHasNoBody) {
  ReplyParser parser;
  parser.ExpectBody(false);
  EXPECT_EQ(parser.Feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), State::kDone);
}

TEST(ReplyParserTest, WithoutALengthTheBodyEndsWithTheConnectionAndNotBefore) {
  ReplyParser parser;
  EXPECT_EQ(parser.Feed("HTTP/1.1 200 OK\r\n\r\nhel"), State::kMore);
  EXPECT_EQ(parser.Feed("lo"), State::kMore);
  EXPECT_TRUE(parser.ends_with_connection());
  EXPECT_EQ(parser.End(), State::kDone);
  EXPECT_EQ(parser.body(), "hello");
}

TEST(ReplyParserTest, ReadsHttp10WhichCloses) {
  ReplyParser parser;
  EXPECT_EQ(parser.Feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"), State::kDone);
  EXPECT_TRUE(parser.closes());
}

TEST(ReplyParserTest, AConnectionThatEndsEarlyBreaksTheReply) {
  ReplyParser parser;
  EXPECT_EQ(parser.Feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), State::kMore);
  EXPECT_EQ(parser.End(), State::kBroken);
  EXPECT_EQ(parser.problem(), "the answer ends before its body does");
  parser.Reset();
  EXPECT_EQ(parser.End(), State::kBroken);
  EXPECT_FALSE(parser.began());
}

TEST(ReplyParserTest, IsStrict) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (const std::string& reply :
       {std::string("HTTP/1.1 2000 OK\r\n\r\n"),
        std::string("HTTP/2 200 OK\r\n\r\n"),
        std::string("<html>"),
        std::string("HTTP/1.1 999 OK\r\n\r\n"),
        ok + "Content-Length: 1x\r\n\r\n",
        ok + "Content-Length: -1\r\n\r\n",
        ok + "Content-Length: \r\n\r\n",
        ok + "Content-Length: 99999999999999999999999\r\n\r\n",
        ok + "Content-Length: 4194305\r\n\r\n",
        ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n",
        ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ok + "Transfer-Encoding: gzip, chunked\r\n\r\n",
        ok + "Content-Length : 1\r\n\r\n",
        ok + "nonsense\r\n\r\n",
        ok + "A: b\nC: d\r\n\r\n",
        ok + " A: b\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloxx\r\n0\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n0\r\nnonsense\r\n\r\n"}) {
    ReplyParser parser;
    EXPECT_EQ(parser.Feed(reply), State::kBroken) << reply;
    EXPECT_FALSE(parser.problem().empty());
  }
}

TEST(ReplyParserTest, ABodyWithoutEndIsBounded) {
  ReplyParser parser;
  const std::string piece(std::size_t{1} << 20U, 'x');
  State state = parser.Feed("HTTP/1.1 200 OK\r\n\r\n");
  for (int i = 0; i < 8 && state == State::kMore; ++i) state = parser.Feed(piece);
  EXPECT_EQ(state, State::kBroken);
  parser.Reset();
  state = parser.Feed("HTTP/1.1 200 OK\r\nA: ");
  for (int i = 0; i < 8 && state == State::kMore; ++i) state = parser.Feed(piece);
  EXPECT_EQ(state, State::kBroken);
}

}  // namespace
}  // namespace timock::conformance
