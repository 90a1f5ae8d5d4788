#ifndef TIMOCK_BENCH_LOAD_SEND_GENERATOR_H_
#define TIMOCK_BENCH_LOAD_SEND_GENERATOR_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "load/send/link.h"
#include "load/send/sample.h"
#include "load/send/verdict.h"

namespace timock::load {

/// The last moment at which a request is still sent: until the next one is due it has its slot to
/// itself, and catches up with nothing. Slots are taken as at least 2 ms, which is the timer's and
/// the scheduler's part, and at most 10 ms, the shortest window that is reported. `plan` is
/// ascending.
std::chrono::nanoseconds SlotEnd(const std::vector<PlannedRequest>& plan, std::size_t index);

/// How far a run has come.
struct Progress {
  std::size_t due = 0;  ///< Requests that were sent or skipped.
  std::size_t skipped = 0;
  std::size_t admitted = 0;
  std::size_t answered = 0;
};

struct GeneratorOptions {
  std::size_t connections = 8;
  conformance::RefusalSign refused = {};
  std::function<void(const Progress&)> on_progress = {};  ///< Called five times a second.
};

struct LoadRun {
  std::vector<Sample> samples;  ///< One for each planned request, in their order.
  std::size_t reconnects = 0;   ///< Connections that ended and were opened anew.
};

/// The bytes of a request, whole.
using BytesOf = std::function<const std::string&(const PlannedRequest&)>;

/// Sends each request of `plan` (ascending) at its moment on an idle connection, one at a time on
/// each; one thread sends, another receives. A request whose moment has passed, because its slot is
/// over or no connection is idle, is skipped: nothing is ever caught up. Waits at
/// most five seconds for the last answers. Opens the connections first; throws
/// conformance::UnreachableError when that fails.
LoadRun Offer(const std::vector<PlannedRequest>& plan, const BytesOf& bytes_of,
              const Dialer& dialer, const GeneratorOptions& options);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_SEND_GENERATOR_H_
