#ifndef TIMOCK_APPS_APP_FIELDS_H_
#define TIMOCK_APPS_APP_FIELDS_H_

#include <nlohmann/json_fwd.hpp>

#include "json/fields.h"
#include "timock/app.h"
#include "timock/result.h"

namespace timock {

/// The admin of an app that is declared without any.
inline constexpr const char* kDefaultAdmin = "administrator";

/// The members of an app, as the config file and the control API have it.
const Fields<App>& AppFields();

/// Reads one app. The Error's pointer is relative to it.
Result<App> AppFromJson(const nlohmann::json& json);

/// Writes what AppFromJson reads, defaults included.
nlohmann::ordered_json AppToJson(const App& app);

/// The names of an app: `{"0": "sex"}`. The Error's pointer is relative to them.
Result<AttrNames> AttrNamesFromJson(const nlohmann::json& json);
nlohmann::ordered_json AttrNamesToJson(const AttrNames& names);

/// Whether the fake can hold `app`; the Error says which member it cannot hold, and why.
Result<Done> CheckApp(const App& app);

}  // namespace timock

#endif  // TIMOCK_APPS_APP_FIELDS_H_
