#ifndef TIMOCK_BENCH_LOAD_GENERATOR_H_
#define TIMOCK_BENCH_LOAD_GENERATOR_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "link.h"
#include "sample.h"
#include "verdict.h"

namespace timock::load {

/// A request that is later than this is not sent any more: a limiter would see it as a burst.
inline constexpr std::chrono::milliseconds kMostLate{2};

/// How far a run has come.
struct Progress {
  std::size_t due = 0;  ///< Requests that were sent or skipped.
  std::size_t skipped = 0;
  std::size_t admitted = 0;
  std::size_t answered = 0;
};

struct GeneratorOptions {
  std::size_t connections = 8;
  RefusedAs refused = {};
  std::function<void(const Progress&)> on_progress = {};  ///< Called five times a second.
};

struct LoadRun {
  std::vector<Sample> samples;  ///< One for each planned request, in their order.
  std::size_t reconnects = 0;   ///< Connections that ended and were opened anew.
};

/// The bytes of a request, whole.
using BytesOf = std::function<const std::string&(const PlannedRequest&)>;

/// Sends each request of `plan` (ascending) at its moment on an idle connection, one at a time on
/// each; one thread sends, another receives. A request whose moment has passed, because it is more
/// than kMostLate late or no connection is idle, is skipped: nothing is ever caught up. Waits at
/// most five seconds for the last answers. Opens the connections first; throws
/// conformance::UnreachableError when that fails.
LoadRun Offer(const std::vector<PlannedRequest>& plan, const BytesOf& bytes_of,
              const Dialer& dialer, const GeneratorOptions& options);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_GENERATOR_H_
