#ifndef TIMOCK_SERVICE_SERVICE_IMPL_H_
#define TIMOCK_SERVICE_SERVICE_IMPL_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/call.h"
#include "core/call_counters.h"
#include "core/controlled_clock.h"
#include "core/fault_plan.h"
#include "core/journal.h"
#include "core/mutex.h"
#include "timock/service.h"

namespace timock {

/// What one thread, or a few, use of a service, so that threads do not meet in a lock or a counter.
class alignas(64) Shard {
 public:
  std::shared_ptr<const Setting> Current() const {
    const MutexLock lock(mutex_);
    return setting_;
  }
  void Use(std::shared_ptr<const Setting> setting) {
    const MutexLock lock(mutex_);
    setting_ = std::move(setting);
  }

  CallCounters counters;

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Setting> setting_ TIMOCK_GUARDED_BY(mutex_);
};

inline constexpr std::size_t kShards = 16;

struct Service::Impl {
  explicit Impl(ServiceOptions from);

  /// Null when there is no such app.
  AppState* Find(std::uint32_t sdkappid) const;

  /// The one of the thread that asks.
  Shard& OwnShard();

  /// Journal, counters and log of one call.
  void Record(Shard& shard, const CallRecord& record);

  /// Service::AnswerException for a request that is known.
  void AnswerException(const HttpRequestView& request, HttpResponse* response) noexcept;

  /// Puts every shard under a setting of `profile`.
  void UseProfile(const Profile& profile, bool verify_user_sig) TIMOCK_REQUIRES(control_mutex);
  std::shared_ptr<const Setting> Current() const { return shards[0].Current(); }

  /// Whether `wanted` may stand in the place of all apps.
  Result<Done> CheckApps(const std::vector<App>& wanted) const TIMOCK_REQUIRES(control_mutex);
  /// Puts them there; they were checked.
  void UseApps(const std::vector<App>& wanted) TIMOCK_REQUIRES(control_mutex);

  std::array<Shard, kShards> shards;
  const ServiceOptions options;  ///< Without the apps.
  ControlledClock clock;
  IdTable<AppState> apps;
  Journal journal;
  FaultPlan faults;
  std::atomic<std::uint64_t> exceptions{0};
  std::vector<std::shared_ptr<const App>> first_apps;  ///< Those of Create.

  Mutex control_mutex;  ///< Of whatever changes more than one app or a setting.
  std::uint64_t plan_generation TIMOCK_GUARDED_BY(control_mutex) = 0;
  std::uint32_t next_sdkappid TIMOCK_GUARDED_BY(control_mutex) = 1'600'000'000;
};

}  // namespace timock

#endif  // TIMOCK_SERVICE_SERVICE_IMPL_H_
