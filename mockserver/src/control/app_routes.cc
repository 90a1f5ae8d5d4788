#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "base/secrets.h"
#include "clock/clock_fields.h"
#include "control/routes.h"
#include "service/state_json.h"
#include "text/url.h"
#include "timock/user_sig.h"

namespace timock::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kKeyBytes = 32;

Refusal NoSuchApp(const Exchange& exchange) {
  return NotFound("there is no app " + exchange.path_value.substr(0, 100));
}

// The app that the path names.
std::optional<App> PathApp(const Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  return sdkappid ? exchange.service().FindApp(*sdkappid) : std::nullopt;
}

std::optional<Refusal> ReplyApps(Exchange& exchange) {
  return exchange.Reply({{"apps", AppsToJson(exchange.service().Apps())}});
}

struct AppList {
  std::optional<std::vector<App>> apps;
};

struct SignRequest {
  std::optional<std::uint32_t> sdkappid;
  std::string identifier;
  std::int64_t expire = 86'400;  // seconds
};

// The app, or a new one with a key of its own, changed by `members`.
json Changed(const std::optional<App>& present, std::uint32_t sdkappid, const json& members) {
  json whole = present ? json(AppToJson(*present))
                       : json{{"sdkappid", sdkappid},
                              {"keys", json::array({RandomHex(kKeyBytes)})},
                              {"admins", json::array({kDefaultAdmin})}};
  if (members.contains("key")) whole.erase("keys");
  whole.update(members);
  return whole;
}

}  // namespace

std::optional<Refusal> ListApps(Exchange& exchange) { return ReplyApps(exchange); }

std::optional<Refusal> CreateApp(Exchange& exchange) {
  json declared = exchange.body;
  if (declared.is_object()) {
    if (declared.contains("sdkappid")) {
      return Refuse({"made by the server here; PUT apps/SDKAPPID takes one of yours", "/sdkappid"});
    }
    declared["sdkappid"] = 0;
    if (!declared.contains("key") && !declared.contains("keys")) declared["key"] = "made later";
  }
  Result<App> app = AppFromJson(declared);
  if (!app.ok()) return Refuse(app.error());
  if (!exchange.body.contains("key") && !exchange.body.contains("keys")) app.value().keys.clear();
  const Result<App> made = exchange.service().CreateApp(std::move(app).value());
  if (!made.ok()) return Refuse(made.error());
  exchange.response->headers.push_back(
      {"Location", "/_timock/apps/" + std::to_string(made.value().sdkappid)});
  return exchange.Reply(AppToJson(made.value()), 201);
}

std::optional<Refusal> ReplaceApps(Exchange& exchange) {
  static const Fields<AppList> fields({{"apps",
                                        [](const json& value, AppList* out) -> Problem {
                                          Result<std::vector<App>> apps = AppsFromJson(value);
                                          if (!apps) return apps.error();
                                          out->apps = std::move(apps).value();
                                          return {};
                                        },
                                        {},
                                        {}}});
  AppList list;
  if (const Problem problem = fields.Read(exchange.body, &list)) return Refuse(*problem);
  if (!list.apps) return Refuse({"missing; expected an array", "/apps"});
  if (const Result<Done> set = exchange.service().SetApps(*list.apps); !set) {
    return Refuse(set.error());
  }
  return ReplyApps(exchange);
}

std::optional<Refusal> DeleteApps(Exchange& exchange) {
  exchange.service().SetApps({}).value();
  return exchange.Reply();
}

std::optional<Refusal> GetApp(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  return exchange.Reply(AppToJson(*app));
}

