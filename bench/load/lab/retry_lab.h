#ifndef TIMOCK_BENCH_LOAD_LAB_RETRY_LAB_H_
#define TIMOCK_BENCH_LOAD_LAB_RETRY_LAB_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "load/lab/retry_policy.h"
#include "load/send/verdict.h"

namespace timock::load {

/// Clients that come back at the same moment, each with its part of a backlog, after an outage say.
struct LabOptions {
  std::size_t clients = 50;
  std::size_t backlog = 2000;
  std::uint64_t seed = 1;
  std::chrono::nanoseconds most_time =
      std::chrono::minutes{10};  ///< What is not done then is left.
  /// In virtual time: from sending a call until its client knows the answer; over 0.
  std::chrono::nanoseconds round_trip = std::chrono::milliseconds{10};
};

struct BacklogPoint {
  std::chrono::nanoseconds at{0};
  std::size_t left = 0;      ///< Jobs neither done nor given up.
  std::size_t given_up = 0;  ///< Jobs, so far.
};

struct LabResult {
  std::string policy;
  std::size_t calls = 0;
  std::size_t done = 0;
  std::size_t wasted = 0;            ///< Calls that were refused.
  std::size_t errors = 0;            ///< Calls without an answer, or with one that is no success.
  std::size_t given_up = 0;          ///< Jobs.
  std::size_t left = 0;              ///< Jobs, when the time was over.
  std::chrono::nanoseconds time{0};  ///< Of the last answer.
  std::optional<std::chrono::nanoseconds> drain;  ///< Until no job was left.
  double goodput = 0;                             ///< Jobs done a second, over `time`.
  /// Jain's index of the jobs that each client had done when half of all that were done was done.
  double fairness = 1;
  std::vector<BacklogPoint> curve;  ///< At most some 400 points.
};

/// In virtual time: `server` answers the call at a moment with an envelope. A call of each client
/// takes a round trip; calls at one moment come in the order of the clients. The same options
/// give the same result, to the bit.
LabResult RunVirtualLab(const RetryPolicy& policy, const LabOptions& options,
                        const std::function<const std::string&(std::chrono::nanoseconds)>& server);

/// One call of a client, in real time.
using RealCall = std::function<Verdict(std::size_t client)>;

/// The same in real time, a thread for each client.
LabResult RunRealLab(const RetryPolicy& policy, const LabOptions& options, const RealCall& call);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_LAB_RETRY_LAB_H_
