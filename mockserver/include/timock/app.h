#ifndef TIMOCK_APP_H_
#define TIMOCK_APP_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "timock/clock.h"

namespace timock {

/// Attribute names by slot, 0 to 9 (R8).
using AttrNames = std::map<int, std::string>;

/// Whether an app has the push feature (R10): on, off, or approved at a moment and active 48 hours
/// later.
struct Feature {
  enum class State { kOn, kOff, kApproved };
  State state = State::kOn;
  UnixTime approved_at = {};  ///< UNIX seconds 0 to 9000000000. Read only in state kApproved.

  bool operator==(const Feature&) const = default;
};

/// In App::limit: no throttle for this app.
inline constexpr std::uint32_t kNoLimit = UINT32_MAX;

/// One app and all that the fake knows of it. Apps share nothing with each other.
struct App {
  std::uint32_t sdkappid = 0;
  std::vector<std::string> keys = {};    ///< Secret keys as the console prints them; each signs.
  std::vector<std::string> admins = {};  ///< Identifiers that may call the endpoint.
  bool enabled = true;                   ///< Rule `sdkappid_disabled`.
  std::string region = "any";            ///< A region of fixtures/hosts.json, or "any".
  Feature feature = {};
  std::optional<std::uint32_t> limit = {};  ///< Own throttle limit; empty: the profile's.
  AttrNames names = {};
  /// The app's own clock, for its throttle, UserSigs, lockouts, activation and recorded calls;
  /// empty: the service's.
  std::optional<ClockSetting> clock = {};

  bool operator==(const App&) const = default;
};

/// The app of every example: SDKAppID 1400000000, admin `administrator`, and as its key
/// "0123456789abcdef" four times.
App DemoApp();

}  // namespace timock

#endif  // TIMOCK_APP_H_
