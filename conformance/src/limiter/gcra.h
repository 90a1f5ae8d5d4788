#ifndef TIMOCK_CONFORMANCE_LIMITER_GCRA_H_
#define TIMOCK_CONFORMANCE_LIMITER_GCRA_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "limiter/instances.h"
#include "limiter/probe.h"

namespace timock::conformance {

/// A limiter as the generic cell rate algorithm tells it, which nginx's limit_req is: each call
/// adds one to an excess that drains at `rate`. A call is refused that would bring it over `burst`,
/// and changes nothing. From outside a token bucket of `burst` + 1 places is the same.
struct Gcra {
  double rate = 0;        ///< Calls a second.
  std::size_t burst = 0;  ///< Calls ahead of the rate that are not refused.
  bool at_least = false;  ///< The burst was not met, or never seen whole.
  bool delays = false;    ///< These wait for their turn; false: they pass at once (`nodelay`).

  /// "rate 100 a second, burst 20; nginx: limit_req rate=100r/s burst=20 nodelay"
  std::string Text() const;
  nlohmann::ordered_json Json() const;
};

/// What the finding is in these terms; empty where it is another limiter, or where throttled calls
/// take places, too.
std::optional<Gcra> GcraOf(const ProbeFinding& found);

/// Whether calls wait for their turn, told by calls one behind the other over one connection after
/// rests: the first is answered at once, the others in equal steps. Its algorithm is "gcra" then,
/// with a burst of 0 so far, and "" otherwise.
ProbeFinding FindPace(const LanedSubject& subject, const ProbePlan& plan);

/// How many of these calls, all sent at once, wait: the rest was refused.
void MeasureQueue(const std::vector<Shot>& at_once, ProbeFinding* paced);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_GCRA_H_
