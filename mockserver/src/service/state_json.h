#ifndef TIMOCK_SERVICE_STATE_JSON_H_
#define TIMOCK_SERVICE_STATE_JSON_H_

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "timock/result.h"
#include "timock/service.h"

namespace timock {

// The members of a config file that a running service can take over and write. The pointer of an
// Error is relative to the value.

/// An app without admins gets kDefaultAdmin.
Result<std::vector<App>> AppsFromJson(const nlohmann::json& value);
nlohmann::ordered_json AppsToJson(const std::vector<App>& apps);

/// The name of a shipped profile, or what ProfileFromJson reads.
Result<Profile> ProfileFromNameOrJson(const nlohmann::json& value);

/// The service's clock and its time, as ClockFields describes them.
nlohmann::ordered_json ClockToJson(const Service& service);

/// Lays apps, profile, throttle, usersig and clock, of which any may be absent, over `state`.
Result<ServiceState> StateFromJson(const nlohmann::json& value, ServiceState state);
nlohmann::ordered_json StateToJson(const ServiceState& state);

}  // namespace timock

#endif  // TIMOCK_SERVICE_STATE_JSON_H_
