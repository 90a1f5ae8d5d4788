#ifndef TIMOCK_TESTS_HTTP_SOCKET_FIXTURE_H_
#define TIMOCK_TESTS_HTTP_SOCKET_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/loop.h"
#include "http/socket.h"

namespace timock {

inline void Send(const Descriptor& to, std::string_view text) {
  ASSERT_EQ(::send(to.get(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

struct Pair {
  Descriptor peer;
  Descriptor own;
};

inline Pair MakePair() {
  std::array<int, 2> ends{-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A loop with one socket, and the other end of it.
class SocketTest : public ::testing::Test {
 protected:
  SocketTest() {
    Pair pair = MakePair();
    peer = std::move(pair.peer);
    socket.emplace(loop, std::move(pair.own));
  }

  void Wait(Until until) {
    socket->Wait(until, [this] { ++called; });
  }

  /// What a read of at most eight bytes gives.
  std::string Read() {
    std::array<char, 8> room{};
    const Transfer read = socket->Read(room);
    switch (read.outcome) {
      case Transfer::Outcome::kDone:
        return {room.data(), read.bytes};
      case Transfer::Outcome::kWait:
        return read.until == Until::kInput ? "(wait)" : "(wait for room)";
      case Transfer::Outcome::kEnded:
        return "(end)";
      case Transfer::Outcome::kFailed:
        return "(failed)";
    }
    return "";
  }

  /// Fills the socket; how many bytes it took.
  std::size_t Fill() {
    const std::string much(4'000'000, 'x');
    std::size_t all = 0;
    for (Transfer written; (written = socket->Write(much)).bytes > 0;) all += written.bytes;
    return all;
  }

  /// One turn of the loop: what is ready is called.
  void Turn() { uv_run(loop.uv(), UV_RUN_NOWAIT); }
  void Turns(int turns) {
    for (int turn = 0; turn < turns; ++turn) Turn();
  }

  void PeerSends(std::string_view text) { Send(peer, text); }

  std::size_t PeerTakesAll() {
    std::array<char, 65'536> into;
    std::size_t all = 0;
    for (ssize_t taken = 1; taken > 0; all += taken > 0 ? static_cast<std::size_t>(taken) : 0) {
      taken = ::recv(peer.get(), into.data(), into.size(), 0);
    }
    return all;
  }

  int woken = 0;
  int exceptions = 0;
  Loop loop{[this] { ++woken; }, [this] { ++exceptions; }};
  Descriptor peer;
  std::optional<Socket> socket;
  int called = 0;
};

}  // namespace timock

#endif  // TIMOCK_TESTS_HTTP_SOCKET_FIXTURE_H_
