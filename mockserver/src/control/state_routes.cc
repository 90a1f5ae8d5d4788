#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/clock_json.h"
#include "control/handlers.h"
#include "core/state_json.h"
#include "core/target.h"
#include "core/time_text.h"

namespace timock::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json ProfileJson(const Exchange& exchange) {
  return ordered_json::parse(exchange.service().profile().ToJson());
}

// Reads a profile where it is a shipped one's name, or an object of all.
Outcome ReadProfile(const json& value, const std::string& at, Profile* out) {
  if (!value.is_string() && !value.is_object()) {
    return BadMember(at, "expected a shipped profile's name, or an object of switches");
  }
  Result<Profile> profile = value.is_string() ? Profile::Named(value.get_ref<const std::string&>())
                                              : ProfileFromJson(value);
  if (!profile.ok()) return BadBody(value, profile.error(), at);
  *out = std::move(profile).value();
  return {};
}

Outcome ReadState(const json& body, ServiceState* state) {
  if (Outcome refused = CheckMembers(body, {"apps", "profile", "usersig", "clock"})) return refused;
  if (body.contains("apps")) {
    Result<std::vector<App>> apps = AppsFromJson(body["apps"]);
    if (!apps.ok()) return BadBody(body["apps"], apps.error(), "/apps");
    state->apps = std::move(apps).value();
  }
  if (body.contains("profile")) {
    if (Outcome refused = ReadProfile(body["profile"], "/profile", &state->profile)) return refused;
  }
  if (body.contains("usersig")) {
    if (body["usersig"] != "verify" && body["usersig"] != "off") {
      return BadMember("/usersig", "expected verify or off");
    }
    state->verify_user_sig = body["usersig"] == "verify";
  }
  if (body.contains("clock")) {
    const json& text = body["clock"];
    const auto clock = text.is_string() ? ClockFromText(text.get_ref<const std::string&>())
                                        : std::optional<ClockSetting>{};
    if (!clock) {
      return BadMember("/clock",
                       "expected real, @UNIX (stands still there) or +UNIX (runs from there), in "
                       "seconds from 0 to 9000000000");
    }
    state->clock = *clock;
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
    const Result<Profile> laid_over = exchange.service().profile().With(body.dump());
    if (!laid_over.ok()) return BadBody(body, laid_over.error());
    exchange.service().SetProfile(laid_over.value());
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
  const json change = {{name, exchange.body}};
  const Result<Profile> profile = exchange.service().profile().With(change.dump());
  if (!profile.ok()) {
    Refusal refused = BadBody(change, profile.error());
    // The body is the value alone. A value that is nested too deeply has no pointer.
    if (refused.pointer->starts_with("/" + name)) refused.pointer->erase(0, 1 + name.size());
    return refused;
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
  if (Outcome refused = ReadState(exchange.body, &state)) return refused;
  if (const Result<Done> set = exchange.service().SetState(state); !set.ok()) {
    return Refusal{.status = 503, .message = set.error().message};
  }
  return GetState(exchange);
}

Outcome Reset(Exchange& exchange) {
  if (Outcome refused = CheckMembers(exchange.body, {"sdkappid"})) return refused;
  if (!exchange.body.contains("sdkappid")) {
    exchange.service().Reset();
  } else {
    std::uint32_t sdkappid = 0;
    if (Outcome refused = ReadKnownApp(exchange, "sdkappid", &sdkappid)) return refused;
    exchange.service().ResetApp(sdkappid);
  }
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome GetThrottle(Exchange& exchange) {
  std::optional<std::uint32_t> sdkappid;
  if (const std::string* text = exchange.query.Find("app")) {
    sdkappid = ReadUint32(*text);
    if (!sdkappid) return Refusal{.message = "expected an SDKAppID", .parameter = "app"};
    if (!exchange.service().FindApp(*sdkappid)) {
      return Refusal{.status = 404, .message = "there is no app " + *text, .parameter = "app"};
    }
  }
  const ordered_json rule = ProfileJson(exchange)["throttle"];
  ordered_json counters = ordered_json::array();
  for (const ThrottleStatus& status : exchange.service().Throttles(sdkappid)) {
    counters.push_back(CounterJson(status, exchange.service().Now()));
  }
  exchange.Reply({{"window_ms", rule["window_ms"]},
                  {"algorithm", rule["algorithm"]},
                  {"scope", rule["scope"]},
                  {"apps", std::move(counters)}});
  return {};
}

}  // namespace timock::control
