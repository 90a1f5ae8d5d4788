#include "model/model.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace timock::model {
namespace {

constexpr std::int64_t kMinute = 60 * kSecond;

}  // namespace

Draws::Draws(const json& fault) {
  alone_ = Service::Create().value();
  Fault twin{.action = {.error_code = 90994}, .seed = fault["seed"].get<std::uint64_t>()};
  twin.match.probability = fault["match"].value("probability", 1.0);
  const json delay = fault["action"].value("delay", json::object());
  if (delay.contains("uniform_ms")) {
    twin.action.delay = {.kind = FaultDelay::Kind::kUniform,
                         .low = std::chrono::milliseconds(delay["uniform_ms"][0]),
                         .high = std::chrono::milliseconds(delay["uniform_ms"][1])};
  } else if (delay.contains("log_normal")) {
    twin.action.delay = {.kind = FaultDelay::Kind::kLogNormal,
                         .median = std::chrono::milliseconds(delay["log_normal"]["median_ms"]),
                         .sigma = delay["log_normal"]["sigma"]};
  }
  (void)alone_->AddFault(twin).value();
}

bool Draws::Next(std::int64_t* delay_ms) {
  const auto reply = alone_->Handle(HttpRequest{.target = "/v4/all_member_push/im_set_attr_name"});
  *delay_ms = reply.fault ? reply.fault->delay.count() : 0;
  return reply.body.find("90994") != std::string::npos;
}

/// What a fault does to an envelope.
struct Model::Damage {
  bool drop_action_status = false;
  bool null_error_info = false;
  const json* names = nullptr;
};

std::string Model::Text(int code) const {
  static const json catalogue = Fixture("errors.json")["codes"];
  const auto own = profile_["error_info"].find(std::to_string(code));
  if (own != profile_["error_info"].end()) return *own;
  for (const auto& row : catalogue) {
    if (row["code"] == code) return row["text"];
  }
  return "error " + std::to_string(code);
}

std::string Model::Envelope(int code, const std::string& text, const Damage& damage) const {
  const std::string info = "\"ErrorInfo\":" + (damage.null_error_info ? "null" : json(text).dump());
  const std::string number = "\"ErrorCode\":" + std::to_string(code);
  const std::string order = profile_["key_order"];
  const bool code_first =
      order == "by_layer" ? code >= 60000 && code < 80000 : order == "error_code_first";
  std::string body = "{";
  if (!damage.drop_action_status && profile_["action_status"] == "present") {
    body += std::string("\"ActionStatus\":") + (code == 0 ? "\"OK\"," : "\"FAIL\",");
  }
  body += code_first ? number + "," + info : info + "," + number;
  if (damage.names != nullptr) body += ",\"AttrNames\":" + damage.names->dump();
  return body + "}";
}

void Model::Refuse(const std::string& rule) const {
  if (!profile_[rule].is_number()) return;
  const int code = profile_[rule];
  throw Refused{rule, code, Text(code)};
}

