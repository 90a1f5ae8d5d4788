#ifndef TIMOCK_FAULTS_FAULT_FIELDS_H_
#define TIMOCK_FAULTS_FAULT_FIELDS_H_

#include <chrono>
#include <nlohmann/json_fwd.hpp>

#include "json/fields.h"
#include "timock/fault.h"
#include "timock/result.h"

namespace timock {

inline constexpr std::chrono::milliseconds kMaxFaultDelay = std::chrono::minutes{10};

/// The members of a fault, with the bounds of each.
const Fields<Fault>& FaultFields();

/// Fails when a member is out of its bounds or members exclude each other. The pointer of the Error
/// is that of the member in the JSON form.
Result<Done> CheckFault(const Fault& fault);

/// A fault from its JSON form, checked as CheckFault does. `preset` names one of
/// FaultPresets, whose members the others override, those of `match` and `action` one by one; a
/// string alone is such a name. `matched` and `hits` are ignored.
Result<Fault> FaultFromJson(const nlohmann::json& json);

/// The JSON form that FaultFromJson reads, and `matched` and `hits`. Members that have their
/// default are left out.
nlohmann::ordered_json FaultToJson(const FaultStatus& status);

/// {"presets": [{"name", "description", ...}]}: fixtures/faults.json. Besides these two a preset
/// has members of a fault.
nlohmann::ordered_json FaultPresets();

}  // namespace timock

#endif  // TIMOCK_FAULTS_FAULT_FIELDS_H_
