#include "load/send/generator.h"

#include <sched.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "target/target.h"
#include "wire/interrupt.h"
#include "wire/reply_parser.h"
#include "wire/stopwatch.h"

namespace timock::load {
namespace {

using conformance::MonotonicNow;
using std::chrono::nanoseconds;

constexpr std::chrono::seconds kForLastAnswers{5};
constexpr std::int64_t kNone = -1;

/// Sleeps until shortly before, then looks at the clock until it is time, giving way to others.
void WaitUntil(nanoseconds moment) {
  constexpr nanoseconds kAwake{100'000};
  if (moment - MonotonicNow() > 2 * kAwake) {
    const std::int64_t wake = (moment - kAwake).count();
    const timespec until{.tv_sec = wake / 1'000'000'000, .tv_nsec = wake % 1'000'000'000};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) {
    }
  }
  while (MonotonicNow() < moment) sched_yield();
}

/// Lets this thread run before others where that is allowed (to root), so that a busy machine
/// disturbs the schedule and the times less.
void ComeFirst() {
  constexpr int kBeforeOthers = -15;
  setpriority(PRIO_PROCESS, 0, kBeforeOthers);
  prctl(PR_SET_TIMERSLACK, 1);
}

/// Numbers of connections, first in, first out, so that all are used alike.
class ConnectionQueue {
 public:
  void Push(std::size_t connection) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(connection);
    }
    changed_.notify_one();
  }
  std::optional<std::size_t> TryPop() {
    const std::lock_guard lock(mutex_);
    return PopLocked();
  }
  /// Empty after Close.
  std::optional<std::size_t> WaitPop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    return closed_ ? std::nullopt : PopLocked();
  }
  bool Remove(std::size_t connection) {
    const std::lock_guard lock(mutex_);
    return std::erase(queue_, connection) > 0;
  }
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::optional<std::size_t> PopLocked() {
    if (queue_.empty()) return {};
    const std::size_t first = queue_.front();
    queue_.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::size_t> queue_;
  bool closed_ = false;
};

struct Slot {
  /// The sender keeps a share of its own while it writes: as soon as `sample` says that an answer
  /// is waited for, the receiver may give the link up and the mender may put another in its place.
  std::shared_ptr<Link> link;
  std::atomic<std::int64_t> sample = kNone;  ///< What it waits for; released by the sender.
  conformance::ReplyParser parser;
};

class Generator {
 public:
  Generator(const std::vector<PlannedRequest>& plan, const BytesOf& bytes_of, const Dialer& dialer,
            const GeneratorOptions& options)
      : plan_(plan),
        bytes_of_(bytes_of),
        dialer_(dialer),
        options_(options),
        poll_(epoll_create1(EPOLL_CLOEXEC)),
        slots_(options.connections) {
    run_.samples.resize(plan.size());
    for (std::size_t i = 0; i < slots_.size(); ++i) Open(i);
  }
  ~Generator() { ::close(poll_); }
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  LoadRun Run() {
    constexpr std::chrono::milliseconds kLead{20};
    start_ = MonotonicNow() + kLead;
    std::thread mender([this] { Mend(); });
    std::thread receiver([this] { Receive(); });
    std::thread sender([this] { Send(); });
    Watch();
    sender.join();
    receiver.join();
    mend_.Close();
    mender.join();
    if (conformance::InterruptedBy() != 0) {
      throw conformance::UnreachableError("a signal ended the run; there is no report");
    }
    run_.reconnects = reconnects_;
    return std::move(run_);
  }

