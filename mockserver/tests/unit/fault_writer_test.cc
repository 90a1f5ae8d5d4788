#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/response_writer.h"

namespace timock {
namespace {

using Ending = TransportFault::Ending;
using Then = FaultWriter::Then;

const std::string head_text = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n";
const std::string answer_text = head_text + "{\"a\":12}";

struct Written {
  Then then;
  std::vector<std::string> pieces;
};

Written Write(const TransportFault& fault, const std::string& answer = answer_text) {
  FaultWriter writer(fault, answer);
  Written written{.then = Then::kWait, .pieces = {}};
  while (written.then == Then::kWait) {
    std::string piece;
    written.then = writer.Next(&piece);
    written.pieces.push_back(piece);
  }
  return written;
}

void ExpectOnePiece(const Written& written, Then then, const std::string& piece) {
  EXPECT_EQ(written.then, then);
  EXPECT_EQ(written.pieces, std::vector<std::string>{piece});
}

TEST(FaultWriterTest, GivesAnAnswerThatWasOnlyDelayedWhole) {
  ExpectOnePiece(Write({}), Then::kGoOn, answer_text);
}

TEST(FaultWriterTest, ClosesWithoutAByte) {
  ExpectOnePiece(Write({.ending = Ending::kClose}), Then::kClose, "");
}

TEST(FaultWriterTest, CutsInTheMiddleOfTheBodyUnlessToldWhere) {
  ExpectOnePiece(Write({.ending = Ending::kReset}), Then::kReset, head_text + "{\"a\"");
  ExpectOnePiece(Write({.ending = Ending::kTruncate}), Then::kClose, head_text + "{\"a\"");
  ExpectOnePiece(Write({.ending = Ending::kReset, .after_bytes = 5}), Then::kReset, "HTTP/");
  ExpectOnePiece(Write({.ending = Ending::kReset, .after_bytes = 0}), Then::kReset, "");
}

TEST(FaultWriterTest, ATruncatedAnswerIsNeverWhole) {
  const std::string short_by_one = answer_text.substr(0, answer_text.size() - 1);
  ExpectOnePiece(Write({.ending = Ending::kTruncate, .after_bytes = 1000}), Then::kClose,
                 short_by_one);
  ExpectOnePiece(Write({.ending = Ending::kReset, .after_bytes = 1000}), Then::kReset, answer_text);
  ExpectOnePiece(Write({.ending = Ending::kTruncate}, head_text), Then::kClose,
                 head_text.substr(0, head_text.size() - 1));
}

TEST(FaultWriterTest, TricklesInPieces) {
  const Written written = Write({.ending = Ending::kTrickle, .trickle_bytes = 20});
  EXPECT_EQ(written.then, Then::kGoOn);
  ASSERT_EQ(written.pieces.size(), (answer_text.size() + 19) / 20);
  std::string all;
  for (const std::string& piece : written.pieces) all += piece;
  EXPECT_EQ(all, answer_text);
  EXPECT_EQ(written.pieces.front().size(), 20U);
}

TEST(FaultWriterTest, TricklesALongAnswerAwayInTenMinutes) {
  const Written written = Write({.ending = Ending::kTrickle,
                                 .trickle_bytes = 1,
                                 .trickle_every = std::chrono::milliseconds{60'000}},
                                head_text + std::string(100'000, 'x'));
  EXPECT_LE(written.pieces.size(), 10U);
}

}  // namespace
}  // namespace timock
