#ifndef TIMOCK_FAULTS_FAULT_PLAN_H_
#define TIMOCK_FAULTS_FAULT_PLAN_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "calls/call.h"
#include "timock/fault.h"
#include "timock/result.h"

namespace timock {

inline constexpr std::size_t kMaxFaults = 1'000;  ///< At one time.

/// A fault that hits a call, with what was drawn for it.
struct FaultHit {
  std::string id;
  FaultAction action;
  std::chrono::milliseconds delay{0};
};

/// The faults that are set, in the order in which they came. Safe to use from any thread.
class FaultPlan {
 public:
  /// The fault that acts on this call, counted. What `every_nth` counts, and what is drawn for
  /// `probability` and `delay`, depends on the fault, its seed and the calls that fit it, and on no
  /// other fault: an older one takes calls from a younger one, but does not shift those that are
  /// left. Only `times` counts the calls that the fault did act on.
  std::optional<FaultHit> Apply(const Call& call);

  Result<FaultStatus> Add(const Fault& fault);
  std::vector<FaultStatus> All() const;
  std::optional<FaultStatus> Find(std::string_view id) const;
  bool Remove(std::string_view id);
  /// Removes those that match this app alone.
  void RemoveOf(std::uint32_t sdkappid);
  void Clear();

 private:
  struct BodyMatch;
  struct ActiveFault {
    FaultStatus status;
    std::shared_ptr<const BodyMatch> body;  // null: any body fits
    std::uint64_t random = 0;               // state of the fault's own generator
  };

  bool IsTaken(std::string_view id) const TIMOCK_REQUIRES(mutex_);
  template <typename Fits>
  bool RemoveWhere(Fits fits) TIMOCK_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<ActiveFault> faults_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t given_ids_ TIMOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace timock

#endif  // TIMOCK_FAULTS_FAULT_PLAN_H_