Reply Model::Handle(const Request& request) {
  const Target target(request.target);
  Reply reply{.content_type = profile_["content_type"]};
  json record = {{"method", request.method}, {"target", request.target},
                 {"tls", request.tls},       {"body", request.body},
                 {"command", nullptr},       {"sdkappid", nullptr},
                 {"rule", nullptr},          {"fault", nullptr},
                 {"error_code", nullptr},    {"body_bytes", request.body.size()},
                 {"connection", nullptr},    {"unix_ns", Now()}};
  const bool health = request.method == "HEAD" && target.path == "/";
  if (target.path_ok) record["command"] = target.command;
  json names;
  Damage damage;
  std::int64_t delay = 0;
  FaultState* fault = nullptr;
  json action = json::object();
  if (health) {
    reply.content_type.clear();
  } else {
    int code = 0;
    std::string text;
    try {
      fault = MeetFault(request, target, &delay);
      if (fault != nullptr) {
        action = fault->fault["action"];
        record["fault"] = fault->fault["id"];
      }
      if (action.contains("internal_error")) action["error_code"] = profile_["internal_error"];
      if (action.contains("error_code") || action.contains("http_status")) {
        const auto app = Decimal(target.Get("sdkappid"));
        if (app) record["sdkappid"] = *app;
        code = action.value("error_code", 0);
        text = action.value("error_info", Text(code));
      } else {
        reply.close = request.body.size() > max_body_;
        if (reply.close) record["command"] = nullptr, Refuse("body_too_large");
        Carry(request, target, &record, &names);
      }
    } catch (const Refused& refused) {
      code = refused.code;
      text = refused.text;
      record["rule"] = refused.rule;
    }
    damage = {action.contains("drop_action_status"), action.contains("null_error_info"),
              names.is_null() ? nullptr : &names};
    reply.status = action.value("http_status", 200);
    reply.content_type = action.value("content_type", reply.content_type);
    if (action.contains("http_status") && !action.contains("error_code")) {
      reply.body = action.value("body", "");
    } else {
      reply.body = Envelope(code, text, damage);
      record["error_code"] = code;
    }
  }
  if (delay > 0 || action.contains("ending")) {
    const std::vector<std::string> endings = {"none", "close", "reset", "truncate", "trickle"};
    const std::string ending = action.value("ending", "none");
    reply.transport =
        json{delay, std::find(endings.begin(), endings.end(), ending) - endings.begin(),
             action.contains("ending_after_bytes") ? action["ending_after_bytes"] : json(),
             action.value("trickle_bytes", 1), action.value("trickle_every_ms", 100)}
            .dump();
    if (ending == "close") record["error_code"] = nullptr;
  }
  record["id"] = ++last_id_;
  record["http_status"] = reply.status;
  record["reply"] = reply.body;
  const std::string command = target.served() && !record["command"].is_null() ? target.command : "";
  const json& code = record["error_code"];
  ++metrics_["{command=\"" + command + "\",code=\"" + (code.is_null() ? "none" : code.dump()) +
             "\"}"];
  calls_.push_back(std::move(record));
  return reply;
}

FaultState* Model::MeetFault(const Request& request, const Target& target, std::int64_t* delay_ms) {
  FaultState* met = nullptr;
  if (!target.served()) return nullptr;
  for (auto& state : faults_) {
    const json& match = state.fault["match"];
    const auto app = Decimal(target.Get("sdkappid"));
    const auto& identifiers = target.identifiers;
    if (match.contains("sdkappid") && (!app || match["sdkappid"] != *app)) continue;
    if (match.contains("command") && match["command"] != target.command &&
        std::string(kService) + match["command"].get<std::string>() != target.command) {
      continue;
    }
    if (match.contains("identifier") && std::find(identifiers.begin(), identifiers.end(),
                                                  match["identifier"]) == identifiers.end()) {
      continue;
    }
    if (match.contains("body")) {
      Body strict;
      if (!Parse(request.body, &strict) || NamesTwice(strict)) continue;
      const json body = json::parse(request.body);
      const json* at = At(body, match["body"].value("pointer", ""));
      if (at == nullptr || (match["body"].contains("equals") && *at != match["body"]["equals"])) {
        continue;
      }
    }
    if (++state.matched % match.value("every_nth", 1U) != 0) continue;
    std::int64_t delay = state.fault["action"].value("/delay/fixed_ms"_json_pointer, 0);
    std::int64_t drawn = 0;
    if (state.draws && !state.draws->Next(&drawn)) continue;
    delay += drawn;
    if (met != nullptr || (state.fault.contains("times") && state.hits >= state.fault["times"])) {
      continue;
    }
    ++state.hits;
    *delay_ms = delay;
    met = &state;
  }
  return met;
}

void Model::Carry(const Request& request, const Target& target, json* record, json* names) {
  if (!target.path_ok) Refuse("path_malformed");
  if (!target.served()) Refuse("command_unknown");
  if (request.method != "POST") Refuse("method_not_post");
  static const std::set<std::string> acceptable = {"POST", "GET", "PUT", "PATCH", "DELETE"};
  if (!acceptable.contains(request.method)) throw Refused{"method_not_post", 60002, Text(60002)};
  if (!request.tls) Refuse("plain_http");
  std::string type = target.Get("contenttype");
  for (char& c : type) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  if (type.empty()) Refuse("contenttype_missing");
  if (!type.empty() && type != "json") Refuse("contenttype_wrong");
  if (target.Get("sdkappid").empty()) Refuse("sdkappid_missing");
  const auto id = Decimal(target.Get("sdkappid"));
  if (!id) Refuse("sdkappid_malformed");
  (*record)["sdkappid"] = *id;
  if (target.Get("identifier").empty()) Refuse("identifier_missing");
  if (target.Get("random").empty()) Refuse("random_missing");
  if (!target.Get("random").empty() && !Decimal(target.Get("random"))) Refuse("random_malformed");
  const auto it = apps_.find(*id);
  AppState* app = it == apps_.end() ? nullptr : &it->second;
  const bool access = profile_["throttle"]["position"] == "access";
  if (access && app != nullptr) Throttle(app, target);
  if (app == nullptr) Refuse("sdkappid_unknown");
  std::vector<std::string> readings = target.identifiers;
  CheckAccount(app, request, target, &readings);
  const bool admin_first = profile_["admin_before_body"];
  if (admin_first) CheckAdmin(app->app, readings);
  if (!access) Throttle(app, target);
  if (!target.sets()) {
    Body body;
    if (!request.body.empty() && !Parse(request.body, &body)) Refuse("json_syntax");
    if (!admin_first) CheckAdmin(app->app, readings);
    *names = app->app["names"];
    return;
  }
  json changed = app->app;
  SetNames(&changed, request.body, admin_first ? nullptr : &readings);
  app->app = changed;
}

