#include "app/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "timock/clock.h"

namespace timock::app {
namespace {

constexpr std::chrono::seconds kMaxClosing{1};

// False when the descriptor refuses it. Waits as long as it is full.
bool WriteWhole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(descriptor, text.data(), text.size());
    if (size >= 0) {
      text.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      // Another process has made the pipe that we share non-blocking.
      pollfd full = {.fd = descriptor, .events = POLLOUT, .revents = 0};
      poll(&full, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

// What the callers share with the thread. Nobody ever waits for a reader with the mutex held: the
// thread takes all texts at once and writes them after it has released the mutex. So a caller waits
// at most for another caller, and the memory is bounded by kMaxBytes of `texts` and as much again
// of those that the thread has taken.
//
// A write to a full pipe cannot be cancelled. Where the thread is in one at the end, Close detaches
// it, and it lives on in a program that is about to exit. It owns the queue together with the
// LineWriter and touches nothing else that could be gone by then.
struct LineWriter::Queue {
  Queue(int to, DropReport report) : descriptor(to), drop_report(std::move(report)) {}

  const int descriptor;
  const DropReport drop_report;
  Mutex mutex;
  CondVar changed;
  std::deque<std::string> texts TIMOCK_GUARDED_BY(mutex);
  std::size_t bytes TIMOCK_GUARDED_BY(mutex) = 0;
  std::uint64_t dropped TIMOCK_GUARDED_BY(mutex) = 0;  // after all that is queued
  bool closed TIMOCK_GUARDED_BY(mutex) = false;
  bool ended TIMOCK_GUARDED_BY(mutex) = false;  // the thread touches nothing any more
};

void LineWriter::Run(Queue* queue) {
  std::uint64_t missing = 0;  // texts that are not written and not reported yet
  const auto report_missing = [&] {
    if (missing > 0 && queue->drop_report &&
        !WriteWhole(queue->descriptor, queue->drop_report(missing))) {
      return false;
    }
    missing = 0;
    return true;
  };
  for (;;) {
    std::deque<std::string> texts;
    std::uint64_t dropped = 0;
    {
      const MutexLock lock(queue->mutex);
      while (queue->texts.empty() && queue->dropped == 0 && !queue->closed) {
        queue->changed.WaitUntil(queue->mutex, Tick::max());
      }
      if (queue->texts.empty() && queue->dropped == 0) {
        queue->ended = true;
        queue->changed.NotifyAll();
        return;
      }
      texts.swap(queue->texts);
      queue->bytes = 0;
      dropped = std::exchange(queue->dropped, 0);
    }
    for (const std::string& text : texts) {
      if (!report_missing() || !WriteWhole(queue->descriptor, text)) ++missing;
    }
    missing += dropped;
    report_missing();
  }
}

LineWriter::LineWriter(int descriptor, DropReport drop_report)
    : queue_(std::make_shared<Queue>(descriptor, std::move(drop_report))) {
  // The thread gets no signal: those that end the program are waited for elsewhere, and a pipe
  // without a reader is an error of the write and not SIGPIPE.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([queue = queue_] { Run(queue.get()); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LineWriter::~LineWriter() { Close(); }

void LineWriter::Write(std::string text) {
  const MutexLock lock(queue_->mutex);
  if (queue_->closed || queue_->bytes + text.size() > kMaxBytes) {
    ++queue_->dropped;
    return;
  }
  queue_->bytes += text.size();
  queue_->texts.push_back(std::move(text));
  queue_->changed.NotifyAll();
}

void LineWriter::Close() {
  if (!thread_.joinable()) return;
  bool ended = false;
  {
    const MutexLock lock(queue_->mutex);
    queue_->closed = true;
    queue_->changed.NotifyAll();
    const SystemClock clock;
    const Tick deadline = clock.Ticks() + kMaxClosing;
    while (!queue_->ended && clock.Ticks() < deadline) {
      queue_->changed.WaitUntil(queue_->mutex, deadline);
    }
    ended = queue_->ended;
  }
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

}  // namespace timock::app
