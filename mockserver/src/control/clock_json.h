#ifndef TIMOCK_CONTROL_CLOCK_JSON_H_
#define TIMOCK_CONTROL_CLOCK_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "timock/service.h"

namespace timock::control {

/// UNIX seconds as a JSON number, exact to about a quarter of a microsecond.
double UnixNumber(UnixTime at);

/// {"mode":"frozen","unix":1795369800.5,"unix_ns":"1795369800500000000","iso":"..."}
nlohmann::ordered_json ClockToJson(const Service& service);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_CLOCK_JSON_H_