void Model::Throttle(AppState* app, const Target& target) {
  json rule = profile_["throttle"];
  const json limit = app->app.value("limit", rule["limit"]);
  if (app->app.contains("limit")) rule["burst"] = limit;
  if (!limit.is_number()) {
    ++metrics_["throttle admitted"];
    return;
  }
  const std::string scope = rule["scope"];
  const std::string row = scope == "app_and_command" ? target.command : "";
  const std::string key = scope == "app_and_identifier" ? target.SharedIdentifier() : row;
  const bool admitted = app->counters[key].Take(rule, limit, Now());
  app->rows[row].Note(rule["window_ms"].get<std::int64_t>() * 1'000'000, Now(), admitted);
  ++metrics_[admitted ? "throttle admitted" : "throttle refused"];
  if (!admitted) throw Refused{"throttle", rule["code"], Text(rule["code"])};
}

void Model::CheckAccount(AppState* app, const Request& request, const Target& target,
                         std::vector<std::string>* readings) {
  static const json regions = Fixture("hosts.json")["regions"];
  if (app->app["enabled"] == false) Refuse("sdkappid_disabled");
  const std::string authority = target.host.empty() ? request.host : target.host;
  const std::string host = authority.substr(0, authority.find(':'));
  for (const auto& region : regions) {
    for (const auto& row : region["hosts"]) {
      if (row["host"] == host && app->app["region"] != "any" &&
          app->app["region"] != region["region"]) {
        Refuse("host_region_mismatch");
      }
    }
  }
  if (verify_) CheckUserSig(app, target, readings);
  const json& feature = app->app["feature"];
  const bool active =
      feature.is_string()
          ? feature == "on"
          : Now() >= (feature["approved_at"].get<std::int64_t>() + 48 * 3600) * kSecond;
  if (!active) Refuse("feature_off");
}

void Model::CheckUserSig(AppState* app, const Target& target, std::vector<std::string>* readings) {
  const json& rule = profile_["usersig_lockout"];
  const std::size_t failures = rule["failures"];
  Lock& lock = app->locks[target.identifiers[0]];
  const std::int64_t window = rule["window_s"].get<std::int64_t>() * kSecond;
  if (failures > 0) {
    const auto behind = [&](std::optional<std::int64_t>* newest, std::int64_t reach) {
      const bool emptied = *newest && Now() < **newest - reach;
      *newest = emptied || !*newest ? Now() : std::max(Now(), **newest);
      return emptied;
    };
    if (behind(&lock.newest_failure_check, window)) lock.failures.clear();
    if (behind(&lock.newest_lock_check, kMinute)) lock.since.reset();
  }
  if (failures > 0 && lock.since && *lock.newest_lock_check < *lock.since + kMinute) {
    throw Refused{"usersig_lockout", rule["code"], Text(rule["code"])};
  }
  const std::string wrong = UserSigFault(app->app, target, readings);
  if (wrong.empty()) return;
  if (failures > 0) {
    const std::int64_t now = *lock.newest_failure_check;
    std::erase_if(lock.failures, [&](std::int64_t at) { return at <= now - window; });
    lock.failures.push_back(now);
    if (lock.failures.size() >= failures) {
      lock.since = Now();
      lock.newest_lock_check = Now();
      lock.failures.clear();
    }
  }
  Refuse(wrong);
}

