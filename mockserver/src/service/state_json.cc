#include "service/state_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "profile/profile_fields.h"
#include "text/time.h"

namespace timock {

Result<std::vector<App>> AppsFromJson(const nlohmann::json& json) {
  if (!json.is_array()) return Expected("an array of apps");
  std::vector<App> apps;
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string pointer = "/" + std::to_string(i);
    nlohmann::json declared = json[i];
    if (declared.is_object() && !declared.contains("admins")) {
      declared["admins"] = nlohmann::json::array({kDefaultAdmin});
    }
    Result<App> app = AppFromJson(declared);
    if (!app.ok()) return app.error().Below(pointer);
    const auto [first, fresh] = places.emplace(app.value().sdkappid, i);
    if (!fresh) {
      return Error{std::to_string(first->first) + " is already at /apps/" +
                       std::to_string(first->second) + "; expected each SDKAppID once",
                   pointer + "/sdkappid"};
    }
    apps.push_back(std::move(app).value());
  }
  return apps;
}

nlohmann::ordered_json StateToJson(const ServiceState& state) {
  nlohmann::ordered_json json;
  json["apps"] = nlohmann::ordered_json::array();
  for (const App& app : state.apps) json["apps"].push_back(AppToJson(app));
  json["profile"] = ProfileToJson(state.profile);
  json["usersig"] = state.verify_user_sig ? "verify" : "off";
  json["clock"] = ClockToText(state.clock);
  return json;
}

}  // namespace timock
