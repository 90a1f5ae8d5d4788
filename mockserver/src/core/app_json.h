#ifndef TIMOCK_CORE_APP_JSON_H_
#define TIMOCK_CORE_APP_JSON_H_

#include <nlohmann/json_fwd.hpp>

#include "timock/app.h"
#include "timock/result.h"

namespace timock {

/// Reads one app as the config file writes it. The Error begins with the JSON pointer of the bad
/// member, relative to the app: "/feature: expected ...".
Result<App> AppFromJson(const nlohmann::json& json);

/// Writes what AppFromJson reads, defaults included.
nlohmann::ordered_json AppToJson(const App& app);

/// Whether the fake can hold `app`; the Error says which member it cannot hold, and why.
Result<Done> CheckApp(const App& app);

}  // namespace timock

#endif  // TIMOCK_CORE_APP_JSON_H_
