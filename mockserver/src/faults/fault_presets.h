#ifndef TIMOCK_FAULTS_FAULT_PRESETS_H_
#define TIMOCK_FAULTS_FAULT_PRESETS_H_

#include <nlohmann/json_fwd.hpp>

#include "timock/result.h"

namespace timock {

/// `json` with the members of the preset that its `preset` names under its own, and
/// without that name.
Result<nlohmann::json> LayOverPreset(const nlohmann::json& json);

}  // namespace timock

#endif  // TIMOCK_FAULTS_FAULT_PRESETS_H_
