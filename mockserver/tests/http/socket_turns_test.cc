// What busy sockets owe to others: each has its turn, and so has the loop.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/loop.h"
#include "http/socket.h"
#include "http/socket_fixture.h"

namespace timock {
namespace {

/// A second socket beside that of the fixture, which reads and is sent more, for ever.
class BusySocketTest : public SocketTest {
 protected:
  BusySocketTest() {
    Pair pair = MakePair();
    other_peer = std::move(pair.peer);
    other.emplace(loop, std::move(pair.own));
  }

  /// Reads eight bytes, calls `on_read` and waits again, for ever.
  void ReadOn(Socket& from, Until until, const std::function<void()>& on_read) {
    from.Wait(until, [this, &from, until, on_read] {
      std::array<char, 8> room{};
      from.Read(room);
      ++reads;
      on_read();
      ReadOn(from, until, on_read);
    });
  }

  /// 200 sockets that are never empty.
  void KeepBusy(Until until) {
    for (std::size_t i = 0; i < 200; ++i) {
      Pair pair = MakePair();
      peers.push_back(std::move(pair.peer));
      Socket& added = busy.emplace_back(loop, std::move(pair.own));
      Send(peers[i], std::string(80'000, 'x'));
      ReadOn(added, until, [] {});
    }
  }

  Descriptor other_peer;
  std::optional<Socket> other;
  std::vector<Descriptor> peers;
  std::deque<Socket> busy;
  std::size_t reads = 0;
};

TEST_F(BusySocketTest, WhatArrivedAtOnceIsReadToItsEnd) {
  Send(peer, std::string(800, 'x'));
  ReadOn(*socket, Until::kInput, [] {});
  Turns(150);
  EXPECT_EQ(reads, 100U);
}

TEST_F(BusySocketTest, ASocketThatNeverEmptiesLeavesOthersTheirTurn) {
  bool served = false;
  other->Wait(Until::kInput, [&] { served = true; });
  for (const Until until : {Until::kInput, Until::kTurn}) {
    Send(peer, "1234567812345678");
    ReadOn(*socket, until, [&] { Send(peer, "12345678"); });
    Turns(10);
    EXPECT_FALSE(served);
  }
  EXPECT_GE(reads, 20U);
  reads = 0;
  Send(other_peer, "x");
  Turns(2);
  EXPECT_TRUE(served);
  EXPECT_LE(reads, 4U) << "at most two a turn";
}

TEST_F(BusySocketTest, SocketsThatNeverEmptyLeaveTheLoopItsTurnToo) {
  for (const Until until : {Until::kInput, Until::kTurn}) {
    peers.clear();
    busy.clear();
    KeepBusy(until);
    Turns(5);
    // Something from another thread, a timer, a connection to be accepted: two turns.
    const ListeningSockets listening = ListenOn("127.0.0.1", 0).value();
    Socket entrance(loop, Descriptor(::dup(listening.sockets.front().get())));
    bool asked = false;
    entrance.Wait(Until::kInput, [&] { asked = true; });
    Turn();
    Timer timer(loop);
    bool expired = false;
    timer.Start(std::chrono::nanoseconds(0), [&] { expired = true; });
    sockaddr_storage to = {};
    socklen_t size = sizeof(to);
    auto* const address = reinterpret_cast<sockaddr*>(&to);
    ASSERT_EQ(::getsockname(entrance.descriptor(), address, &size), 0);
    const Descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(client.get(), address, size), 0);
    woken = 0;
    loop.Wake();
    reads = 0;
    Turns(2);
    EXPECT_EQ(woken, 1);
    EXPECT_TRUE(expired);
    EXPECT_TRUE(asked);
    EXPECT_GE(reads, 200U) << "and so have they";
    EXPECT_LE(reads, 800U);
  }
}

}  // namespace
}  // namespace timock
