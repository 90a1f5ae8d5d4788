#include "load/lab/retry_lab.h"

#include <algorithm>
#include <mutex>
#include <queue>
#include <thread>
#include <tuple>

#include "load/judge/statistics.h"
#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::load {
namespace {

using std::chrono::nanoseconds;

std::vector<RetryClient> MakeClients(const RetryPolicy& policy, const LabOptions& options) {
  std::vector<RetryClient> clients;
  for (std::size_t i = 0; i < options.clients; ++i) {
    const std::size_t jobs =
        options.backlog / options.clients + (i < options.backlog % options.clients ? 1 : 0);
    clients.emplace_back(policy, jobs, options.clients, options.seed * 1'000'003 + i);
  }
  return clients;
}

/// Keeps what is told of the calls, in the order of their answers.
class Ledger {
 public:
  Ledger(const RetryPolicy& policy, const LabOptions& options) : left_(options.backlog) {
    result_.policy = policy.Text();
    curve_.push_back({nanoseconds{0}, left_, 0});
  }

  void Note(std::size_t client, const Verdict& verdict, std::size_t jobs_ended, nanoseconds at) {
    ++result_.calls;
    result_.time = std::max(result_.time, at);
    if (verdict.outcome == Outcome::kAdmitted) {
      done_by_.push_back(client);
    } else if (verdict.outcome == Outcome::kThrottled) {
      ++result_.wasted;
    } else {
      ++result_.errors;
    }
    if (jobs_ended == 0) return;
    left_ -= jobs_ended;
    if (verdict.outcome != Outcome::kAdmitted) given_up_ += jobs_ended;
    curve_.push_back({at, left_, given_up_});
  }

  LabResult Finish(const std::vector<RetryClient>& clients) {
    for (const RetryClient& client : clients) result_.given_up += client.given_up();
    result_.done = done_by_.size();
    result_.left = left_;
    if (left_ == 0) result_.drain = result_.time;
    const double seconds = static_cast<double>(result_.time.count()) / 1e9;
    if (seconds > 0) result_.goodput = static_cast<double>(result_.done) / seconds;
    std::vector<double> shares(clients.size());
    for (std::size_t i = 0; i < done_by_.size() / 2; ++i) ++shares[done_by_[i]];
    result_.fairness = Jain(shares);
    constexpr std::size_t kPoints = 400;
    const std::size_t step = curve_.size() / kPoints + 1;
    for (std::size_t i = 0; i < curve_.size(); i += step) result_.curve.push_back(curve_[i]);
    if ((curve_.size() - 1) % step != 0) result_.curve.push_back(curve_.back());
    return std::move(result_);
  }

 private:
  LabResult result_;
  std::size_t left_;
  std::size_t given_up_ = 0;
  std::vector<std::size_t> done_by_;  // The client of each job that was done.
  std::vector<BacklogPoint> curve_;
};

/// Tells the client of its answer; how many of its jobs ended with it.
std::size_t Tell(RetryClient* client, const Verdict& verdict, nanoseconds answered) {
  const std::size_t before = client->left();
  client->OnAnswer(verdict.outcome == Outcome::kAdmitted, answered);
  return before - client->left();
}

}  // namespace

LabResult RunVirtualLab(const RetryPolicy& policy, const LabOptions& options,
                        const std::function<const std::string&(nanoseconds)>& server) {
  std::vector<RetryClient> clients = MakeClients(policy, options);
  Ledger ledger(policy, options);
  using Event = std::tuple<nanoseconds, std::size_t>;  // When which client calls.
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  const auto plan = [&](std::size_t i) {
    if (!clients[i].finished() && clients[i].next() < options.most_time) {
      events.emplace(clients[i].next(), i);
    }
  };
  for (std::size_t i = 0; i < clients.size(); ++i) plan(i);
  while (!events.empty()) {
    const auto [at, i] = events.top();
    events.pop();
    const Verdict verdict = Judge(200, server(at), {});
    const nanoseconds answered = at + options.round_trip;
    ledger.Note(i, verdict, Tell(&clients[i], verdict, answered), answered);
    plan(i);
  }
  return ledger.Finish(clients);
}

LabResult RunRealLab(const RetryPolicy& policy, const LabOptions& options, const RealCall& call) {
  std::vector<RetryClient> clients = MakeClients(policy, options);
  Ledger ledger(policy, options);
  std::mutex mutex;
  const nanoseconds start = conformance::MonotonicNow();
  const auto since_start = [start] { return conformance::MonotonicNow() - start; };
  const auto live = [&](std::size_t i) {
    RetryClient& client = clients[i];
    while (!client.finished() && client.next() < options.most_time &&
           conformance::InterruptedBy() == 0) {
      const nanoseconds now = since_start();
      if (now < client.next()) conformance::SleepFor(client.next() - now);
      const Verdict verdict = call(i);
      const nanoseconds answered = since_start();
      const std::size_t ended = Tell(&client, verdict, answered);
      const std::lock_guard lock(mutex);
      ledger.Note(i, verdict, ended, answered);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) threads.emplace_back(live, i);
  for (std::thread& thread : threads) thread.join();
  return ledger.Finish(clients);
}

}  // namespace timock::load
