#ifndef TIMOCK_APPS_APP_STATE_H_
#define TIMOCK_APPS_APP_STATE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "clock/controlled_clock.h"
#include "profile/profile_data.h"
#include "throttle/throttle.h"
#include "throttle/window_count.h"
#include "timock/app.h"
#include "timock/user_sig.h"

namespace timock {

/// The commands that are served; each has a throttle counter of its own in scope app_and_command.
inline constexpr std::size_t kServedCommands = 2;

/// How many identifiers of an app have a throttle counter of their own (PROTOCOL section 5; as many
/// again once their UserSig was verified), and how many are remembered for `usersig_lockout`.
inline constexpr std::size_t kMaxIdentifiers = 1'024;

/// How many verified UserSigs of an app are remembered.
inline constexpr std::size_t kMaxVerified = 32;

struct SlotName {
  int slot = 0;
  std::string name;
};

/// A name that would be at two slots (rule `duplicate_name`).
struct DuplicateName {
  std::string name;
  int slot = 0;  ///< Where it is already.
};

/// What the throttle of one app did, of one command or (scope app and app_and_identifier) of all.
struct ThrottleView {
  std::optional<std::size_t> command = {};  ///< Its number; empty: all.
  std::optional<std::uint32_t> limit = {};  ///< Empty: unlimited, and nothing is counted.
  std::optional<Tick> next_free = {};       ///< Empty where identifiers have their own.
  const WindowCount* admitted = nullptr;    ///< Valid while the app's lock is held.
  const WindowCount* refused = nullptr;
};

struct NamesUpdate {
  std::optional<DuplicateName> duplicate;
  bool others_kept = false;  ///< There were names at slots that the update leaves alone.
};

/// Everything the fake keeps of one app. A call holds `mutex` from the moment at which it finds the
/// app until its answer is decided. An app that is put again gets a new AppState; a call under way
/// ends with the one that it began with. What only calls need is allocated by the first of them.
class AppState {
 public:
  /// The app's own clock, if it has one, goes on from `base`: the service's, or that of the app in
  /// whose place this one is put.
  AppState(App config, const ControlledClock& base);
  ~AppState();
  AppState(const AppState&) = delete;
  AppState& operator=(const AppState&) = delete;

  /// Guards all that a call changes.
  mutable Mutex mutex;

  /// The app with the names and the clock that it began with.
  const App& config() const { return config_; }
  /// The app with the names and the clock that it has now.
  App Snapshot() const TIMOCK_EXCLUDES(mutex);

  /// The moment by the app's own clock; `service`, which is the one by the service's clock, where
  /// it has none.
  Moment At(const Moment& service) const TIMOCK_REQUIRES(mutex);
  /// Its own clock, or `service`.
  ControlledClock Clock(const ControlledClock& service) const TIMOCK_EXCLUDES(mutex);
  /// Empty: the app follows the service's clock. What calls have left in the app stays.
  void UseClock(const std::optional<ControlledClock>& clock) TIMOCK_EXCLUDES(mutex);

  /// Counts one call of the served command number `command`. `rule` and `plan` are the profile's;
  /// the app's own limit takes precedence.
  ThrottleDecision Admit(const ThrottleRule& rule, const ThrottlePlan& plan, std::size_t command,
                         std::string_view identifier, Tick now) TIMOCK_REQUIRES(mutex);

  /// Calls `visit` with each counter that calls have made, under the lock.
  void ViewThrottle(const ThrottleRule& rule, const ThrottlePlan& plan, Tick now,
                    const std::function<void(const ThrottleView&)>& visit) const
      TIMOCK_EXCLUDES(mutex);

  /// What a UserSig that was verified before for this app claims; null for any other. Valid until
  /// the next RememberVerified.
  const UserSigClaims* FindVerified(std::string_view user_sig) const TIMOCK_REQUIRES(mutex);
  /// Remembers a verified UserSig. The identifier has a throttle counter of its own from then on,
  /// which goes on from the one that it had.
  void RememberVerified(std::string_view user_sig, const UserSigClaims& claims)
      TIMOCK_REQUIRES(mutex);

  /// Rule `usersig_lockout` (PROTOCOL section 4): whether the identifier is locked at `now`. Each
  /// call asks before its UserSig is verified, and so every moment at which it calls is seen.
  bool LockedOut(const LockoutRule& rule, std::string_view identifier, Tick now)
      TIMOCK_REQUIRES(mutex);
  void NoteUserSigFailure(const LockoutRule& rule, std::string_view identifier, Tick now)
      TIMOCK_REQUIRES(mutex);

  const AttrNames& names() const TIMOCK_REQUIRES(mutex) { return names_; }
  void SetNames(AttrNames names) TIMOCK_EXCLUDES(mutex);
  /// Stores `update`, each slot at most once in it, and returns the first name that then is at two
  /// slots; with `refuse_duplicates` such an update stores nothing. With `replace` the table is
  /// emptied first (`second_call`).
  NamesUpdate UpdateNames(const std::vector<SlotName>& update, bool replace, bool refuse_duplicates)
      TIMOCK_REQUIRES(mutex);

 private:
  struct Activity;
  struct Failures;
  /// The plan of this app; empty where it has no limit.
  std::optional<ThrottlePlan> OwnPlan(const ThrottleRule& rule, const ThrottlePlan& plan) const;
  Activity& Active() TIMOCK_REQUIRES(mutex);
  /// Null when there are too many identifiers.
  Failures* FailuresOf(const LockoutRule& rule, std::string_view identifier, Tick now)
      TIMOCK_REQUIRES(mutex);

  const App config_;
  std::unique_ptr<ControlledClock> clock_ TIMOCK_GUARDED_BY(mutex);  // few apps have one
  std::unique_ptr<Activity> activity_ TIMOCK_GUARDED_BY(mutex);
  AttrNames names_ TIMOCK_GUARDED_BY(mutex);
};

}  // namespace timock

#endif  // TIMOCK_APPS_APP_STATE_H_
