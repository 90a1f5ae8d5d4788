#ifndef TIMOCK_CONFORMANCE_JUDGE_THROTTLE_JUDGE_H_
#define TIMOCK_CONFORMANCE_JUDGE_THROTTLE_JUDGE_H_

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "wire/exchange.h"

namespace timock::conformance {

/// What a throttled call is answered with.
struct RefusalSign {
  bool by_status = false;  ///< `value` is an HTTP status, else an ErrorCode.
  int value = 60007;

  /// Reads --refused: "code=60007" or "status=503". Throws ConfigError for anything else.
  static RefusalSign Parse(const std::string& text);
  /// "ErrorCode 60007" or "HTTP status 503".
  std::string Text() const;
};

/// One call against a limit. The server decided on it at some moment from `sent` to `answered`, by
/// the client's monotonic clock; more is not known.
struct Shot {
  std::chrono::nanoseconds sent{0};
  std::chrono::nanoseconds answered{0};
  bool passed = false;
};

/// What became of one call that was fired.
struct Fired {
  Shot shot;
  int code = 0;         ///< -1 without an envelope.
  bool closed = false;  ///< The connection ended with the reply.
  /// The reply, where anything is wrong with it, and what.
  std::shared_ptr<const Reply> wrong_reply = {};
  std::string problem = {};
};

/// What is claimed: of the calls in any one window at most `limit` pass.
struct ThrottleClaim {
  std::size_t limit = 100;
  std::chrono::nanoseconds window{1'000'000'000};
};

/// A call from which on more than the limit passed for certain within one window: whatever the
/// delays, the claim is broken. The index of the first in the order of sending; empty when nothing
/// is proven.
std::optional<std::size_t> ProvenFalseAdmit(std::vector<Shot> shots, const ThrottleClaim& claim);

/// All such calls, by their index in the order of sending. Takes n log n.
std::vector<std::size_t> ProvenFalseAdmits(std::vector<Shot> shots, const ThrottleClaim& claim);

/// A throttled call that, whatever the delays, had fewer passed calls than the limit in the window
/// that ends with it: a limiter that only counts those must let it pass. As above.
std::optional<std::size_t> ProvenFalseThrottle(std::vector<Shot> shots, const ThrottleClaim& claim);

/// All such calls, by their index in the order of sending. Takes n log n.
std::vector<std::size_t> ProvenFalseThrottles(std::vector<Shot> shots, const ThrottleClaim& claim);

/// The most passed calls in any one window: what is certain, and what is possible.
struct WorstWindow {
  std::size_t certain = 0;
  std::size_t possible = 0;
};
WorstWindow WorstOf(std::vector<Shot> shots, std::chrono::nanoseconds window);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_JUDGE_THROTTLE_JUDGE_H_
