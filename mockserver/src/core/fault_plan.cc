#include "core/fault_plan.h"

namespace timock {

std::optional<FaultHit> FaultPlan::Meet(const HttpRequestView& /*request*/) { return {}; }
Result<FaultStatus> FaultPlan::Add(const Fault& /*fault*/) { return Error{"not yet"}; }
std::vector<FaultStatus> FaultPlan::All() const { return {}; }
std::optional<FaultStatus> FaultPlan::Find(std::string_view /*id*/) const { return {}; }
bool FaultPlan::Remove(std::string_view /*id*/) { return false; }
void FaultPlan::RemoveOf(std::uint32_t /*sdkappid*/) {}
void FaultPlan::Clear() {}
Result<Done> CheckFault(const Fault& /*fault*/) { return Done{}; }

}  // namespace timock
