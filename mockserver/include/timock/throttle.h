#ifndef TIMOCK_THROTTLE_H_
#define TIMOCK_THROTTLE_H_

#include <chrono>
#include <cstdint>
#include <optional>

namespace timock {

/// How calls are counted against the limit (PROTOCOL section 5).
enum class ThrottleAlgorithm {
  kSlidingWindow,    ///< In no window, wherever it starts, more than the limit. The default.
  kFixedWindow,      ///< Windows aligned to the UNIX second.
  kWindowFromFirst,  ///< A window opens with the first call after the last one ended.
  kSlidingCounter,   ///< Two aligned windows; the previous one weighs what of it is still in reach.
  kTokenBucket,      ///< `burst` places, refilled at limit / window.
};

/// Which calls share a counter.
enum class ThrottleScope { kAppAndCommand, kApp, kAppAndIdentifier };

/// Where in the order of checks the throttle is.
enum class ThrottlePosition { kAccess, kService };

/// The `throttle` switches of a profile.
struct ThrottleRule {
  int code = 60007;
  std::optional<std::uint32_t> limit = 100;  ///< Calls a window; empty: unlimited.
  std::chrono::milliseconds window{1000};
  ThrottleAlgorithm algorithm = ThrottleAlgorithm::kSlidingWindow;
  std::uint32_t burst = 100;  ///< Token bucket only.
  ThrottleScope scope = ThrottleScope::kAppAndCommand;
  bool count_refused = false;  ///< Whether throttled calls take a place.
  ThrottlePosition position = ThrottlePosition::kAccess;

  bool operator==(const ThrottleRule&) const = default;
};

}  // namespace timock

#endif  // TIMOCK_THROTTLE_H_
