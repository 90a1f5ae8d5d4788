#ifndef TIMOCK_BENCH_LOAD_JUDGE_JOURNAL_REPLAY_H_
#define TIMOCK_BENCH_LOAD_JUDGE_JOURNAL_REPLAY_H_

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "load/send/sample.h"
#include "target/target.h"

namespace timock::load {

/// One call as the server recorded it.
struct JournalCall {
  std::chrono::nanoseconds at{0};  ///< By the server's clock.
  bool passed = false;
};

/// What a sliding window of its own decides on the same calls.
struct Replay {
  std::size_t calls = 0;
  std::size_t admitted = 0;           ///< By the server.
  std::size_t admitted_by_model = 0;  ///< By the reference limiter.
  /// Calls on which the two differ, but for those within 20 us of the edge of a window: the server
  /// takes the time that it records and the time that it counts by from two clocks.
  std::size_t differences = 0;
  std::size_t on_the_edge = 0;  ///< Of these, so many differ.
};

/// Replays `calls`, in the order of the journal, over at most `claim.limit` in any `claim.window`.
/// Where the two differ the model goes on as the server decided, so that each difference counts
/// once.
Replay ReplayJournal(const std::vector<JournalCall>& calls,
                     const conformance::ThrottleClaim& claim);

/// The same over what the server's journal holds of each of
/// Target::Apps, each with a limit of its own. Throws
/// conformance::ConfigError unless these are as many as were sent.
Replay ReplayServer(conformance::Target& target, const conformance::ThrottleClaim& claim,
                    const conformance::RefusalSign& refused, const std::vector<Sample>& samples);

/// The time of day of "2026-11-25T13:14:15.123456789Z", as nanoseconds since 1970. Throws
/// std::runtime_error when it is none.
std::chrono::nanoseconds ParseIsoTime(const std::string& text);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_JUDGE_JOURNAL_REPLAY_H_
