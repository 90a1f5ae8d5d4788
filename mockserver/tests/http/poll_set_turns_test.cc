// What busy sockets owe to others: each has its turn, and so has the loop.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/descriptor.h"
#include "http/poll_set.h"
#include "http/poll_set_fixture.h"

namespace timock {
namespace {

namespace asio = boost::asio;
using ErrorCode = PolledSocket::ErrorCode;

/// A second socket beside that of the fixture, which reads and is sent more, for ever.
class BusyPollSetTest : public PollSetTest {
 protected:
  BusyPollSetTest() {
    Pair pair = MakePair();
    other_peer = std::move(pair.peer);
    other.emplace(set, std::move(pair.own));
  }

  /// Reads on until `done` holds, and calls `on_read` each time.
  void ReadOn(PolledSocket& from, const std::function<void()>& on_read,
              const std::function<bool()>& done) {
    from.AsyncReadSome(asio::buffer(room), [&, on_read, done](const ErrorCode&, std::size_t) {
      ASSERT_LT(++reads, 100'000U) << "what waits has no turn";
      on_read();
      if (!done()) ReadOn(from, on_read, done);
    });
  }

  Descriptor other_peer;
  std::optional<PolledSocket> other;
  std::size_t reads = 0;
};

TEST_F(BusyPollSetTest, WhatArrivedAtOnceIsReadToItsEnd) {
  Send(peer, std::string(800, 'x'));
  ReadOn(
      *socket, [] {}, [] { return false; });
  Poll();
  EXPECT_EQ(reads, 100U);
}

TEST_F(BusyPollSetTest, ASocketThatNeverEmptiesLeavesOthersTheirTurn) {
  bool served = false;
  std::array<char, 8> other_room{};
  other->AsyncReadSome(asio::buffer(other_room),
                       [&](const ErrorCode&, std::size_t) { served = true; });
  Send(peer, "1234567812345678");
  ReadOn(
      *socket,
      [&] {
        if (reads == 10) Send(other_peer, "x");
        Send(peer, "12345678");
      },
      [&] { return served; });
  Poll();
  EXPECT_TRUE(served);
}

TEST_F(BusyPollSetTest, SocketsThatNeverEmptyLeaveTheLoopItsTurnToo) {
  constexpr std::size_t kBusy = 200;
  bool served = false;
  const auto done = [&] { return served; };
  std::vector<Descriptor> peers;
  std::deque<PolledSocket> busy;
  for (std::size_t i = 0; i < kBusy; ++i) {
    Pair pair = MakePair();
    peers.push_back(std::move(pair.peer));
    busy.emplace_back(set, std::move(pair.own));
    Send(peers[i], std::string(80'000, 'x'));
    ReadOn(
        busy[i], [] {}, done);
  }
  Send(peer, "x");
  Send(other_peer, "x");
  std::size_t echoes = 0;
  ReadOn(
      *socket,
      [&] {
        if (++echoes == 1) asio::post(loop, [&] { served = true; });
        Send(peer, "x");
      },
      done);
  ReadOn(
      *other, [&] { Send(other_peer, "x"); }, done);
  Poll();
  EXPECT_TRUE(served);
  EXPECT_LT(reads, 2'000U);
}

TEST_F(BusyPollSetTest, BusySocketsLeaveTheLoopItsTurn) {
  bool served = false;
  const auto done = [&] { return served; };
  Send(peer, "x");
  Send(other_peer, "x");
  ReadOn(
      *socket,
      [&] {
        if (reads < 3) asio::post(loop, [&] { served = true; });
        Send(peer, "x");
      },
      done);
  ReadOn(
      *other, [&] { Send(other_peer, "x"); }, done);
  Poll();
  EXPECT_TRUE(served);
}

}  // namespace
}  // namespace timock
