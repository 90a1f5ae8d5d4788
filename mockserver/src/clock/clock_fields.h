#ifndef TIMOCK_CLOCK_CLOCK_FIELDS_H_
#define TIMOCK_CLOCK_CLOCK_FIELDS_H_

#include <chrono>
#include <nlohmann/json_fwd.hpp>

#include "json/fields.h"
#include "timock/clock.h"
#include "timock/result.h"

namespace timock {

/// {"mode":"frozen","unix":1795369800.5,"unix_ns":"1795369800500000000","iso":"..."}
const Fields<ClockSetting>& ClockFields();

/// Reads what ClockFields describes, or a config file's text. The exact `unix_ns` overrides `unix`,
/// and `iso` is only shown. A clock that is frozen without a time is frozen at the present moment.
/// The Error's pointer is relative to the value.
Result<ClockSetting> ClockFromJson(const nlohmann::json& value);

/// Reads how far a clock is moved: one of {"seconds":1.5}, {"minutes":N}, {"hours":N},
/// {"milliseconds":N}, {"nanoseconds":N}. The Error's pointer is relative to the value.
Result<std::chrono::nanoseconds> StepFromJson(const nlohmann::json& value);

}  // namespace timock

#endif  // TIMOCK_CLOCK_CLOCK_FIELDS_H_
