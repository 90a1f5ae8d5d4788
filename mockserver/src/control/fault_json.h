#ifndef TIMOCK_CONTROL_FAULT_JSON_H_
#define TIMOCK_CONTROL_FAULT_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "timock/fault.h"
#include "timock/result.h"

namespace timock {

/// Reads a fault. The Error begins with the JSON pointer of the bad member.
Result<Fault> FaultFromJson(const nlohmann::json& json);

nlohmann::ordered_json FaultToJson(const FaultStatus& status);

/// The faults that are ready by name.
nlohmann::ordered_json FaultPresets();

}  // namespace timock

#endif  // TIMOCK_CONTROL_FAULT_JSON_H_
