#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "clock/clock_fields.h"
#include "control/routes.h"
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

std::optional<Refusal> SetProfile(Exchange& exchange, const Result<Profile>& profile) {
  if (!profile) return Refuse(profile.error());
  exchange.service().SetProfile(profile.value());
  return GetProfile(exchange);
}

Refusal NoSuchSwitch(const Exchange& exchange) {
  return NotFound("there is no switch " + exchange.path_value.substr(0, 100));
}

struct ResetRequest {
  std::optional<std::uint32_t> sdkappid;
};

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
                                     const ordered_json& rule) {
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
    if (!called.contains(app.sdkappid)) {
      counters.push_back(Uncalled(app, rule, service.AppNow(app.sdkappid)));
    }
  }
  std::stable_sort(counters.begin(), counters.end(),
                   [](const auto& a, const auto& b) { return a.sdkappid < b.sdkappid; });
  return counters;
}

}  // namespace

std::optional<Refusal> GetProfile(Exchange& exchange) {
  return exchange.Reply(ProfileJson(exchange));
}

std::optional<Refusal> PutProfile(Exchange& exchange) {
  const json& body = exchange.body;
  const bool is_change = body.is_object() && !body.contains("base");
  return SetProfile(exchange, is_change ? ProfileWith(exchange.service().profile(), body)
                                        : ProfileFromNameOrJson(body));
}

std::optional<Refusal> GetSwitch(Exchange& exchange) {
  const ordered_json profile = ProfileJson(exchange);
  if (!profile.contains(exchange.path_value)) return NoSuchSwitch(exchange);
  return exchange.Reply(profile[exchange.path_value]);
}

std::optional<Refusal> PutSwitch(Exchange& exchange) {
  const std::string& name = exchange.path_value;
  if (!ProfileJson(exchange).contains(name)) return NoSuchSwitch(exchange);
  return SetProfile(exchange, ProfileWithMember(exchange.service().profile(), name, exchange.body));
}

std::optional<Refusal> GetState(Exchange& exchange) {
  return exchange.Reply(StateToJson(exchange.service().State()));
}

std::optional<Refusal> PutState(Exchange& exchange) {
  Service& service = exchange.service();
  const Result<ServiceState> state = StateFromJson(exchange.body, service.State());
  if (!state) return Refuse(state.error());
  const bool with_apps = exchange.body.contains("apps");
  if (const Result<Done> set = service.SetState(state.value(), with_apps); !set) {
    return Refuse(set.error());
  }
  return GetState(exchange);
}

std::optional<Refusal> Reset(Exchange& exchange) {
  static const Fields<ResetRequest> fields(
      {Describe("sdkappid", &ResetRequest::sdkappid, OptionalType<WholeType<std::uint32_t>>())});
  ResetRequest request;
  if (const Problem problem = fields.Read(exchange.body, &request)) return Refuse(*problem);
  if (!request.sdkappid) {
    exchange.service().Reset();
  } else {
    if (std::optional<Refusal> refused = CheckKnownApp(exchange, request.sdkappid)) return refused;
    exchange.service().ResetApp(*request.sdkappid);
  }
  return exchange.Reply();
}

std::optional<Refusal> GetThrottle(Exchange& exchange) {
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
  for (const ThrottleStatus& status : Counters(exchange.service(), sdkappid, rule)) {
    counters.push_back(CounterJson(status, exchange.service().AppNow(status.sdkappid)));
  }
  return exchange.Reply({{"window_ms", rule["window_ms"]},
                         {"algorithm", rule["algorithm"]},
                         {"scope", rule["scope"]},
                         {"apps", std::move(counters)}});
}

std::optional<Refusal> GetClock(Exchange& exchange) {
  return exchange.Reply(ClockToJson(exchange.service()));
}

std::optional<Refusal> PutClock(Exchange& exchange) {
  const Result<ClockSetting> setting = ClockFromJson(exchange.body);
  if (!setting) return Refuse(setting.error());
  if (const Result<Done> set = exchange.service().SetClock(setting.value()); !set) {
    return Refuse(set.error());
  }
  return GetClock(exchange);
}

std::optional<Refusal> AdvanceClock(Exchange& exchange) {
  const Result<std::chrono::nanoseconds> step = StepFromJson(exchange.body);
  if (!step) return Refuse(step.error());
  if (const Result<Done> moved = exchange.service().AdvanceClock(step.value()); !moved) {
    return Refuse(moved.error().Below("/" + exchange.body.begin().key()));
  }
  return GetClock(exchange);
}

}  // namespace timock::control
