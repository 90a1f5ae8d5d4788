#include "core/state_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/app_json.h"
#include "core/time_text.h"

namespace timock {

Result<std::vector<App>> AppsFromJson(const nlohmann::json& json) {
  if (!json.is_array()) return Error{": expected an array of apps"};
  std::vector<App> apps;
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string pointer = "/" + std::to_string(i);
    nlohmann::json declared = json[i];
    if (declared.is_object() && !declared.contains("admins")) {
      declared["admins"] = nlohmann::json::array({kDefaultAdmin});
    }
    Result<App> app = AppFromJson(declared);
    if (!app.ok()) return Error{pointer + app.error().message};
    const auto [first, fresh] = places.emplace(app.value().sdkappid, i);
    if (!fresh) {
      return Error{pointer + "/sdkappid: " + std::to_string(first->first) +
                   " stands already at /apps/" + std::to_string(first->second) +
                   "; expected each SDKAppID once"};
    }
    apps.push_back(std::move(app).value());
  }
  return apps;
}

Result<Profile> ProfileFromJson(const nlohmann::json& json) {
  // Parse puts ": " between its empty origin and the pointer of a bad switch.
  Result<Profile> profile = Profile::Parse(json.dump(), "");
  if (profile.ok()) return profile;
  const std::string reason = profile.error().message.substr(2);
  return Error{reason.starts_with('/') ? reason : ": " + reason};
}

nlohmann::ordered_json StateToJson(const ServiceState& state) {
  nlohmann::ordered_json json;
  json["apps"] = nlohmann::ordered_json::array();
  for (const App& app : state.apps) json["apps"].push_back(AppToJson(app));
  json["profile"] = nlohmann::ordered_json::parse(state.profile.ToJson());
  json["usersig"] = state.verify_user_sig ? "verify" : "off";
  json["clock"] = ClockToText(state.clock);
  return json;
}

}  // namespace timock
