#include "http/poll_set.h"

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

ErrorCode LastError() { return {errno, boost::system::system_category()}; }

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
    RunDue();
    served += ready;
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
void PollSet::RunDue() {
  DueList due;
  due.swap(due_);
  while (!due.empty()) {
    PolledSocket& socket = due.front();
    due.pop_front();
    socket.Advance();
  }
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
  // Edge-triggered. EPOLLRDHUP: a read that brought less than it had room for has emptied the
  // socket unless the peer has ended, which the same edge may have told.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = this}};
  if (::epoll_ctl(set_.epoll_.native_handle(), EPOLL_CTL_ADD, descriptor_.get(), &event) != 0) {
    descriptor_.Reset();
  }
}

void PolledSocket::AsyncReadSome(asio::mutable_buffer into, Handler handler) {
  into_ = into;
  Begin(Operation::kRead, std::move(handler));
  if (may_read_) set_.MakeDue(*this);
}

void PolledSocket::AsyncWriteSome(asio::const_buffer from, Handler handler) {
  from_ = from;
  Begin(Operation::kWrite, std::move(handler));
  if (may_write_) set_.MakeDue(*this);
}

void PolledSocket::Begin(Operation operation, Handler handler) {
  operation_ = operation;
  handler_ = std::move(handler);
  if (!descriptor_) Cancel();
}

std::size_t PolledSocket::TryWrite(asio::const_buffer from) {
  const ssize_t written = ::send(descriptor_.get(), from.data(), from.size(), MSG_NOSIGNAL);
  const std::size_t bytes = written > 0 ? static_cast<std::size_t>(written) : 0;
  may_write_ = bytes == from.size() || (written < 0 && !WouldBlock());
  return bytes;
}

void PolledSocket::Cancel() {
  if (operation_ == Operation::kNone) return;
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
  peer_ended_ = peer_ended_ || (events & kEnded) != 0;
  may_read_ = may_read_ || peer_ended_ || (events & EPOLLIN) != 0;
  may_write_ = may_write_ || (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0;
  Advance();
}

void PolledSocket::Advance() {
  if (std::exchange(cancelled_, false)) return End(asio::error::operation_aborted, 0);
  if (operation_ == Operation::kRead && may_read_) return Read();
  if (operation_ == Operation::kWrite && may_write_) return Write();
}

void PolledSocket::Read() {
  const ssize_t read = ::recv(descriptor_.get(), into_.data(), into_.size(), 0);
  if (read > 0) {
    const auto bytes = static_cast<std::size_t>(read);
    may_read_ = bytes == into_.size() || peer_ended_;
    return End({}, bytes);
  }
  if (read == 0) return End(asio::error::eof, 0);
  if (!WouldBlock()) return End(LastError(), 0);
  may_read_ = false;
}

void PolledSocket::Write() {
  const ssize_t written = ::send(descriptor_.get(), from_.data(), from_.size(), MSG_NOSIGNAL);
  if (written >= 0) {
    const auto bytes = static_cast<std::size_t>(written);
    may_write_ = bytes == from_.size();
    return End({}, bytes);
  }
  if (!WouldBlock()) return End(LastError(), 0);
  may_write_ = false;
}

/// The handler may destroy this.
void PolledSocket::End(const ErrorCode& error, std::size_t bytes) {
  operation_ = Operation::kNone;
  const Handler handler = std::exchange(handler_, nullptr);
  handler(error, bytes);
}

}  // namespace timock
