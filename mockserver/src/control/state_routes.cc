#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "control/clock_json.h"
#include "control/handlers.h"
#include "profile/profile_fields.h"
#include "service/state_json.h"
#include "text/time.h"
#include "text/url.h"

namespace timock::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Apps up to which the throttle view lists those that have not been called, too.
constexpr std::size_t kMaxUncalled = 1'000;

ordered_json ProfileJson(const Exchange& exchange) {
  return ProfileToJson(exchange.service().profile());
}

// The throttle as a profile has it: "off" and a bare number stand for their limits, as in a config
// file.
json WholeThrottle(const json& value) {
  if (value == "off") return {{"limit", "none"}};
  if (value.is_number()) return {{"limit", value}, {"burst", value}};
  json whole = value;
  if (whole.is_object() && whole.contains("limit") && whole["limit"] == "off") {
    whole["limit"] = "none";
  }
  return whole;
}

// `given` with its throttle in full.
json WithWholeThrottle(const json& given) {
  json whole = given;
  if (whole.is_object() && whole.contains("throttle")) {
    whole["throttle"] = WholeThrottle(whole["throttle"]);
  }
  return whole;
}

// The error of switches that WithWholeThrottle was made of. Its pointer ends at the throttle where
// that was not an object, and has nothing below it.
Error OfGiven(const json& given, Error error) {
  if (given.is_object() && given.contains("throttle") && !given["throttle"].is_object() &&
      error.pointer.starts_with("/throttle/")) {
    error.pointer = "/throttle";
  }
  return error;
}

// Reads a profile where it is a shipped one's name, or an object of all.
Outcome ReadProfile(const json& value, const std::string& at, Profile* out) {
  if (!value.is_string() && !value.is_object()) {
    return BadMember(at, "expected a shipped profile's name, or an object of switches");
  }
  Result<Profile> profile = value.is_string() ? Profile::Named(value.get_ref<const std::string&>())
                                              : ProfileFromJson(WithWholeThrottle(value));
  if (!profile.ok()) return Refuse(OfGiven(value, profile.error()).Below(at));
  *out = std::move(profile).value();
  return {};
}

Outcome ReadState(const json& body, UnixTime now, ServiceState* state) {
  if (Outcome refused = CheckMembers(body, {"apps", "profile", "throttle", "usersig", "clock"})) {
    return refused;
  }
  if (body.contains("apps")) {
    Result<std::vector<App>> apps = AppsFromJson(body["apps"]);
    if (!apps.ok()) return Refuse(apps.error().Below("/apps"));
    state->apps = std::move(apps).value();
  }
  if (body.contains("profile")) {
    if (Outcome refused = ReadProfile(body["profile"], "/profile", &state->profile)) return refused;
  }
  if (body.contains("throttle")) {
    const json change = {{"throttle", WholeThrottle(body["throttle"])}};
    Result<Profile> profile = ProfileWith(state->profile, change);
    if (!profile.ok()) return Refuse(OfGiven(body, profile.error()));
    state->profile = std::move(profile).value();
  }
  if (body.contains("usersig")) {
    if (body["usersig"] != "verify" && body["usersig"] != "off") {
      return BadMember("/usersig", "expected verify or off");
    }
    state->verify_user_sig = body["usersig"] == "verify";
  }
  if (body.contains("clock")) {
    return ReadClock(body["clock"], "/clock", now, &state->clock);
  }
  return {};
}

ordered_json CounterJson(const ThrottleStatus& status, UnixTime now) {
  ordered_json counter = {{"sdkappid", status.sdkappid}, {"command", nullptr}, {"limit", "none"}};
  if (!status.command.empty()) counter["command"] = status.command;
  if (status.limit) counter["limit"] = *status.limit;
  counter["admitted"] = status.admitted;
  counter["refused"] = status.refused;
  counter["next_free"] = nullptr;
  if (status.next_free) {
    const auto wait = std::max(*status.next_free - now, std::chrono::nanoseconds{0});
    counter["next_free"] = {{"unix", UnixNumber(*status.next_free)},
                            {"in_ms", static_cast<double>(wait.count()) / 1e6}};
  }
  counter["worst_admitted"] = status.worst_admitted;
  counter["worst_at_least"] = status.worst_at_least;
  counter["admitted_total"] = status.admitted_total;
  counter["refused_total"] = status.refused_total;
  return counter;
}

// The counters of an app that has not been called.
ThrottleStatus Uncalled(const App& app, const ordered_json& rule, UnixTime now) {
  ThrottleStatus status{.sdkappid = app.sdkappid};
  if (app.limit) {
    if (*app.limit != kNoLimit) status.limit = app.limit;
  } else if (rule["limit"].is_number()) {
    status.limit = rule["limit"].get<std::uint32_t>();
  }
  if (rule["scope"] != "app_and_identifier") status.next_free = now;
  return status;
}

