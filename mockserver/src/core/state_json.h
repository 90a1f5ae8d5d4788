#ifndef TIMOCK_CORE_STATE_JSON_H_
#define TIMOCK_CORE_STATE_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "timock/result.h"
#include "timock/service.h"

namespace timock {

/// Reads the `apps` of a config file; an app without admins gets kDefaultAdmin. The Error begins
/// with the JSON pointer of the bad member, relative to the array: "/0/key: expected ...", or with
/// ": " when `json` is no array.
Result<std::vector<App>> AppsFromJson(const nlohmann::json& json);

/// Reads the `profile` of a config file where it is an object. The Error begins with the JSON
/// pointer of the bad switch, relative to the object, or with ": ".
Result<Profile> ProfileFromJson(const nlohmann::json& json);

/// `state` as the members of a config file.
nlohmann::ordered_json StateToJson(const ServiceState& state);

}  // namespace timock

#endif  // TIMOCK_CORE_STATE_JSON_H_
