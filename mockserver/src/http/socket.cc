#include "http/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace timock {
namespace {

/// Of what recv or send returned.
Transfer TransferOf(ssize_t moved, Until until) {
  if (moved >= 0) return {.bytes = static_cast<std::size_t>(moved)};
  const bool wait = errno == EAGAIN || errno == EINTR;
  return {.outcome = wait ? Transfer::Outcome::kWait : Transfer::Outcome::kFailed, .until = until};
}

}  // namespace

Socket::Socket(Loop& loop, Descriptor descriptor)
    : descriptor_(std::move(descriptor)), poll_(MakeHandle<uv_poll_t>(this, [&](uv_poll_t* poll) {
        return uv_poll_init(loop.uv(), poll, descriptor_.get());
      })) {}

/// Polling is level-triggered: as long as there is something to read or room to write, each turn of
/// the loop reports it. So nothing is slept over, if what is waited for is polled; and the loop
/// does not spin, if what is reported is either dealt with or polled no more.
///
/// To change what is polled costs system calls, so it is done as late as can be: here, when
/// something else than before is waited for, and in OnEvents, when something is reported that
/// nobody waits for. A connection that reads, answers and reads again changes nothing: between its
/// requests nobody waits, but the loop does not poll then either.
void Socket::Wait(Until until, Loop::Handler handler) {
  handler_ = std::move(handler);
  const int wanted = until == Until::kRoom ? UV_WRITABLE : UV_READABLE;
  if (polled_ != wanted) Poll(wanted);
  if (until != Until::kTurn) {
    if (turn_) uv_idle_stop(turn_.get());
    return;
  }
  if (!turn_) {
    turn_ = MakeHandle<uv_idle_t>(
        this, [this](uv_idle_t* turn) { return uv_idle_init(poll_->loop, turn); });
  }
  // Called in the next turn of the loop, which does not wait for events then.
  uv_idle_start(turn_.get(), [](uv_idle_t* turn) {
    Loop::Of(turn->loop).Call([turn] { static_cast<Socket*>(turn->data)->GoOn(); });
  });
}

void Socket::Poll(int events) {
  polled_ = events;
  if (events == 0) {
    uv_poll_stop(poll_.get());
    return;
  }
  uv_poll_start(poll_.get(), events, [](uv_poll_t* poll, int status, int /*events*/) {
    Loop::Of(poll->loop).Call([poll, status] {
      static_cast<Socket*>(poll->data)->OnEvents(status);
    });
  });
}

/// Only what is polled is reported, and that is what is waited for, if anything is.
void Socket::OnEvents(int status) {
  // libuv has stopped polling: an error is there, which the next read or write will return.
  if (status < 0) polled_ = 0;
  if (handler_) return GoOn();
  if (polled_ != 0) Poll(0);
}

/// The handler may destroy this.
void Socket::GoOn() {
  if (turn_) uv_idle_stop(turn_.get());
  const Loop::Handler handler = std::exchange(handler_, nullptr);
  handler();
}

Transfer Socket::Read(std::span<char> into) {
  const ssize_t read = ::recv(descriptor_.get(), into.data(), into.size(), 0);
  if (read == 0) return {.outcome = Transfer::Outcome::kEnded};
  return TransferOf(read, Until::kInput);
}

Transfer Socket::Write(std::string_view from) {
  const ssize_t written = ::send(descriptor_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  return TransferOf(written, Until::kRoom);
}

bool Socket::HasInput() const {
  int bytes = 0;
  return ::ioctl(descriptor_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
}

bool Socket::PeerEnded() const {
  pollfd waited = {.fd = descriptor_.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&waited, 1, 0) > 0;
}

void Socket::AcknowledgeAtOnce() {
  const int on = 1;
  ::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

void Socket::ShutdownSend() { ::shutdown(descriptor_.get(), SHUT_WR); }

void Socket::EndWithReset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

}  // namespace timock
