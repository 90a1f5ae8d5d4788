#include "service/state_json.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "clock/clock_fields.h"
#include "profile/profile_fields.h"
#include "text/time.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// The types of the members of a state; their JSON Schema is in fixtures/openapi.json alone.
struct AppsType {
  Problem Read(const json& value, std::vector<App>* out) const {
    return Take(AppsFromJson(value), out);
  }
  ordered_json Write(const std::vector<App>& apps) const {
    auto out = ordered_json::array();
    for (const App& app : apps) out.push_back(AppToJson(app));
    return out;
  }
  json Schema() const { return json::object(); }
};

struct ProfileType {
  Problem Read(const json& value, Profile* out) const {
    if (value.is_string()) return Take(Profile::Named(value.get_ref<const std::string&>()), out);
    if (value.is_object()) return Take(ProfileFromJson(value), out);
    return Expected("a shipped profile's name, or an object of switches");
  }
  ordered_json Write(const Profile& profile) const { return ProfileToJson(profile); }
  json Schema() const { return json::object(); }
};

struct ClockType {
  Problem Read(const json& value, ClockSetting* out) const {
    return Take(ClockFromJson(value), out);
  }
  ordered_json Write(const ClockSetting& setting) const { return ClockToText(setting); }
  json Schema() const { return json::object(); }
};

// The throttle of the profile, which is written with that.
Field<ServiceState> Throttle() {
  const auto read = [](const json& value, ServiceState* out) {
    return Take(ProfileWithMember(out->profile, "throttle", value), &out->profile);
  };
  return {"throttle", read, [](const ServiceState&) { return ordered_json(); }, json::object()};
}

// Members are read in the order of their names: `throttle` changes the profile that is given with
// it.
const Fields<ServiceState>& StateFields() {
  static const Fields<ServiceState> fields(
      {Describe("apps", &ServiceState::apps, AppsType()),
       Describe("profile", &ServiceState::profile, ProfileType()), Throttle(),
       Describe("usersig", &ServiceState::verify_user_sig,
                ChoiceType<bool>{{{"verify", true}, {"off", false}}}),
       Describe("clock", &ServiceState::clock, ClockType())});
  return fields;
}

}  // namespace

Result<std::vector<App>> AppsFromJson(const json& value) {
  if (!value.is_array()) return Expected("an array of apps");
  std::vector<App> apps;
  std::map<std::uint32_t, std::size_t> places;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string pointer = "/" + std::to_string(i);
    json declared = value[i];
    if (declared.is_object() && !declared.contains("admins")) {
      declared["admins"] = json::array({kDefaultAdmin});
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

ordered_json AppsToJson(const std::vector<App>& apps) { return AppsType().Write(apps); }

Result<Profile> ProfileFromNameOrJson(const json& value) {
  Profile profile;
  if (Problem problem = ProfileType().Read(value, &profile)) return *std::move(problem);
  return profile;
}

ordered_json ClockToJson(const Service& service) {
  ClockSetting setting = service.clock();
  if (setting.mode != ClockSetting::Mode::kFrozen) setting.at = service.Now();
  return ClockFields().Write(setting);
}

Result<ServiceState> StateFromJson(const json& value, ServiceState state) {
  if (Problem problem = StateFields().Read(value, &state)) return *std::move(problem);
  return state;
}

ordered_json StateToJson(const ServiceState& state) { return StateFields().Write(state); }

}  // namespace timock
