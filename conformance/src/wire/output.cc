#include "wire/output.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "wire/interrupt.h"

namespace timock::conformance {
namespace {

constexpr std::size_t kMaxQueued = std::size_t{16} << 20U;
constexpr std::chrono::seconds kPatience{20};

}  // namespace

/// Shared by the program and the thread that writes, which may outlive the Output: a write that
/// blocks cannot be ended.
struct Output::Queue {
  explicit Queue(int to) : descriptor(to) {}

  void Push(std::string_view text) {
    const std::lock_guard lock(mutex);
    if (error != 0) return;
    if (waiting.size() + text.size() > kMaxQueued) {
      error = ENOBUFS;
      return;
    }
    waiting.append(text);
    changed.notify_all();
  }

  void Write() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return ended || !waiting.empty(); });
      if (waiting.empty()) return;
      std::string text = std::exchange(waiting, {});
      std::string_view left = text;
      while (!left.empty() && error == 0) {
        busy = true;
        lock.unlock();
        const ssize_t size = ::write(descriptor, left.data(), left.size());
        const int problem = errno;
        lock.lock();
        busy = false;
        if (size > 0) {
          left.remove_prefix(static_cast<std::size_t>(size));
          ++progress;
        } else if (problem != EINTR) {
          error = problem;
        }
        changed.notify_all();
      }
      if (error == EPIPE && descriptor == STDOUT_FILENO) NoteInterrupt(SIGPIPE);
      changed.notify_all();
    }
  }

  const int descriptor;
  std::mutex mutex;
  std::condition_variable changed;
  std::string waiting;
  bool busy = false;
  bool ended = false;
  std::size_t progress = 0;
  int error = 0;  ///< Why output was lost; 0: it was not.
};

class Output::Buffer final : public std::streambuf {
 public:
  explicit Buffer(Queue& queue) : queue_(queue) { Clear(); }

 protected:
  int overflow(int character) override {
    sync();
    if (character != traits_type::eof()) sputc(static_cast<char>(character));
    return traits_type::not_eof(character);
  }
  int sync() override {
    queue_.Push({pbase(), static_cast<std::size_t>(pptr() - pbase())});
    Clear();
    return 0;
  }

 private:
  void Clear() { setp(piece_.data(), piece_.data() + piece_.size()); }

  Queue& queue_;
  std::array<char, 4096> piece_{};
};

Output::Output(std::ostream& stream, int descriptor)
    : stream_(stream),
      queue_(std::make_shared<Queue>(descriptor)),
      buffer_(std::make_unique<Buffer>(*queue_)),
      before_(stream.rdbuf(buffer_.get())) {
  // Signals are for the threads that wait for them to end a sleep.
  sigset_t all;
  sigset_t mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  std::thread([queue = queue_] { queue->Write(); }).detach();
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

Output::~Output() {
  stream_.rdbuf(before_);
  const std::lock_guard lock(queue_->mutex);
  queue_->ended = true;
  queue_->changed.notify_all();
}

int Output::Finish(int code) {
  constexpr int kBySignal = 128;
  constexpr int kOwnFault = 4;
  stream_.flush();
  std::string why;
  {
    std::unique_lock lock(queue_->mutex);
    const auto done = [this] {
      return queue_->error != 0 || (queue_->waiting.empty() && !queue_->busy);
    };
    while (!done()) {
      const std::size_t before = queue_->progress;
      const auto moved = [&] { return done() || queue_->progress != before; };
      if (queue_->changed.wait_for(lock, kPatience, moved)) continue;
      why = "nothing reads it";
      break;
    }
    const int error = queue_->error;
    if (error == EPIPE) return code == 0 ? kBySignal + SIGPIPE : code;
    if (error == ENOBUFS) why = "nothing reads it";
    if (error != 0 && error != ENOBUFS) why = std::strerror(error);
    if (why.empty()) return code;
  }
  const char* const name = queue_->descriptor == STDOUT_FILENO ? "stdout" : "stderr";
  const std::string text = std::string(name) + " is not complete: " + why + "\n";
  if (queue_->descriptor != STDERR_FILENO) {
    // What blocks stdout may block stderr, too: through a queue of its own it would wait as long.
    const int flags = fcntl(STDERR_FILENO, F_GETFL);
    fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
    static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
    fcntl(STDERR_FILENO, F_SETFL, flags);
  }
  return code == 0 ? kOwnFault : code;
}

void PrepareStandardStreams() {
  ::signal(SIGPIPE, SIG_IGN);
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
    // open() takes the lowest number that is free.
    if (fcntl(descriptor, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

}  // namespace timock::conformance