 private:
  void Open(std::size_t index) {
    Slot& slot = slots_[index];
    slot.link = std::make_shared<Link>(dialer_);
    slot.parser.Reset();
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, slot.link->descriptor(), &event);
    idle_.Push(index);
  }

  /// Tells of progress until the last request has had its moment.
  void Watch() {
    constexpr std::chrono::milliseconds kEvery{200};
    while (!sent_all_ && conformance::InterruptedBy() == 0) {
      conformance::SleepFor(kEvery);
      if (options_.on_progress) options_.on_progress({due_, skipped_, admitted_, answered_});
    }
  }

  void Send() {
    ComeFirst();
    for (std::size_t i = 0; i < plan_.size() && conformance::InterruptedBy() == 0; ++i) {
      WaitUntil(start_ + plan_[i].at);
      SendOne(i);
      due_.fetch_add(1, std::memory_order_relaxed);
    }
    sent_all_ = true;
  }

  void SendOne(std::size_t i) {
    Sample& sample = run_.samples[i];
    sample.planned = plan_[i];
    sample.sent = MonotonicNow() - start_;
    std::optional<std::size_t> connection;
    if (sample.sent <= SlotEnd(plan_, i)) {
      connection = idle_.TryPop();
      if (!connection) sample.verdict.failure = Failure::kNoConnection;
    }
    if (!connection) {
      skipped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    sample.connection = static_cast<std::uint32_t>(*connection);
    Slot& slot = slots_[*connection];
    outstanding_.fetch_add(1);
    sample.sent = MonotonicNow() - start_;
    const std::shared_ptr<Link> link = slot.link;
    slot.sample.store(static_cast<std::int64_t>(i), std::memory_order_release);
    if (!link->Write(bytes_of_(plan_[i]))) ::shutdown(link->descriptor(), SHUT_RDWR);
  }

  void Receive() {
    ComeFirst();
    std::array<epoll_event, 64> events{};
    std::array<char, 16'384> piece{};
    std::optional<nanoseconds> until;
    for (;;) {
      constexpr int kLookMs = 10;
      const int ready = epoll_wait(poll_, events.data(), events.size(), kLookMs);
      for (int i = 0; i < ready; ++i) {
        ReadFrom(events[static_cast<std::size_t>(i)].data.u64, piece.data(), piece.size());
      }
      if (!sent_all_) continue;
      const nanoseconds now = MonotonicNow();
      if (!until) until = now + kForLastAnswers;
      if (outstanding_ == 0 || now > *until) break;
    }
    for (Slot& slot : slots_) {
      const std::int64_t waiting = slot.sample.exchange(kNone, std::memory_order_acquire);
      if (waiting != kNone) {
        Finish(waiting, {.outcome = Outcome::kError, .failure = Failure::kNoAnswer});
      }
    }
  }

  void ReadFrom(std::size_t index, char* piece, std::size_t size) {
    Slot& slot = slots_[index];
    const std::optional<std::size_t> got = slot.link->Read(piece, size);
    if (got && *got == 0) return;
    const std::int64_t waiting = slot.sample.load(std::memory_order_acquire);
    if (waiting == kNone) {
      // The server ends an idle connection. If the sender is just taking it, it is told next time.
      if (idle_.Remove(index)) Abandon(index);
      return;
    }
    using State = conformance::ReplyParser::State;
    const State state = got ? slot.parser.Feed({piece, *got}) : slot.parser.End();
    if (state == State::kMore) return;
    Verdict verdict{.outcome = Outcome::kError,
                    .failure = got ? Failure::kNoHttp : Failure::kClosed};
    // Nobody asked for bytes behind the answer.
    const bool done = state == State::kDone && slot.parser.surplus() == 0;
    slot.sample.store(kNone, std::memory_order_relaxed);
    const nanoseconds answered = MonotonicNow() - start_;
    if (done) verdict = Judge(slot.parser.status(), slot.parser.body(), options_.refused);
    run_.samples[static_cast<std::size_t>(waiting)].answered = answered;
    Finish(waiting, verdict);
    if (!done || !got || slot.parser.closes()) return Abandon(index);
    slot.parser.Next();
    idle_.Push(index);
  }

  void Finish(std::int64_t index, const Verdict& verdict) {
    Sample& sample = run_.samples[static_cast<std::size_t>(index)];
    sample.verdict = verdict;
    if (verdict.failure == Failure::kNoAnswer) sample.answered = MonotonicNow() - start_;
    if (verdict.outcome == Outcome::kAdmitted) admitted_.fetch_add(1, std::memory_order_relaxed);
    answered_.fetch_add(1, std::memory_order_relaxed);
    outstanding_.fetch_sub(1);
  }

  void Abandon(std::size_t index) {
    epoll_ctl(poll_, EPOLL_CTL_DEL, slots_[index].link->descriptor(), nullptr);
    mend_.Push(index);
  }

  /// Opens connections again that ended.
  void Mend() {
    while (const std::optional<std::size_t> index = mend_.WaitPop()) {
      try {
        Open(*index);
        ++reconnects_;
      } catch (const conformance::UnreachableError&) {
        constexpr std::chrono::milliseconds kPause{20};
        conformance::SleepFor(kPause);
        mend_.Push(*index);
      }
    }
  }

  const std::vector<PlannedRequest>& plan_;
  const BytesOf& bytes_of_;
  const Dialer& dialer_;
  const GeneratorOptions& options_;
  const int poll_;
  nanoseconds start_{0};
  std::deque<Slot> slots_;
  ConnectionQueue idle_;
  ConnectionQueue mend_;
  LoadRun run_;
  std::atomic<bool> sent_all_ = false;
  std::atomic<std::size_t> outstanding_ = 0;
  std::atomic<std::size_t> due_ = 0;
  std::atomic<std::size_t> skipped_ = 0;
  std::atomic<std::size_t> admitted_ = 0;
  std::atomic<std::size_t> answered_ = 0;
  std::size_t reconnects_ = 0;
};

}  // namespace

nanoseconds SlotEnd(const std::vector<PlannedRequest>& plan, std::size_t index) {
  constexpr nanoseconds kMin = std::chrono::milliseconds{2};
  constexpr nanoseconds kMax = std::chrono::milliseconds{10};
  const nanoseconds at = plan[index].at;
  const auto next = std::find_if(plan.begin() + static_cast<std::ptrdiff_t>(index), plan.end(),
                                 [at](const PlannedRequest& later) { return later.at > at; });
  return at + (next == plan.end() ? kMax : std::clamp(next->at - at, kMin, kMax));
}

LoadRun Offer(const std::vector<PlannedRequest>& plan, const BytesOf& bytes_of,
              const Dialer& dialer, const GeneratorOptions& options) {
  return Generator(plan, bytes_of, dialer, options).Run();
}

}  // namespace timock::load
