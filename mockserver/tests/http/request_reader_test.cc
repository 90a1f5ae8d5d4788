#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>

namespace timock::testing {
namespace {

using Outcome = RequestReader::Outcome;

class RequestReaderTest : public ::testing::Test {
 protected:
  void Put(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::span<char> space = reader_.Prepare();
      const std::size_t size = std::min(space.size(), bytes.size());
      std::memcpy(space.data(), bytes.data(), size);
      reader_.Commit(size);
      bytes.remove_prefix(size);
    }
  }

  Outcome Next() { return reader_.Next(&request_); }

  HttpLimits limits_;
  RequestReader reader_{limits_, 1024};
  ParsedRequest request_;
};

constexpr std::string_view kPost =
    "POST /v4/a?b=\xE4 HTTP/1.1\r\nHost: h\r\nX-Y:  z \r\nContent-Length: 4\r\n\r\nbody";
constexpr std::string_view kChunkedPost =
    "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n";

TEST_F(RequestReaderTest, GivesEveryPartOfARequestAsItCame) {
  Put(kPost);
  ASSERT_EQ(Next(), Outcome::kComplete);
  EXPECT_EQ(request_.head.method, "POST");
  EXPECT_EQ(request_.head.target, "/v4/a?b=\xE4");
  ASSERT_EQ(request_.head.headers.size(), 3U);
  EXPECT_EQ(request_.head.headers[1].name, "X-Y");
  EXPECT_EQ(request_.head.headers[1].value, "z");
  EXPECT_EQ(request_.body, "body");
  EXPECT_TRUE(request_.head.keep_alive);
  reader_.Consume();
  EXPECT_FALSE(reader_.InRequest());
}

TEST_F(RequestReaderTest, FindsTheSameRequestsWhereverTheBytesAreSplit) {
  const std::string both = std::string(kChunkedPost) + std::string(kPost);
  for (std::size_t split = 1; split < both.size(); ++split) {
    SCOPED_TRACE(split);
    RequestReader reader(limits_, 1024);
    std::string found;
    for (const std::string& part : {both.substr(0, split), both.substr(split)}) {
      const std::span<char> space = reader.Prepare();
      ASSERT_GE(space.size(), part.size());
      std::memcpy(space.data(), part.data(), part.size());
      reader.Commit(part.size());
      Outcome outcome = Outcome::kIncomplete;
      while ((outcome = reader.Next(&request_)) == Outcome::kComplete) {
        found += std::string(request_.head.target) + "=" + std::string(request_.body) + ";";
        reader.Consume();
      }
      ASSERT_EQ(outcome, Outcome::kIncomplete);
    }
    EXPECT_EQ(found, "/c=abcde;/v4/a?b=\xE4=body;");
    EXPECT_FALSE(reader.InRequest());
  }
}

TEST_F(RequestReaderTest, CutsPipelinedRequestsApartInOrder) {
  Put("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(kPost) + "GET /3 HTTP/1.1\r\nHo");
  ASSERT_EQ(Next(), Outcome::kComplete);
  EXPECT_EQ(request_.head.target, "/1");
  EXPECT_EQ(request_.body, "");
  reader_.Consume();
  ASSERT_EQ(Next(), Outcome::kComplete);
  EXPECT_EQ(request_.body, "body");
  reader_.Consume();
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  EXPECT_TRUE(reader_.InRequest());
  Put("st: h\r\n\r\n");
  ASSERT_EQ(Next(), Outcome::kComplete);
  EXPECT_EQ(request_.head.target, "/3");
}

TEST_F(RequestReaderTest, ReadsABodyFarLargerThanItsFirstBuffer) {
  const std::string body(100'000, 'x');
  RequestReader reader(limits_, body.size());
  std::string rest =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
      body;
  std::size_t read = 0;
  while (read < rest.size()) {
    EXPECT_EQ(reader.Next(&request_), Outcome::kIncomplete);
    const std::span<char> space = reader.Prepare();
    const std::size_t size = std::min(space.size(), rest.size() - read);
    std::memcpy(space.data(), rest.data() + read, size);
    reader.Commit(size);
    read += size;
  }
  ASSERT_EQ(reader.Next(&request_), Outcome::kComplete);
  EXPECT_EQ(request_.body, body);
  reader.Consume();
  EXPECT_EQ(reader.Prepare().size(), kSmallBuffer);
}

TEST_F(RequestReaderTest, TellsABodyOverTheLimitByItsLengthAlone) {
  Put("HEAD /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(Next(), Outcome::kBodyTooLarge);
  EXPECT_EQ(request_.head.method, "HEAD");
  EXPECT_EQ(request_.body, "");
  EXPECT_FALSE(reader_.TakeExpectation());
}

TEST_F(RequestReaderTest, TellsAChunkedBodyOverTheLimitAtTheChunkThatPassesIt) {
  const std::string head = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  Put(head + "400\r\n" + std::string(1024, 'x') + "\r\n");
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  Put("1\r\n");
  EXPECT_EQ(Next(), Outcome::kBodyTooLarge);
  EXPECT_EQ(request_.head.target, "/x");
}

TEST_F(RequestReaderTest, HasAnExpectationOnceAndOnlyBeforeTheBody) {
  const std::string head =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n";
  Put(head);
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  EXPECT_TRUE(reader_.TakeExpectation());
  EXPECT_FALSE(reader_.TakeExpectation());
  Put("{}" + head + "{");
  EXPECT_EQ(Next(), Outcome::kComplete);
  reader_.Consume();
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  EXPECT_FALSE(reader_.TakeExpectation());
}

TEST_F(RequestReaderTest, TakesEmptyLinesForNoRequest) {
  Put("\r\n");
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  EXPECT_FALSE(reader_.InRequest());
  Put("G");
  EXPECT_EQ(Next(), Outcome::kIncomplete);
  EXPECT_TRUE(reader_.InRequest());
}

struct KeepAliveCase {
  std::string_view version;
  std::string_view connection;
  bool keep_alive;
};

TEST_F(RequestReaderTest, KeepsOpenWhatVersionAndConnectionSay) {
  for (const KeepAliveCase& one : {
           KeepAliveCase{"1.1", "", true},
           KeepAliveCase{"1.1", "Connection: close\r\n", false},
           KeepAliveCase{"1.1", "Connection: foo, CLOSE\r\n", false},
           KeepAliveCase{"1.1", "Connection: keep-alive\r\nConnection: close\r\n", false},
           KeepAliveCase{"1.0", "", false},
           KeepAliveCase{"1.0", "Connection: Keep-Alive\r\n", true},
           KeepAliveCase{"1.0", "Connection: keep-alive, close\r\n", false},
       }) {
    SCOPED_TRACE(std::string(one.version) + std::string(one.connection));
    Put("GET / HTTP/" + std::string(one.version) + "\r\nHost: h\r\n" + std::string(one.connection) +
        "\r\n");
    ASSERT_EQ(Next(), Outcome::kComplete);
    EXPECT_EQ(request_.head.keep_alive, one.keep_alive);
    reader_.Consume();
  }
}

/// Limits at their edges, the whole request at once and byte by byte.
class ReaderLimitsTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  Outcome Read(std::string_view bytes) {
    RequestReader reader(limits_, 1024);
    while (!bytes.empty()) {
      const std::span<char> space = reader.Prepare();
      const std::size_t size = std::min({space.size(), bytes.size(), GetParam()});
      std::memcpy(space.data(), bytes.data(), size);
      reader.Commit(size);
      bytes.remove_prefix(size);
      const Outcome outcome = reader.Next(&request_);
      if (outcome != Outcome::kIncomplete) return outcome;
    }
    return Outcome::kIncomplete;
  }

  HttpLimits limits_{.request_line_bytes = 30, .header_bytes = 50, .header_count = 3};
  ParsedRequest request_;
};

TEST_P(ReaderLimitsTest, RequestLine) {
  const auto line = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 14, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(Read(line(30)), Outcome::kComplete);
  EXPECT_EQ(Read(line(31)), Outcome::kMalformed);
  EXPECT_NE(request_.reason.find("limit of 30"), std::string::npos) << request_.reason;
  EXPECT_EQ(Read("GET /" + std::string(27, 'x')), Outcome::kMalformed);
}

TEST_P(ReaderLimitsTest, HeaderBytes) {
  const auto headers = [](std::size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(bytes - 14, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(Read(headers(50)), Outcome::kComplete);
  EXPECT_EQ(Read(headers(51)), Outcome::kMalformed);
  EXPECT_NE(request_.reason.find("limit of 50"), std::string::npos) << request_.reason;
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nA: " + std::string(49, 'x')), Outcome::kMalformed);
}

TEST_P(ReaderLimitsTest, HeaderCount) {
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: h\r\na:\r\nb:\r\n\r\n"), Outcome::kComplete);
  EXPECT_EQ(Read("GET / HTTP/1.1\r\nHost: h\r\na:\r\nb:\r\nc:\r\n\r\n"), Outcome::kMalformed);
  EXPECT_NE(request_.reason.find("limit of 3"), std::string::npos) << request_.reason;
}

TEST_P(ReaderLimitsTest, ChunkLineAndTrailers) {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  limits_.header_bytes = 60;
  EXPECT_EQ(Read(head + "1;" + std::string(100, 'x')), Outcome::kMalformed);
  EXPECT_EQ(Read(head + "0\r\nA: " + std::string(100, 'x')), Outcome::kMalformed);
}

INSTANTIATE_TEST_SUITE_P(InSteps, ReaderLimitsTest, ::testing::Values(1, 4096),
                         [](const auto& each) { return "Of" + std::to_string(each.param); });

}  // namespace
}  // namespace timock::testing
