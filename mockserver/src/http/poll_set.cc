#include "http/poll_set.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

namespace timock {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

namespace {

/// Sockets served before the loop looks at its timers and at new connections again.
constexpr std::size_t kServedAtATime = 512;

int NewEpoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  throw boost::system::system_error(ErrorCode(errno, boost::system::system_category()));
}

bool WouldBlock() { return errno == EAGAIN; }

}  // namespace

PollSet::PollSet(asio::io_context& loop) : loop_(loop), epoll_(loop, NewEpoll()) { Wait(); }

void PollSet::Wait() {
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const ErrorCode& error) {
    if (error) return;
    Run();
    Wait();
  });
}

/// Goes on while more than one socket is ready: waiting in the loop costs two more system calls.
void PollSet::Run() {
  running_ = true;
  std::size_t served = 0;
  std::size_t ready = 0;
  do {
    ready = RunReady();
    served += ready + RunDue();
  } while (ready > 1 && served < kServedAtATime);
  running_ = false;
  if (!due_.empty()) Post();
}

std::size_t PollSet::RunReady() {
  const int ready =
      ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    static_cast<PolledSocket*>(event.data.ptr)->OnEvents(event.events);
  }
  return ready > 0 ? static_cast<std::size_t>(ready) : 0;
}

/// Those that become due meanwhile have their turn after all others.
std::size_t PollSet::RunDue() {
  DueList due;
  due.swap(due_);
  std::size_t served = 0;
  for (; !due.empty(); ++served) {
    PolledSocket& socket = due.front();
    due.pop_front();
    socket.Advance();
  }
  return served;
}

void PollSet::MakeDue(PolledSocket& socket) {
  if (!socket.is_linked()) due_.push_back(socket);
  if (!running_) Post();
}

void PollSet::Post() {
  if (std::exchange(posted_, true)) return;
  asio::post(loop_, [this] {
    posted_ = false;
    Run();
  });
}

PolledSocket::PolledSocket(PollSet& set, Descriptor descriptor)
    : set_(set), descriptor_(std::move(descriptor)) {
  // Edge-triggered: a read that brought less than it had room for has emptied the socket. Unless
  // the peer has ended, which the same edge may have told, or sent urgent data, where a read stops
  // short.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET,
                    .data = {.ptr = this}};
  if (::epoll_ctl(set_.epoll_.native_handle(), EPOLL_CTL_ADD, descriptor_.get(), &event) != 0) {
    descriptor_.Reset();
  }
}

void PolledSocket::AsyncReadSome(asio::mutable_buffer into, Handler handler) {
  into_ = into;
  Begin(Operation::kRead, std::move(handler));
}

void PolledSocket::AsyncWriteSome(asio::const_buffer from, Handler handler) {
  from_ = from;
  Begin(Operation::kWrite, std::move(handler));
}

void PolledSocket::Begin(Operation operation, Handler handler) {
  operation_ = operation;
  handler_ = std::move(handler);
  cancelled_ = !descriptor_;
  if (CanAdvance()) set_.MakeDue(*this);
}

ssize_t PolledSocket::Receive(asio::mutable_buffer into) {
  const ssize_t read = ::recv(descriptor_.get(), into.data(), into.size(), 0);
  const bool emptied =
      read > 0 && static_cast<std::size_t>(read) < into.size() && !more_may_follow_;
  may_read_ = !emptied && !(read < 0 && WouldBlock());
  return read;
}

ssize_t PolledSocket::Send(asio::const_buffer from) {
  const ssize_t written = ::send(descriptor_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  const bool filled = written >= 0 && static_cast<std::size_t>(written) < from.size();
  may_write_ = !filled && !(written < 0 && WouldBlock());
  return written;
}

bool PolledSocket::HasInput() const {
  int bytes = 0;
  return ::ioctl(descriptor_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
}

bool PolledSocket::PeerEnded() const {
  pollfd waited = {.fd = descriptor_.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&waited, 1, 0) > 0;
}

void PolledSocket::AcknowledgeAtOnce() {
  const int on = 1;
  ::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

void PolledSocket::ShutdownSend() { ::shutdown(descriptor_.get(), SHUT_WR); }

void PolledSocket::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  Close();
}

void PolledSocket::Cancel() {
  cancelled_ = true;
  set_.MakeDue(*this);
}

void PolledSocket::Close() {
  Release();
  Cancel();
}

/// Closing alone would leave the epoll its pointer to this while a forked process has the socket.
Descriptor PolledSocket::Release() {
  if (descriptor_) {
    ::epoll_ctl(set_.epoll_.native_handle(), EPOLL_CTL_DEL, descriptor_.get(), nullptr);
  }
  return std::move(descriptor_);
}

void PolledSocket::OnEvents(std::uint32_t events) {
  constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  more_may_follow_ = more_may_follow_ || (events & (kEnded | EPOLLPRI)) != 0;
  may_read_ = may_read_ || more_may_follow_ || (events & EPOLLIN) != 0;
  may_write_ = may_write_ || (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  Advance();
}

bool PolledSocket::CanAdvance() const {
  switch (operation_) {
    case Operation::kNone:
      return false;
    case Operation::kRead:
    case Operation::kAwaitInput:
      return may_read_ || cancelled_;
    case Operation::kWrite:
    case Operation::kAwaitRoom:
      return may_write_ || cancelled_;
    case Operation::kYield:
      return true;
  }
  return false;
}

void PolledSocket::Advance() {
  if (!CanAdvance()) return;
  if (std::exchange(cancelled_, false)) return End(asio::error::operation_aborted, 0);
  if (operation_ == Operation::kRead) return EndAs(Receive(into_));
  if (operation_ == Operation::kWrite) return EndAs(Send(from_));
  End({}, 0);
}

/// What recv or send returned; nothing ends when that is to try again.
void PolledSocket::EndAs(ssize_t result) {
  if (result > 0) return End({}, static_cast<std::size_t>(result));
  if (result == 0) return End(asio::error::eof, 0);
  if (!WouldBlock()) End({errno, boost::system::system_category()}, 0);
}

/// The handler may destroy this.
void PolledSocket::End(const ErrorCode& error, std::size_t bytes) {
  operation_ = Operation::kNone;
  const Handler handler = std::exchange(handler_, nullptr);
  handler(error, bytes);
}

}  // namespace timock