std::string Model::UserSigFault(const json& app, const Target& target,
                                std::vector<std::string>* readings) const {
  const std::string text = target.Get("usersig");
  if (text.empty()) return "usersig_missing";
  const auto it = sigs_.find(text);
  if (it == sigs_.end() || it->second.malformed) return "usersig_malformed";
  const Sig& sig = it->second;
  if (std::find(readings->begin(), readings->end(), sig.identifier) == readings->end()) {
    return "usersig_identifier_mismatch";
  }
  *readings = {sig.identifier};
  if (sig.sdkappid != app["sdkappid"]) return "usersig_sdkappid_mismatch";
  if (Floor(Now(), kSecond) / kSecond > sig.time + sig.expire &&
      profile_["usersig_expired"].is_number()) {
    return "usersig_expired";
  }
  if (!sig.has_signature) return "usersig_malformed";
  const json& keys = app["keys"];
  if (std::find(keys.begin(), keys.end(), sig.key) == keys.end()) return "usersig_signature_wrong";
  return "";
}

void Model::CheckAdmin(const json& app, const std::vector<std::string>& readings) const {
  const json& admins = app["admins"];
  const bool admin = std::any_of(readings.begin(), readings.end(), [&](const std::string& name) {
    return std::find(admins.begin(), admins.end(), name) != admins.end();
  });
  if (!admin) Refuse("not_admin");
}

void Model::SetNames(json* app, const std::string& text,
                     const std::vector<std::string>* late) const {
  Body body;
  if (text.empty()) Refuse("body_empty");
  if (!Parse(text, &body)) Refuse("json_syntax");
  if (!body.is_object()) Refuse("body_not_object");
  std::vector<const Body*> all;
  bool unknown = false;
  for (const auto& [name, value] : body.items()) {
    name == "AttrNames" ? all.push_back(&value) : static_cast<void>(unknown = true);
  }
  if (all.empty()) Refuse("attr_names_missing");
  if (unknown) Refuse("unknown_fields");
  const bool first_wins = profile_["duplicate_key"] == "first_wins";
  if (all.size() > 1) Refuse("duplicate_key");
  const Body& names = first_wins ? *all.front() : *all.back();
  if (!names.is_object() &&
      !(names.is_array() && profile_["attr_names_not_object"] == "as_object")) {
    const json& other = profile_["attr_names_not_object"];
    if (!other.is_number()) throw Refused{"attr_names_not_object", 90001, Text(90001)};
    Refuse("attr_names_not_object");
  }
  if (names.empty()) Refuse("attr_names_empty");
  std::vector<std::pair<std::string, const Body*>> slots;
  std::set<std::string> twice;
  for (const auto& [key, value] : names.items()) {
    const auto same = std::find_if(slots.begin(), slots.end(),
                                   [&, &key = key](const auto& slot) { return slot.first == key; });
    if (same == slots.end()) {
      slots.emplace_back(key, &value);
    } else {
      twice.insert(key);
      if (!first_wins) same->second = &value;
    }
  }
  std::vector<std::pair<std::string, std::string>> table;  // untouched slots, then the call's
  for (const auto& [key, value] : slots) {
    if (key.size() != 1 || key[0] < '0' || key[0] > '9') Refuse("key_invalid");
    if (twice.contains(key)) Refuse("duplicate_key");
    if (!value->is_string()) Refuse("value_not_string");
    const std::string name = *value;
    if (name.empty()) Refuse("name_empty");
    if (name.size() > 50) Refuse("name_too_long");
    table.emplace_back(key, name);
  }
  if (late != nullptr) CheckAdmin(*app, *late);
  json result = profile_["second_call"] == "replace" ? json::object() : (*app)["names"];
  for (const auto& [key, name] : table) result.erase(key);
  std::vector<std::pair<std::string, std::string>> whole;
  for (const auto& [key, name] : result.items()) whole.emplace_back(key, name);
  whole.insert(whole.end(), table.begin(), table.end());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (whole[i].second != whole[k].second || !profile_["duplicate_name"].is_number()) continue;
      const int code = profile_["duplicate_name"];
      const bool own = profile_["error_info"].contains(std::to_string(code));
      throw Refused{"duplicate_name", code,
                    code == 90033 && !own ? "attrName:" + whole[i].second +
                                                " already exists at index:" + whole[k].first
                                          : Text(code)};
    }
  }
  for (const auto& [key, name] : table) result[key] = name;
  (*app)["names"] = result;
}

}  // namespace timock::model