// A clock alone, or a step of it, is set in place: the counters of the throttle stay.
std::optional<Refusal> PutClockOf(std::uint32_t sdkappid, Exchange& exchange) {
  Result<Done> set = Done{};
  std::string pointer = "/clock/unix";
  if (exchange.body.contains("advance")) {
    const json& step = exchange.body["advance"];
    const Result<std::chrono::nanoseconds> by = StepFromJson(step);
    if (!by) return Refuse(by.error().Below("/advance"));
    set = exchange.service().AdvanceAppClock(sdkappid, by.value());
    pointer = "/advance/" + step.begin().key();
  } else {
    std::optional<ClockSetting> setting;
    const json& clock = exchange.body["clock"];
    if (const Problem problem =
            clock.is_null() ? Problem() : Take(ClockFromJson(clock), &setting)) {
      return Refuse(problem->Below("/clock"));
    }
    set = exchange.service().SetAppClock(sdkappid, setting);
  }
  if (!set && set.error().code == Error::Code::kNotFound) return NoSuchApp(exchange);
  if (!set) return Refuse(set.error().Below(pointer));
  return GetApp(exchange);
}

std::optional<Refusal> PutApp(Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  if (!sdkappid) {
    return NotFound(exchange.path_value.substr(0, 100) +
                    ": expected an SDKAppID, a whole number from 0 to 4294967295");
  }
  const std::optional<App> present = exchange.service().FindApp(*sdkappid);
  json declared = exchange.body;
  if (declared.is_object() && declared.contains("advance") && declared.size() > 1) {
    return Refuse({"moves the clock of an app and leaves its counters; give it alone", "/advance"});
  }
  const bool clock_alone = declared.is_object() && declared.size() == 1 &&
                           (declared.contains("clock") || declared.contains("advance"));
  if (clock_alone && (present || declared.contains("advance"))) {
    return PutClockOf(*sdkappid, exchange);
  }
  if (declared.is_object()) declared = Changed(present, *sdkappid, declared);
  const Result<App> app = AppFromJson(declared);
  if (!app.ok()) return Refuse(app.error());
  if (app.value().sdkappid != *sdkappid) {
    return Refuse({"differs from the path's, " + exchange.path_value, "/sdkappid"});
  }
  if (const Result<Done> put = exchange.service().PutApp(app.value()); !put.ok()) {
    return Refuse(put.error());
  }
  return exchange.Reply(AppToJson(exchange.service().FindApp(*sdkappid).value_or(app.value())),
                        present ? 200 : 201);
}

std::optional<Refusal> DeleteApp(Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  if (!sdkappid || !exchange.service().RemoveApp(*sdkappid)) return NoSuchApp(exchange);
  return exchange.Reply();
}

std::optional<Refusal> GetNames(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  return exchange.Reply(AttrNamesToJson(app->names));
}

std::optional<Refusal> PutNames(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  const Result<AttrNames> names = AttrNamesFromJson(exchange.body);
  if (!names.ok()) return Refuse(names.error());
  const Result<Done> set = exchange.service().SetNames(app->sdkappid, names.value());
  if (!set.ok()) return Refuse(set.error());
  return exchange.Reply(AttrNamesToJson(names.value()));
}

std::optional<Refusal> SignUserSig(Exchange& exchange) {
  static const Fields<SignRequest> fields(
      {Describe("sdkappid", &SignRequest::sdkappid, OptionalType<WholeType<std::uint32_t>>()),
       Describe("identifier", &SignRequest::identifier, TextType()),
       Describe("expire", &SignRequest::expire,
                WholeType<std::int64_t>{-9'000'000'000, 9'000'000'000,
                                        "whole seconds, -9000000000 to 9000000000"})});
  SignRequest request;
  if (const Problem problem = fields.Read(exchange.body, &request)) return Refuse(*problem);
  if (request.identifier.empty()) {
    return Refuse({"expected the identifier to sign for, a string", "/identifier"});
  }
  if (std::optional<Refusal> refused = CheckKnownApp(exchange, request.sdkappid)) return refused;
  const Result<std::string> user_sig = exchange.service().Sign(
      *request.sdkappid, request.identifier, std::chrono::seconds{request.expire});
  if (!user_sig.ok()) return Refuse(user_sig.error());
  const auto decoded = DecodeUserSig(user_sig.value());
  return exchange.Reply(
      {{"usersig", user_sig.value()},
       {"expires_at", std::get<DecodedUserSig>(decoded).claims.time + request.expire},
       {"query", SignedQuery(*request.sdkappid, request.identifier, user_sig.value())}});
}

}  // namespace timock::control
