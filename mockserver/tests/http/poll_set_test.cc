#include "http/poll_set.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "http/descriptor.h"
#include "http/poll_set_fixture.h"

namespace timock {
namespace {

namespace asio = boost::asio;
using ErrorCode = PolledSocket::ErrorCode;

TEST_F(PollSetTest, ReadsWhatArrivesBeforeAndAfterTheOperationBegan) {
  BeginRead();
  Poll();
  EXPECT_TRUE(ends.empty());

  PeerSends("one");
  Poll();
  PeerSends("two");
  Poll();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].text, "one");

  BeginRead();
  EXPECT_EQ(ends.size(), 1U) << "the handler is called by the loop alone";
  Poll();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[1].text, "two");
}

TEST_F(PollSetTest, ReadsOnWhereARoomWasFilled) {
  PeerSends("12345678abc");
  BeginRead();
  Poll();
  BeginRead();
  Poll();

  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].text, "12345678");
  EXPECT_EQ(ends[1].text, "abc");
}

TEST_F(PollSetTest, ReadsTheEndThatCameWithTheLastBytes) {
  PeerSends("last");
  ::shutdown(peer.get(), SHUT_WR);
  BeginRead();
  Poll();
  BeginRead();
  Poll();

  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].text, "last");
  EXPECT_EQ(ends[1].error, asio::error::eof);
}

TEST_F(PollSetTest, ReadsTheEndThatCameLater) {
  PeerSends("last");
  BeginRead();
  Poll();
  BeginRead();
  Poll();
  ASSERT_EQ(ends.size(), 1U);

  peer.Reset();
  Poll();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_TRUE(ends[1].error);
}

TEST_F(PollSetTest, WritesOnWhenThePeerHasTaken) {
  const std::string much(4'000'000, 'x');
  const std::size_t first = static_cast<std::size_t>(socket->Send(asio::buffer(much)));
  ASSERT_GT(first, 0U);
  ASSERT_LT(first, much.size());

  BeginWrite(std::string_view(much).substr(first));
  Poll();
  EXPECT_TRUE(ends.empty()) << "there was no room";

  EXPECT_EQ(PeerTakesAll(), first);
  Poll();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_FALSE(ends[0].error);
  EXPECT_EQ(std::to_string(PeerTakesAll()), ends[0].text);
}

TEST_F(PollSetTest, ToldWhenThePeerIsGoneInAWrite) {
  peer.Reset();
  Poll();
  EXPECT_EQ(socket->Send(asio::buffer("x", 1)), -1);
  BeginWrite("x");
  Poll();

  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error, asio::error::broken_pipe);
}

TEST_F(PollSetTest, CancelEndsTheOperationAndLosesNothing) {
  BeginRead();
  PeerSends("kept");
  socket->Cancel();
  EXPECT_TRUE(ends.empty());
  Poll();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error, asio::error::operation_aborted);

  BeginRead();
  Poll();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[1].text, "kept");
}

TEST_F(PollSetTest, CancelWithoutAnOperationMeansNothing) {
  socket->Cancel();
  BeginRead();
  PeerSends("kept");
  Poll();

  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].text, "kept");
}

TEST_F(PollSetTest, CloseEndsThePendingOperationAndEachLaterOne) {
  BeginRead();
  socket->Close();
  Poll();
  BeginRead();
  Poll();

  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].error, asio::error::operation_aborted);
  EXPECT_EQ(ends[1].error, asio::error::operation_aborted);
}

TEST_F(PollSetTest, AHandlerMayDestroyItsSocket) {
  socket->AsyncReadSome(asio::buffer(room),
                        [this](const ErrorCode&, std::size_t) { socket.reset(); });
  PeerSends("x");
  Poll();
  EXPECT_FALSE(socket);
}

TEST_F(PollSetTest, ASocketMayBeDestroyedWhileItIsDue) {
  BeginRead();
  socket->Cancel();
  socket.reset();
  Poll();
  EXPECT_TRUE(ends.empty());
}

TEST_F(PollSetTest, AnotherHolderOfTheSocketWakesNobody) {
  const Descriptor first = socket->Release();
  const Descriptor other(::dup(first.get()));
  socket.emplace(set, Descriptor(::dup(first.get())));
  BeginRead();
  socket.reset();
  PeerSends("x");
  Poll();
  EXPECT_TRUE(ends.empty());
}