// The counters of `sdkappid`, or of all apps, in the order of their SDKAppIDs; of those alone that
// have been called where the apps are too many.
std::vector<ThrottleStatus> Counters(const Service& service, std::optional<std::uint32_t> sdkappid,
                                     const ordered_json& rule, UnixTime now) {
  std::vector<ThrottleStatus> counters = service.Throttles(sdkappid);
  std::vector<App> apps;
  if (!sdkappid) {
    apps = service.Apps();
  } else if (std::optional<App> app = service.FindApp(*sdkappid)) {
    apps.push_back(*std::move(app));
  }
  if (apps.size() > kMaxUncalled) return counters;
  std::set<std::uint32_t> called;
  for (const ThrottleStatus& status : counters) called.insert(status.sdkappid);
  for (const App& app : apps) {
    if (!called.contains(app.sdkappid)) counters.push_back(Uncalled(app, rule, now));
  }
  std::stable_sort(counters.begin(), counters.end(),
                   [](const auto& a, const auto& b) { return a.sdkappid < b.sdkappid; });
  return counters;
}

}  // namespace

Outcome GetHealth(Exchange& exchange) {
  const std::chrono::duration<double> uptime = SystemClock().Ticks() - exchange.around.started;
  exchange.Reply({{"status", "ready"},
                  {"version", exchange.around.server.version},
                  {"uptime_s", uptime.count()},
                  {"clock", ClockToJson(exchange.service())}});
  return {};
}

Outcome GetProfile(Exchange& exchange) {
  exchange.Reply(ProfileJson(exchange));
  return {};
}

Outcome PutProfile(Exchange& exchange) {
  const json& body = exchange.body;
  if (body.is_object() && !body.contains("base")) {
    const Result<Profile> changed =
        ProfileWith(exchange.service().profile(), WithWholeThrottle(body));
    if (!changed.ok()) return Refuse(OfGiven(body, changed.error()));
    exchange.service().SetProfile(changed.value());
  } else {
    Profile profile;
    if (Outcome refused = ReadProfile(body, "", &profile)) return refused;
    exchange.service().SetProfile(profile);
  }
  return GetProfile(exchange);
}

Outcome GetSwitch(Exchange& exchange) {
  const ordered_json profile = ProfileJson(exchange);
  if (!profile.contains(exchange.path_value)) {
    return NotFound("there is no switch " + exchange.path_value.substr(0, 100));
  }
  exchange.Reply(profile[exchange.path_value]);
  return {};
}

Outcome PutSwitch(Exchange& exchange) {
  const std::string& name = exchange.path_value;
  if (!ProfileJson(exchange).contains(name)) {
    return NotFound("there is no switch " + name.substr(0, 100));
  }
  const json given = {{name, exchange.body}};
  const Result<Profile> profile =
      ProfileWith(exchange.service().profile(), WithWholeThrottle(given));
  if (!profile.ok()) {
    Error error = OfGiven(given, profile.error());
    error.pointer.erase(0, 1 + name.size());  // the body is the value alone
    return Refuse(error);
  }
  exchange.service().SetProfile(profile.value());
  return GetProfile(exchange);
}

Outcome GetState(Exchange& exchange) {
  exchange.Reply(StateToJson(exchange.service().State()));
  return {};
}

Outcome PutState(Exchange& exchange) {
  ServiceState state = exchange.service().State();
  if (Outcome refused = ReadState(exchange.body, exchange.service().Now(), &state)) return refused;
  const bool with_apps = exchange.body.contains("apps");
  if (const Result<Done> set = exchange.service().SetState(state, with_apps); !set.ok()) {
    return Refuse(set.error());
  }
  return GetState(exchange);
}

Outcome Reset(Exchange& exchange) {
  if (Outcome refused = CheckMembers(exchange.body, {"sdkappid"})) return refused;
  if (!exchange.body.contains("sdkappid")) {
    exchange.service().Reset();
  } else {
    std::uint32_t sdkappid = 0;
    if (Outcome refused = ReadKnownApp(exchange, &sdkappid)) return refused;
    exchange.service().ResetApp(sdkappid);
  }
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome GetThrottle(Exchange& exchange) {
  std::optional<std::uint32_t> sdkappid;
  if (const std::string* text = exchange.query.Find("sdkappid")) {
    sdkappid = ReadUint32(*text);
    if (!sdkappid) return Refusal{.message = "expected an SDKAppID", .parameter = "sdkappid"};
    if (!exchange.service().FindApp(*sdkappid)) {
      return Refusal{.status = 404, .message = "there is no app " + *text, .parameter = "sdkappid"};
    }
  }
  const ordered_json rule = ProfileJson(exchange)["throttle"];
  ordered_json counters = ordered_json::array();
  const UnixTime now = exchange.service().Now();
  for (const ThrottleStatus& status : Counters(exchange.service(), sdkappid, rule, now)) {
    counters.push_back(CounterJson(status, now));
  }
  exchange.Reply({{"window_ms", rule["window_ms"]},
                  {"algorithm", rule["algorithm"]},
                  {"scope", rule["scope"]},
                  {"apps", std::move(counters)}});
  return {};
}

}  // namespace timock::control
