#ifndef TIMOCK_SERVICE_SERVICE_IMPL_H_
#define TIMOCK_SERVICE_SERVICE_IMPL_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "apps/id_table.h"
#include "base/mutex.h"
#include "calls/call.h"
#include "clock/controlled_clock.h"
#include "faults/fault_plan.h"
#include "journal/call_counters.h"
#include "journal/journal.h"
#include "timock/service.h"

namespace timock {

/// What is fixed while one call is decided. It is never changed: a change puts a new one in its
/// place, and a call under way goes on with the one that it began with.
struct Snapshot {
  CallSettings calls;
  ControlledClock clock;
};

/// How many SDKAppIDs of removed apps CreateApp remembers ahead of the next one that it gives.
inline constexpr std::size_t kMaxRemovedAhead = 10'000;

struct Service::Impl {
  explicit Impl(ServiceOptions from);

  /// Journal, counters and log of one call.
  void Record(const CallRecord& record);

  /// Service::AnswerException for a request that is known.
  void AnswerException(const HttpRequestView& request, HttpResponse* response) noexcept;

  std::shared_ptr<const Snapshot> Current() const {
    const MutexLock lock(snapshot_mutex);
    return snapshot;
  }
  /// Makes all three one snapshot. Throttle counters start afresh where the rule is another one.
  void Use(const Profile& profile, bool verify_user_sig, const ControlledClock& clock_now)
      TIMOCK_REQUIRES(control_mutex);
  /// The real clock, or that of the options.
  ControlledClock FirstClock() const {
    return ControlledClock(options.clock ? options.clock : std::make_shared<SystemClock>());
  }

  /// Adds or replaces a checked app, whose names and counters begin afresh. A clock of its own goes
  /// on from `base`, or from the service's.
  Result<Done> Put(const App& app, const std::optional<ControlledClock>& base = {})
      TIMOCK_REQUIRES(control_mutex);
  /// The present moment of an app.
  Moment MomentOf(const AppState& app) const {
    const Moment now = Current()->clock.Read();
    const MutexLock lock(app.mutex);
    return app.At(now);
  }
  bool Remove(std::uint32_t sdkappid) TIMOCK_REQUIRES(control_mutex);
  std::vector<App> AllApps() const TIMOCK_REQUIRES(control_mutex);
  /// Whether `wanted` may take the place of all apps.
  Result<Done> CheckApps(const std::vector<App>& wanted) const;
  /// Puts them there; they were checked.
  void UseApps(const std::vector<App>& wanted) TIMOCK_REQUIRES(control_mutex);
  Error TooManyApps() const;
  static Error NoApp(std::uint32_t sdkappid);

  const ServiceOptions options;  ///< Without the apps.
  mutable Mutex snapshot_mutex;
  std::shared_ptr<const Snapshot> snapshot TIMOCK_GUARDED_BY(snapshot_mutex);
  CallCounters counters;
  IdTable<AppState> apps;
  Journal journal;
  FaultPlan faults;
  std::atomic<std::uint64_t> exceptions{0};
  std::vector<App> first_apps;  ///< Those of Create.

  /// Held by every change of apps, profile and clock, and by what reads more than one of them, so
  /// that each is one step to every other. Calls take no part in it: a call goes on with the app
  /// and the profile that it began with. Taken before any other lock.
  mutable Mutex control_mutex;
  std::uint64_t plan_generation TIMOCK_GUARDED_BY(control_mutex) = 0;
  std::uint32_t next_sdkappid TIMOCK_GUARDED_BY(control_mutex) = 1'600'000'000;
  /// Of removed apps, from next_sdkappid on.
  std::set<std::uint32_t> removed_ahead TIMOCK_GUARDED_BY(control_mutex);
};

}  // namespace timock

#endif  // TIMOCK_SERVICE_SERVICE_IMPL_H_
