#ifndef TIMOCK_CONFORMANCE_TARGET_PLAN_H_
#define TIMOCK_CONFORMANCE_TARGET_PLAN_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "target/target.h"

namespace timock::conformance {

struct PlanOptions {
  std::string describe;  ///< The target that is planned for.
  std::string base_url;
  Identity admin = {};  ///< Who will call; its secrets go nowhere.
  TargetRules rules = {};
  std::string non_admin = {};
  std::set<std::string> capabilities = {};  ///< Of that target.
};

/// Stands for a target and keeps what would be sent to it. It is answered by the fake, in this
/// process, in no real time, to the same app with a key made up; nothing else is called.
class PlanTarget : public Target {
 public:
  /// The requests since the last call, in the order in which they were begun.
  virtual std::vector<Outgoing> Take() = 0;

 protected:
  using Target::Target;
};

/// Throws ConfigError when the fake cannot start.
std::unique_ptr<PlanTarget> MakePlanTarget(const PlanOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_PLAN_H_
