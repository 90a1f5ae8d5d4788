#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/app_fields.h"
#include "base/secrets.h"
#include "control/handlers.h"
#include "service/state_json.h"
#include "text/url.h"
#include "timock/user_sig.h"

namespace timock::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kKeyBytes = 32;
constexpr std::int64_t kMaxExpireSeconds = 9'000'000'000;
constexpr std::int64_t kDefaultExpireSeconds = 86'400;

Refusal NoSuchApp(const Exchange& exchange) {
  return NotFound("there is no app " + exchange.path_value.substr(0, 100));
}

// The app that the path names.
std::optional<App> PathApp(const Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  return sdkappid ? exchange.service().FindApp(*sdkappid) : std::nullopt;
}

void ReplyApps(Exchange& exchange) {
  ordered_json apps = ordered_json::array();
  for (const App& app : exchange.service().Apps()) apps.push_back(AppToJson(app));
  exchange.Reply({{"apps", std::move(apps)}});
}

// `members` laid over the app as it stands, or over a new one with a key of its own.
json LaidOver(const std::optional<App>& present, std::uint32_t sdkappid, const json& members) {
  json whole = present ? json(AppToJson(*present))
                       : json{{"sdkappid", sdkappid},
                              {"keys", json::array({RandomHex(kKeyBytes)})},
                              {"admins", json::array({kDefaultAdmin})}};
  if (members.contains("key")) whole.erase("keys");
  whole.update(members);
  return whole;
}

}  // namespace

Outcome ListApps(Exchange& exchange) {
  ReplyApps(exchange);
  return {};
}

Outcome CreateApp(Exchange& exchange) {
  json declared = exchange.body;
  if (declared.is_object()) {
    if (declared.contains("sdkappid")) {
      return BadMember("/sdkappid",
                       "made by the server here; PUT apps/SDKAPPID takes one of yours");
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
  exchange.Reply(AppToJson(made.value()), 201);
  return {};
}

Outcome ReplaceApps(Exchange& exchange) {
  if (Outcome refused = CheckMembers(exchange.body, {"apps"})) return refused;
  if (!exchange.body.contains("apps")) return BadMember("/apps", "missing; expected an array");
  const Result<std::vector<App>> apps = AppsFromJson(exchange.body["apps"]);
  if (!apps.ok()) return Refuse(apps.error().Below("/apps"));
  if (const Result<Done> set = exchange.service().SetApps(apps.value()); !set.ok()) {
    return Refuse(set.error());
  }
  ReplyApps(exchange);
  return {};
}

Outcome DeleteApps(Exchange& exchange) {
  exchange.service().SetApps({}).value();
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome GetApp(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  exchange.Reply(AppToJson(*app));
  return {};
}

Outcome PutApp(Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  if (!sdkappid) {
    return NotFound(exchange.path_value.substr(0, 100) +
                    ": expected an SDKAppID, a whole number from 0 to 4294967295");
  }
  const std::optional<App> present = exchange.service().FindApp(*sdkappid);
  json declared = exchange.body;
  if (declared.is_object()) declared = LaidOver(present, *sdkappid, declared);
  const Result<App> app = AppFromJson(declared);
  if (!app.ok()) return Refuse(app.error());
  if (app.value().sdkappid != *sdkappid) {
    return BadMember("/sdkappid", "differs from the path's, " + exchange.path_value);
  }
  if (const Result<Done> put = exchange.service().PutApp(app.value()); !put.ok()) {
    return Refuse(put.error());
  }
  exchange.Reply(AppToJson(app.value()), present ? 200 : 201);
  return {};
}

Outcome DeleteApp(Exchange& exchange) {
  const auto sdkappid = ReadUint32(exchange.path_value);
  if (!sdkappid || !exchange.service().RemoveApp(*sdkappid)) return NoSuchApp(exchange);
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome GetNames(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  exchange.Reply(AttrNamesToJson(app->names));
  return {};
}

Outcome PutNames(Exchange& exchange) {
  const std::optional<App> app = PathApp(exchange);
  if (!app) return NoSuchApp(exchange);
  const Result<AttrNames> names = AttrNamesFromJson(exchange.body);
  if (!names.ok()) return Refuse(names.error());
  const Result<Done> set = exchange.service().SetNames(app->sdkappid, names.value());
  if (!set.ok()) return Refuse(set.error());
  exchange.Reply(AttrNamesToJson(names.value()));
  return {};
}

Outcome SignUserSig(Exchange& exchange) {
  const json& body = exchange.body;
  if (Outcome refused = CheckMembers(body, {"sdkappid", "identifier", "expire"})) return refused;
  const std::string identifier = body.contains("identifier") && body["identifier"].is_string()
                                     ? body["identifier"].get<std::string>()
                                     : std::string();
  if (identifier.empty()) {
    return BadMember("/identifier", "expected the identifier to sign for, a string");
  }
  std::int64_t expire = kDefaultExpireSeconds;
  if (body.contains("expire")) {
    const json& value = body["expire"];
    if (!value.is_number_integer() || value < -kMaxExpireSeconds || value > kMaxExpireSeconds) {
      return BadMember("/expire", "expected whole seconds, -9000000000 to 9000000000");
    }
    expire = value.get<std::int64_t>();
  }
  std::uint32_t sdkappid = 0;
  if (Outcome refused = ReadKnownApp(exchange, &sdkappid)) return refused;
  const Result<std::string> user_sig =
      exchange.service().Sign(sdkappid, identifier, std::chrono::seconds{expire});
  if (!user_sig.ok()) return Refuse(user_sig.error());
  const auto decoded = DecodeUserSig(user_sig.value());
  exchange.Reply({{"usersig", user_sig.value()},
                  {"expires_at", std::get<DecodedUserSig>(decoded).claims.time + expire},
                  {"query", SignedQuery(sdkappid, identifier, user_sig.value())}});
  return {};
}

}  // namespace timock::control
