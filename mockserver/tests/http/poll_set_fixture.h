#ifndef TIMOCK_TESTS_HTTP_POLL_SET_FIXTURE_H_
#define TIMOCK_TESTS_HTTP_POLL_SET_FIXTURE_H_

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/descriptor.h"
#include "http/poll_set.h"

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

/// A loop with one polled socket, and the other end of it.
class PollSetTest : public ::testing::Test {
 protected:
  PollSetTest() {
    Pair pair = MakePair();
    peer = std::move(pair.peer);
    socket.emplace(set, std::move(pair.own));
  }

  void BeginRead() {
    socket->AsyncReadSome(boost::asio::buffer(room),
                          [this](const PolledSocket::ErrorCode& error, std::size_t bytes) {
                            ends.push_back({error, std::string(room.data(), bytes)});
                          });
  }

  void BeginWrite(std::string_view text) {
    socket->AsyncWriteSome(boost::asio::buffer(text),
                           [this](const PolledSocket::ErrorCode& error, std::size_t bytes) {
                             ends.push_back({error, std::to_string(bytes)});
                           });
  }

  /// Runs all that can be run now.
  void Poll() {
    while (loop.poll() > 0) {
    }
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

  struct End {
    PolledSocket::ErrorCode error;
    std::string text;
  };

  boost::asio::io_context loop{1};
  PollSet set{loop};
  Descriptor peer;
  std::optional<PolledSocket> socket;
  std::array<char, 8> room{};
  std::vector<End> ends;
};

}  // namespace timock

#endif  // TIMOCK_TESTS_HTTP_POLL_SET_FIXTURE_H_
