#ifndef TIMOCK_CONTROL_CLOCK_JSON_H_
#define TIMOCK_CONTROL_CLOCK_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "control/exchange.h"
#include "timock/service.h"

namespace timock::control {

/// UNIX seconds as a JSON number, exact to about a quarter of a microsecond.
double UnixNumber(UnixTime at);

/// {"mode":"frozen","unix":1795369800.5,"unix_ns":"1795369800500000000","iso":"..."}
nlohmann::ordered_json ClockToJson(const Service& service);

/// Reads a setting of the clock: an object with `mode` and `unix` or `unix_ns`, which may be what
/// ClockToJson gave, or one of the config file's texts. Stopped without a time, it stands at `now`.
/// `at` is the pointer of `value` in the body.
Outcome ReadClock(const nlohmann::json& value, const std::string& at, UnixTime now,
                  ClockSetting* out);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_CLOCK_JSON_H_
