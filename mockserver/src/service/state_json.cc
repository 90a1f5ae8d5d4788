#include "service/state_json.h"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "profile/profile_fields.h"
#include "text/time.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
using Mode = ClockSetting::Mode;

template <typename Value>
Problem Take(Result<Value> read, Value* out) {
  if (!read) return read.error();
  *out = std::move(read).value();
  return {};
}

// Seconds as a number, to the microsecond, which is about what a number on the wire can hold.
Problem ReadUnix(const json& value, ClockSetting* out) {
  if (!value.is_number() || value < 0 || value > 9e9) {
    return Expected("UNIX seconds from 0 to 9000000000");
  }
  if (value.is_number_integer()) {
    out->at = UnixSeconds(value.get<std::int64_t>());
    return {};
  }
  const auto whole = static_cast<std::int64_t>(value.get<double>());
  const double part = value.get<double>() - static_cast<double>(whole);
  out->at = UnixSeconds(whole) + std::chrono::microseconds{std::llround(part * 1e6)};
  return {};
}

Problem ReadUnixNanoseconds(const json& value, ClockSetting* out) {
  constexpr std::size_t kMaxDigits = 19;
  const std::string* const text = value.get_ptr<const std::string*>();
  // Nanoseconds as digits are seconds with nine decimals, without the point.
  std::optional<UnixTime> time;
  if (text != nullptr && !text->empty() && text->size() <= kMaxDigits &&
      text->find('.') == std::string::npos) {
    const std::string padded = std::string(kMaxDigits - text->size(), '0') + *text;
    time = UnixTimeFromText(padded.substr(0, 10) + "." + padded.substr(10));
  }
  if (!time) {
    return Expected(R"(UNIX nanoseconds as a string of digits, "0" to "9000000000000000000")");
  }
  out->at = *time;
  return {};
}

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
  UnixTime now;

  Problem Read(const json& value, ClockSetting* out) const {
    return Take(ClockFromJson(value, now), out);
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
Fields<ServiceState> StateFields(UnixTime now) {
  return Fields<ServiceState>({Describe("apps", &ServiceState::apps, AppsType()),
                               Describe("profile", &ServiceState::profile, ProfileType()),
                               Throttle(),
                               Describe("usersig", &ServiceState::verify_user_sig,
                                        ChoiceType<bool>{{{"verify", true}, {"off", false}}}),
                               Describe("clock", &ServiceState::clock, ClockType{now})});
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

const Fields<ClockSetting>& ClockFields() {
  static const Fields<ClockSetting> fields(
      {Describe("mode", &ClockSetting::mode,
                ChoiceType<Mode>{
                    {{"real", Mode::kReal}, {"frozen", Mode::kFrozen}, {"offset", Mode::kOffset}}}),
       {"unix",
        ReadUnix,
        [](const ClockSetting& setting) -> ordered_json { return UnixNumber(setting.at); },
        {{"type", "number"}}},
       {"unix_ns",
        ReadUnixNanoseconds,
        [](const ClockSetting& setting) -> ordered_json {
          return std::to_string(setting.at.time_since_epoch().count());
        },
        {{"type", "string"}}},
       {"iso",
        [](const json&, ClockSetting*) { return Problem(); },
        [](const ClockSetting& setting) -> ordered_json {
          return IsoTime(setting.at, IsoPrecision::kNanoseconds);
        },
        {{"type", "string"}}}});
  return fields;
}

Result<ClockSetting> ClockFromJson(const json& value, UnixTime now) {
  if (value.is_string()) {
    if (const auto clock = ClockFromText(value.get_ref<const std::string&>())) return *clock;
    return Expected(
        "real, @UNIX (frozen there) or +UNIX (runs from there), in seconds from 0 to 9000000000");
  }
  ClockSetting setting{.at = now};
  // Members are read in the order of their names: unix_ns overrides unix.
  if (Problem problem = ClockFields().Read(value, &setting)) return *std::move(problem);
  if (!value.contains("mode")) return Error{"missing; expected real, frozen or offset", "/mode"};
  const bool has_time = value.contains("unix") || value.contains("unix_ns");
  if (setting.mode == Mode::kOffset && !has_time) {
    return Error{"missing; an offset clock runs from a given time", "/unix"};
  }
  if (setting.mode == Mode::kFrozen && !has_time && value.contains("iso")) {
    return Error{"is not read; give unix or unix_ns, too", "/iso"};
  }
  return setting;
}

ordered_json ClockToJson(const Service& service) {
  ClockSetting setting = service.clock();
  if (setting.mode != Mode::kFrozen) setting.at = service.Now();
  return ClockFields().Write(setting);
}

Result<ServiceState> StateFromJson(const json& value, ServiceState state, UnixTime now) {
  if (Problem problem = StateFields(now).Read(value, &state)) return *std::move(problem);
  return state;
}

ordered_json StateToJson(const ServiceState& state) { return StateFields({}).Write(state); }

}  // namespace timock