TEST_F(PollSetTest, AGivenAwaySocketIsPolledNoMore) {
  const Descriptor given = socket->Release();
  PeerSends("x");
  Poll();

  std::array<char, 2> into{};
  EXPECT_EQ(::recv(given.get(), into.data(), into.size(), 0), 1);
}

TEST_F(PollSetTest, WhatCannotBePolledIsClosed) {
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  PolledSocket nothing(set, Descriptor(file));
  EXPECT_EQ(::fcntl(file, F_GETFD), -1);

  nothing.AsyncReadSome(asio::buffer(room), [this](const ErrorCode& error, std::size_t) {
    ends.push_back({error, ""});
  });
  Poll();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].error, asio::error::operation_aborted);
}

/// Where a read stops though more is there. Sockets of AF_UNIX know nothing of it.
TEST_F(PollSetTest, ReadsOnBehindUrgentData) {
  asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  asio::ip::tcp::socket sender(loop);
  sender.connect(acceptor.local_endpoint());
  asio::ip::tcp::socket accepted = acceptor.accept();
  accepted.non_blocking(true);
  socket.emplace(set, Descriptor(accepted.release()));
  std::string all;
  std::function<void()> read_on = [&] {
    socket->AsyncReadSome(asio::buffer(room), [&](const ErrorCode&, std::size_t bytes) {
      all.append(room.data(), bytes);
      read_on();
    });
  };
  asio::write(sender, asio::buffer("abc", 3));
  sender.send(asio::buffer("!", 1), asio::socket_base::message_out_of_band);
  asio::write(sender, asio::buffer("def", 3));
  read_on();
  Poll();
  EXPECT_EQ(all, "abcdef");
}

TEST_F(PollSetTest, WaitsForInputOnlyUntilReceiveFoundNone) {
  const auto wait = [this] {
    socket->AsyncWaitForInput([this](const ErrorCode& error, std::size_t) {
      ends.push_back({error, "input"});
    });
    Poll();
  };
  wait();
  EXPECT_TRUE(ends.empty());
  PeerSends("12345678abc");
  Poll();
  EXPECT_EQ(ends.size(), 1U);

  EXPECT_EQ(socket->Receive(asio::buffer(room)), 8);
  wait();
  EXPECT_EQ(ends.size(), 2U) << "more may be there";

  EXPECT_EQ(socket->Receive(asio::buffer(room)), 3);
  wait();
  EXPECT_EQ(ends.size(), 2U) << "nothing more was there";

  EXPECT_EQ(socket->Receive(asio::buffer(room)), -1);
  PeerSends("12345678");
  Poll();
  EXPECT_EQ(ends.size(), 3U);
  EXPECT_EQ(socket->Receive(asio::buffer(room)), 8);
  EXPECT_EQ(socket->Receive(asio::buffer(room)), -1);
  wait();
  EXPECT_EQ(ends.size(), 3U) << "nothing more was there";
  ::shutdown(peer.get(), SHUT_WR);
  Poll();
  EXPECT_EQ(ends.size(), 4U);
  EXPECT_EQ(socket->Receive(asio::buffer(room)), 0);
}

TEST_F(PollSetTest, WaitsForRoomUntilThePeerHasTaken) {
  const std::string much(4'000'000, 'x');
  const auto wait = [this] {
    socket->AsyncWaitForRoom([this](const ErrorCode& error, std::size_t) {
      ends.push_back({error, "room"});
    });
    Poll();
  };
  wait();
  EXPECT_EQ(ends.size(), 1U);

  ASSERT_GT(socket->Send(asio::buffer(much)), 0);
  ASSERT_EQ(socket->Send(asio::buffer("x", 1)), -1);
  wait();
  EXPECT_EQ(ends.size(), 1U);
  PeerTakesAll();
  Poll();
  EXPECT_EQ(ends.size(), 2U);
}

TEST_F(PollSetTest, YieldsOnceAndCanBeCancelled) {
  const auto yield = [this] {
    socket->AsyncYield([this](const ErrorCode& error, std::size_t) {
      ends.push_back({error, "turn"});
    });
  };
  yield();
  EXPECT_TRUE(ends.empty());
  Poll();
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_FALSE(ends[0].error);

  yield();
  socket->Cancel();
  Poll();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[1].error, asio::error::operation_aborted);
}

}  // namespace
}  // namespace timock
