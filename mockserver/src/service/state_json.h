#ifndef TIMOCK_SERVICE_STATE_JSON_H_
#define TIMOCK_SERVICE_STATE_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "timock/result.h"
#include "timock/service.h"

namespace timock {

/// Reads the `apps` of a config file; an app without admins gets kDefaultAdmin. The Error's
/// pointer is relative to the array.
Result<std::vector<App>> AppsFromJson(const nlohmann::json& json);

/// `state` as the members of a config file.
nlohmann::ordered_json StateToJson(const ServiceState& state);

}  // namespace timock

#endif  // TIMOCK_SERVICE_STATE_JSON_H_
