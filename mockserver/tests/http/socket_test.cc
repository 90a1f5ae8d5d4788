#include "http/socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "http/loop.h"
#include "http/socket_fixture.h"
#include "timock/clock.h"

namespace timock {
namespace {

TEST_F(SocketTest, CallsForWhatArrivesBeforeAndAfterTheWaitBegan) {
  Wait(Until::kInput);
  Turns(3);
  EXPECT_EQ(called, 0);

  PeerSends("one");
  Turn();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(Read(), "one");

  PeerSends("two");
  Wait(Until::kInput);
  EXPECT_EQ(called, 1) << "the handler is called by the loop alone";
  Turn();
  EXPECT_EQ(called, 2);
  EXPECT_EQ(Read(), "two");
}

TEST_F(SocketTest, CallsAgainWhileSomethingIsLeftToRead) {
  PeerSends("12345678abc");
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(Read(), "12345678");
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(Read(), "abc");
  Wait(Until::kInput);
  Turns(3);
  EXPECT_EQ(called, 2) << "nothing more was there";
  EXPECT_EQ(Read(), "(wait)");
}

TEST_F(SocketTest, ReadsTheEndThatCameWithTheLastBytes) {
  PeerSends("last");
  ::shutdown(peer.get(), SHUT_WR);
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(Read(), "last");
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(called, 2);
  EXPECT_EQ(Read(), "(end)");
}

TEST_F(SocketTest, ReadsTheEndThatCameLater) {
  Wait(Until::kInput);
  Turns(2);
  EXPECT_EQ(called, 0);
  peer.Reset();
  Turn();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(Read(), "(end)");
}

/// A peer that leaves bytes unread resets the connection.
TEST_F(SocketTest, ReadsTheErrorThatWasThereBeforeAnybodyWaited) {
  ASSERT_EQ(socket->Write("unread").bytes, 6U);
  Wait(Until::kInput);
  PeerSends("x");
  Turn();
  EXPECT_EQ(Read(), "x");
  peer.Reset();
  Turns(3);
  EXPECT_EQ(called, 1) << "nobody waited";
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(called, 2);
  EXPECT_EQ(Read(), "(failed)");
}

TEST_F(SocketTest, CallsWhenThePeerHasMadeRoom) {
  const std::size_t filled = Fill();
  EXPECT_EQ(socket->Write("x").until, Until::kRoom);
  Wait(Until::kRoom);
  Turns(3);
  EXPECT_EQ(called, 0) << "there was no room";

  EXPECT_EQ(PeerTakesAll(), filled);
  Turn();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(socket->Write("x").bytes, 1U);
}

TEST_F(SocketTest, ToldWhenThePeerIsGoneInAWrite) {
  Fill();
  Wait(Until::kRoom);
  peer.Reset();
  Turn();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(socket->Write("x").outcome, Transfer::Outcome::kFailed);
}

TEST_F(SocketTest, InputIsNotRoomAndRoomIsNotInput) {
  Wait(Until::kInput);
  Turns(3);
  EXPECT_EQ(called, 0) << "there was room only";
  Fill();
  PeerSends("x");
  Wait(Until::kRoom);
  Turns(3);
  EXPECT_EQ(called, 0) << "there was input only";
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(called, 1);
}

/// The loop does not spin over what nobody waits for, and does not sleep over it afterwards.
TEST_F(SocketTest, WhatNobodyWaitsForIsReportedOnceAndKept) {
  Wait(Until::kInput);
  PeerSends("one");
  Turn();
  ASSERT_EQ(called, 1);
  PeerSends("two");
  Turns(2);
  epoll_event event = {};
  EXPECT_EQ(::epoll_wait(uv_backend_fd(loop.uv()), &event, 1, 0), 0) << "would be reported again";

  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(called, 2);
  EXPECT_EQ(Read(), "onetwo");
}

TEST_F(SocketTest, AWaitTakesThePlaceOfTheOneBefore) {
  int first = 0;
  socket->Wait(Until::kTurn, [&] { ++first; });
  Wait(Until::kInput);
  Turns(2);
  EXPECT_EQ(called, 0);
  PeerSends("x");
  Turns(2);
  EXPECT_EQ(called, 1);
  EXPECT_EQ(first, 0);
}

TEST_F(SocketTest, ATurnComesWithoutAnEventAndOnce) {
  Wait(Until::kTurn);
  EXPECT_EQ(called, 0);
  Turns(3);
  EXPECT_EQ(called, 1);
  PeerSends("x");
  Wait(Until::kTurn);
  Turns(3);
  EXPECT_EQ(called, 2);
}

TEST_F(SocketTest, AHandlerMayDestroyItsSocket) {
  for (const Until until : {Until::kInput, Until::kTurn}) {
    Pair pair = MakePair();
    socket.emplace(loop, std::move(pair.own));
    socket->Wait(until, [this] { socket.reset(); });
    Send(pair.peer, "x");
    Turns(2);
    EXPECT_FALSE(socket);
  }
}

TEST_F(SocketTest, ASocketMayBeDestroyedWhileItIsWaitedFor) {
  PeerSends("x");
  Wait(Until::kTurn);
  socket.reset();
  Turns(2);
  EXPECT_EQ(called, 0);
}

TEST_F(SocketTest, ANumberIsFreeForTheNextSocketAtOnce) {
  const int number = socket->descriptor();
  Wait(Until::kInput);
  Turn();
  const Descriptor kept(::dup(number));
  socket.reset();
  Pair pair = MakePair();
  socket.emplace(loop, Descriptor(::dup(pair.own.get())));
  Wait(Until::kInput);
  PeerSends("for the one before, whose other holder wakes nobody");
  Turns(2);
  EXPECT_EQ(called, 0);
  Send(pair.peer, "x");
  Turn();
  EXPECT_EQ(called, 1);
}

TEST_F(SocketTest, WhatCannotBePolledIsClosed) {
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  EXPECT_THROW(Socket(loop, Descriptor(file)), std::system_error);
  EXPECT_EQ(::fcntl(file, F_GETFD), -1);
}

/// Where a read stops though more is there. Sockets of AF_UNIX know nothing of it.
TEST_F(SocketTest, ReadsOnBehindUrgentData) {
  const ListeningSockets listening = ListenOn("127.0.0.1", 0).value();
  const Descriptor sender(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in to = {.sin_family = AF_INET,
                          .sin_port = htons(listening.port),
                          .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
                          .sin_zero = {}};
  ASSERT_EQ(::connect(sender.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)), 0);
  socket.emplace(loop, Descriptor(::accept4(listening.sockets.front().get(), nullptr, nullptr,
                                            SOCK_NONBLOCK | SOCK_CLOEXEC)));
  std::string all;
  const std::function<void()> read_on = [&] {
    all += Read();
    socket->Wait(Until::kInput, read_on);
  };
  Send(sender, "abc");
  ASSERT_EQ(::send(sender.get(), "!", 1, MSG_OOB), 1);
  Send(sender, "def");
  socket->Wait(Until::kInput, read_on);
  Turns(10);
  EXPECT_EQ(all, "abcdef");
}

TEST_F(SocketTest, AnExceptionOfAHandlerIsReportedAndTheLoopGoesOn) {
  socket->Wait(Until::kInput, [] { throw std::runtime_error("on purpose"); });
  PeerSends("x");
  Turns(2);
  EXPECT_EQ(exceptions, 1);
  Wait(Until::kInput);
  Turn();
  EXPECT_EQ(called, 1);
}

TEST_F(SocketTest, SeveralWakesMayComeToOne) {
  Turn();
  EXPECT_EQ(woken, 0);
  loop.Wake();
  loop.Wake();
  Turns(3);
  EXPECT_EQ(woken, 1);
  loop.Wake();
  Turn();
  EXPECT_EQ(woken, 2);
}

TEST_F(SocketTest, ATimerIsNeverEarlyAndMayBeStartedAnewOrDestroyedByItsHandler) {
  const SystemClock clock;
  constexpr std::chrono::milliseconds kTime{3};
  std::optional<Timer> timer(loop);
  timer->Start(std::chrono::hours(1), [this] { ++called; });
  for (int round = 0; round < 20; ++round) {
    const Tick begin = clock.Ticks();
    Tick end{0};
    timer->Start(kTime, [&] {
      end = clock.Ticks();
      if (round == 19) timer.reset();
      loop.Stop();
    });
    loop.Run();
    EXPECT_GE(end - begin, kTime);
  }
  EXPECT_FALSE(timer);
  EXPECT_EQ(called, 0);
}

}  // namespace
}  // namespace timock
