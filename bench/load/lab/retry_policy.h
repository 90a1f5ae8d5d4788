#ifndef TIMOCK_BENCH_LOAD_LAB_RETRY_POLICY_H_
#define TIMOCK_BENCH_LOAD_LAB_RETRY_POLICY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "load/send/random.h"

namespace timock::load {

/// What a client does when it is throttled. The policies are one table, in
/// retry_policy.cc.
struct RetryPolicy {
  struct Row;
  const Row* row;
  std::chrono::nanoseconds base{50'000'000};
  std::chrono::nanoseconds max{2'000'000'000};
  bool full_jitter = false;  ///< Waits a random part of the time instead.
  double rate = 100;         ///< Calls a second of all clients together.

  /// "retry:exp,base=50ms,max=2s,jitter=full". Throws conformance::ConfigError.
  static RetryPolicy Parse(const std::string& text);
  /// Those that --compare sets side by side, each in its usual form; `limit` calls a second.
  static std::vector<RetryPolicy> Usual(std::size_t limit);
  /// All that Parse reads, for people: "retry:none (gives up), retry:immediate", ...
  static std::string Forms(const std::string& between);
  /// In the form that Parse reads.
  std::string Text() const;
};

/// One client that has jobs to do, a call each, one at a time. Pure: moments come from outside.
class RetryClient {
 public:
  /// `clients` share the policy's rate; the first call of a paced one lies at random within its
  /// first interval.
  RetryClient(const RetryPolicy& policy, std::size_t jobs, std::size_t clients, std::uint64_t seed);

  bool finished() const { return left_ == 0; }
  std::size_t left() const { return left_; }
  std::size_t done() const { return done_; }
  std::size_t given_up() const { return given_up_; }
  /// When it calls, unless it has finished.
  std::chrono::nanoseconds next() const { return next_; }

  /// The call that was made at next() has been answered.
  void OnAnswer(bool passed, std::chrono::nanoseconds answered);

 private:
  RetryPolicy policy_;
  Random random_;
  std::size_t left_;
  std::size_t done_ = 0;
  std::size_t given_up_ = 0;
  unsigned attempts_ = 0;  // Refusals of the job in hand.
  std::chrono::nanoseconds interval_{0};
  std::chrono::nanoseconds next_{0};
};

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_LAB_RETRY_POLICY_H_
