#include "model/model.h"

#include <algorithm>

namespace timock::model {

std::int64_t Log::Look(std::int64_t window, std::int64_t now) {
  if (newest && now < *newest - window) *this = {};
  newest = std::max(now, newest.value_or(now));
  return *newest;
}

std::int64_t Log::In(std::int64_t window, std::int64_t now) const {
  Log log = *this;
  const std::int64_t from = log.Look(window, now) - window;
  return std::count_if(log.at.begin(), log.at.end(), [&](auto moment) { return moment > from; });
}

namespace {

using nlohmann::ordered_json;

constexpr std::int64_t kMinute = 60 * kSecond;

struct Refused {
  std::string rule;
  int code;
  std::string text;
};

/// The throttle of the profile as it holds for this app; `window` is in nanoseconds.
json RuleFor(const json& profile, const json& app) {
  json rule = profile["throttle"];
  if (app.contains("limit")) rule["limit"] = rule["burst"] = app["limit"];
  rule["window"] = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  return rule;
}

/// Whether a call would pass, from a log of all that took a place.
bool Admits(Log log, const json& rule, std::int64_t now) {
  if (!rule["limit"].is_number()) return true;
  const std::int64_t window = rule["window"];
  const std::int64_t limit = rule["limit"];
  const std::string algorithm = rule["algorithm"];
  now = log.Look(window, now);
  const std::int64_t into = now % window;  // the aligned window
  const std::int64_t current = log.In(into + 1, now);
  const std::int64_t previous = log.In(into + 1 + window, now) - current;
  if (algorithm == "sliding_window") return log.In(window, now) < limit;
  if (algorithm == "fixed_window") return current < limit;
  if (algorithm == "sliding_counter") {
    return previous * (window - into) + current * window < limit * window;
  }
  log.at.push_back(now);
  std::vector<std::int64_t> from_first;
  // In parts: a token is `window` of them, and `limit` come each nanosecond. Below 0: not enough.
  const std::int64_t full = rule["burst"].get<std::int64_t>() * window;
  std::int64_t tokens = full;
  std::int64_t filled = log.at[0];
  for (const auto at : log.at) {
    if (!from_first.empty() && at >= from_first[0] + window) from_first.clear();
    from_first.push_back(at);
    tokens = std::max(tokens, std::int64_t{0}) + std::min(at - filled, full) * limit;
    tokens = std::min(tokens, full) - window;
    filled = at;
  }
  return algorithm == "token_bucket" ? tokens >= 0 : from_first.size() <= rule["limit"];
}

/// One call on its way.
struct Call {
  Model& m;
  const HttpRequest& request;
  const Target target = Target(request.target);
  const json& profile = m.profile;
  AppState* app = nullptr;
  json readings = target.identifiers;  ///< Who may be meant.
  json names = {};                     ///< What im_get_attr_name adds.
  json record = R"({"sdkappid": null, "command": null, "rule": null, "fault": null,
                    "error_code": null, "connection": null})"_json;
  json reply = R"({"status": 200, "type": "", "close": false, "transport": null, "body": ""})"_json;

  std::string Text(int code) const {
    static const json catalogue = Fixture("errors.json")["codes"];
    std::string text = "error " + std::to_string(code);
    for (const auto& row : catalogue) {
      if (row["code"] == code) text = row["text"];
    }
    return profile["error_info"].value(std::to_string(code), text);
  }

  void Refuse(const std::string& rule, const json& code) const {
    if (code.is_number()) throw Refused{rule, code, Text(code)};
  }

  void Check(const std::string& rule, bool wrong) const {
    if (wrong) Refuse(rule, profile[rule]);
  }

  json Run() {
    if (target.path_ok) record["command"] = target.command;
    if (request.method != "HEAD" || target.path != "/") Answer();
    const json& code = record["error_code"];
    const bool named = target.served() && !record["command"].is_null();
    ++m.metrics["timock_calls_total{command=\"" + (named ? target.command : "") + "\",code=\"" +
                (code.is_null() ? "none" : code.dump()) + "\"}"];
    record.update({{"id", ++m.last_id},
                   {"unix_ns", m.Now()},
                   {"method", request.method},
                   {"target", request.target},
                   {"tls", request.tls},
                   {"body", request.body},
                   {"body_bytes", request.body.size()},
                   {"http_status", reply["status"]},
                   {"reply", reply["body"]}});
    m.calls.push_back(record);
    return reply;
  }

  void Answer() {
    json action = MeetFault();
    Refused outcome{"", 0, ""};
    if (action.contains("internal_error")) action["error_code"] = profile["internal_error"];
    const bool coded = action.contains("error_code");
    const bool bare = action.contains("http_status") && !coded;
    try {
      if (coded || bare) {
        const auto id = Decimal(target.Get("sdkappid"));
        if (id) record["sdkappid"] = *id;
        outcome.code = action.value("error_code", 0);
        outcome.text = action.value("error_info", Text(outcome.code));
      } else {
        CheckAccess();
        CheckAccount();
        CheckService();
      }
    } catch (const Refused& refused) {
      outcome = refused;
      record["rule"] = refused.rule;
    }
    if (!bare && action.value("ending", "") != "close") record["error_code"] = outcome.code;
    reply["status"] = action.value("http_status", 200);
    reply["type"] = action.value("content_type", profile["content_type"]);
    reply["body"] = bare ? action.value("body", "") : Envelope(outcome, action);
    static const json nothing = R"({"delay": 0, "ending": "none", "ending_after_bytes": null,
                                    "trickle_bytes": 1, "trickle_every_ms": 100})"_json;
    json transport = nothing;
    for (const auto& [name, value] : nothing.items()) transport[name] = action.value(name, value);
    if (transport != nothing) reply["transport"] = transport;
  }

  std::string Envelope(const Refused& outcome, const json& action) const {
    const std::string order = profile["key_order"];
    ordered_json out;
    if (!action.contains("drop_action_status") && profile["action_status"] == "present") {
      out["ActionStatus"] = outcome.code == 0 ? "OK" : "FAIL";
    }
    const bool access_layer = outcome.code >= 60000 && outcome.code < 80000;
    if (order == "error_code_first" || (order == "by_layer" && access_layer)) out["ErrorCode"] = 0;
    out["ErrorInfo"] = action.contains("null_error_info") ? json() : json(outcome.text);
    out["ErrorCode"] = outcome.code;
    if (!names.is_null()) out["AttrNames"] = names;
    return out.dump();
  }

  bool Fits(const json& match) const {
    const auto id = Decimal(target.Get("sdkappid"));
    const json app_seen = id ? json(*id) : json();
    if (match.value("sdkappid", app_seen) != app_seen) return false;
    const std::string command = match.value("command", target.command);
    if (!("/" + target.command).ends_with("/" + command)) return false;
    const std::string identifier = match.value("identifier", target.identifiers[0]);
    if (!Holds(target.identifiers, identifier)) return false;
    if (!match.contains("body")) return true;
    Body strict;
    if (!Parse(request.body, &strict) || NamesTwice(strict)) return false;
    const json body = json::parse(request.body);
    const json* at = At(body, match["body"].value("pointer", ""));
    return at != nullptr && match["body"].value("equals", *at) == *at;
  }

  /// The action of the fault that the call meets, with its delay as a number.
  json MeetFault() {
    json action = json::object();
    for (auto& fault : m.faults) {
      const auto add = [&](const char* name) { fault[name] = fault[name].get<int>() + 1; };
      const json& match = fault["match"];
      if (!target.served() || !Fits(match)) continue;
      add("matched");
      if (fault["matched"].get<int>() % match.value("every_nth", 1) != 0) continue;
      const auto drawn = m.draws[fault["id"]]->Handle({.target = "/v4/" + target.command});
      const bool used_up = fault["hits"] == fault.value("times", json());
      if (drawn.status != 599 || used_up || !record["fault"].is_null()) continue;
      add("hits");
      record["fault"] = fault["id"];
      action = fault["action"];
      action["delay"] = action.value("/delay/fixed_ms"_json_pointer, 0) +
                        (drawn.fault ? drawn.fault->delay.count() : 0);
    }
    return action;
  }

  void CheckAccess() {
    const std::string method = request.method;
    const std::string type = Lower(target.Get("contenttype"));
    const std::string random = target.Get("random");
    const auto id = Decimal(target.Get("sdkappid"));
    reply["close"] = request.body.size() > m.max_body;
    if (reply["close"]) record["command"] = nullptr;
    Check("body_too_large", reply["close"]);
    Check("path_malformed", !target.path_ok);
    Check("command_unknown", !target.served());
    Check("method_not_post", method != "POST");
    if (!Holds({"POST", "GET", "PUT", "PATCH", "DELETE"}, method)) Refuse("method_not_post", 60002);
    Check("plain_http", !request.tls);
    Check("contenttype_missing", type.empty());
    Check("contenttype_wrong", !type.empty() && type != "json");
    Check("sdkappid_missing", target.Get("sdkappid").empty());
    Check("sdkappid_malformed", !id);
    record["sdkappid"] = *id;
    Check("identifier_missing", target.Get("identifier").empty());
    Check("random_missing", random.empty());
    Check("random_malformed", !random.empty() && !Decimal(random));
    if (m.apps.contains(*id)) app = &m.apps.at(*id);
    if (app != nullptr && profile["throttle"]["position"] == "access") Throttle();
    Check("sdkappid_unknown", app == nullptr);
  }

  void Throttle() {
    const json rule = RuleFor(profile, app->app);
    const std::int64_t window = rule["window"];
    const std::string command = rule["scope"] == "app_and_command" ? target.command : "";
    const bool by_identifier = rule["scope"] == "app_and_identifier";
    Log& counter = app->counters[by_identifier ? target.SharedIdentifier() : command];
    const bool admitted = Admits(counter, rule, m.Now());
    ++m.metrics[std::string("timock_throttle_total{outcome=\"") +
                (admitted ? "admitted\"}" : "refused\"}")];
    if (!rule["limit"].is_number()) return;
    counter.Look(window, m.Now());
    if (admitted || rule["count_refused"]) counter.Add(window, m.Now());
    Row& row = app->rows[command];
    row.log[!admitted].Look(window, m.Now());
    row.log[admitted].Add(window, m.Now());
    ++row.total[admitted];
    row.worst = std::max(row.worst, row.log[true].In(window, m.Now()));
    if (!admitted) Refuse("throttle", rule["code"]);
  }

  void CheckAccount() {
    static const json regions = Fixture("hosts.json")["regions"];
    Check("sdkappid_disabled", app->app["enabled"] == false);
    const std::string authority = target.host.empty() ? request.headers[0].value : target.host;
    const std::string host = authority.substr(0, authority.find(':'));
    const json& own = app->app["region"];
    for (const auto& region : regions) {
      for (const auto& row : region["hosts"]) {
        const bool other = own != "any" && own != region["region"];
        Check("host_region_mismatch", other && row["host"] == host);
      }
    }
    if (m.verify) CheckLock();
    const json& feature = app->app["feature"];
    const std::int64_t active =
        feature.is_object() ? feature["approved_at"].get<std::int64_t>() + 48LL * 3600 : 0;
    Check("feature_off", feature == "off" || m.Now() < active * kSecond);
  }

  void CheckLock() {
    const json& rule = profile["usersig_lockout"];
    const std::int64_t window = rule["window_s"].get<std::int64_t>() * kSecond;
    if (rule["failures"] == 0) return CheckUserSig();
    Log& failures = app->failures[target.identifiers[0]];
    Log& lock = app->locks[target.identifiers[0]];
    failures.Look(window, m.Now());
    lock.Look(kMinute, m.Now());
    if (lock.In(kMinute, m.Now()) > 0) Refuse("usersig_lockout", rule["code"]);
    try {
      CheckUserSig();
    } catch (const Refused&) {
      failures.Add(window, m.Now());
      if (failures.In(window, m.Now()) >= rule["failures"]) {
        failures.at.clear();
        lock = {};
        lock.Add(kMinute, m.Now());
      }
      throw;
    }
  }

  void CheckUserSig() {
    const std::string text = target.Get("usersig");
    Check("usersig_missing", text.empty());
    Check("usersig_malformed", !m.sigs.contains(text));
    const json& sig = m.sigs.at(text);
    const std::int64_t last = sig["time"].get<std::int64_t>() + sig["expire"].get<std::int64_t>();
    Check("usersig_identifier_mismatch", !Holds(readings, sig["identifier"]));
    readings = json::array({sig["identifier"]});
    Check("usersig_sdkappid_mismatch", sig["sdkappid"] != app->app["sdkappid"]);
    Check("usersig_expired", m.Now() / kSecond > last);
    Check("usersig_malformed", sig["key"].is_null());
    Check("usersig_signature_wrong", !Holds(app->app["keys"], sig["key"]));
  }

  void CheckAdmin() const {
    Check("not_admin", std::none_of(readings.begin(), readings.end(), [&](const json& name) {
            return Holds(app->app["admins"], name);
          }));
  }

  void CheckService() {
    const bool admin_first = profile["admin_before_body"];
    const bool sets = target.sets();
    if (admin_first) CheckAdmin();
    if (profile["throttle"]["position"] == "service") Throttle();
    Body body;
    Check("body_empty", sets && request.body.empty());
    Check("json_syntax", !Parse(request.body, &body) && !request.body.empty());
    const ordered_json slots = sets ? CheckBody(body) : ordered_json();
    if (!admin_first) CheckAdmin();
    if (sets) SetNames(slots);
    if (!sets) names = app->app["names"];
  }

  /// The slots of the body, in its order.
  ordered_json CheckBody(const Body& body) const {
    Check("body_not_object", !body.is_object());
    std::vector<const Body*> all;
    for (const auto& [name, value] : body.items()) {
      if (name == "AttrNames") all.push_back(&value);
    }
    Check("attr_names_missing", all.empty());
    Check("duplicate_key", all.size() > 1);
    Check("unknown_fields", all.size() < body.size());
    const bool first_wins = profile["duplicate_key"] == "first_wins";
    const Body& given = first_wins ? *all.front() : *all.back();
    const json& otherwise = profile["attr_names_not_object"];
    if (!given.is_object() && !(given.is_array() && otherwise == "as_object")) {
      Refuse("attr_names_not_object", otherwise.is_number() ? otherwise : json(90001));
    }
    Check("attr_names_empty", given.empty());
    ordered_json slots = ordered_json::object();
    std::map<std::string, int> times;
    for (const auto& [key, value] : given.items()) {
      if (++times[key] == 1 || !first_wins) slots[key] = value;
    }
    for (const auto& [key, value] : slots.items()) {
      Check("key_invalid", key.size() != 1 || key[0] < '0' || key[0] > '9');
      Check("duplicate_key", times[key] > 1);
      Check("value_not_string", !value.is_string());
      const std::string name = value;
      Check("name_empty", name.empty());
      Check("name_too_long", name.size() > 50);
    }
    return slots;
  }

  void SetNames(const ordered_json& slots) const {
    const bool replace = profile["second_call"] == "replace";
    ordered_json table = replace ? json::object() : app->app["names"];
    for (const auto& [key, name] : slots.items()) table.erase(key);
    table.update(slots);
    std::map<std::string, std::string> first;
    for (const auto& [key, name] : table.items()) {
      const auto [at, fresh] = first.emplace(name, key);
      const json& code = profile["duplicate_name"];
      if (fresh || !code.is_number()) continue;
      const bool own = code != 90033 || profile["error_info"].contains("90033");
      throw Refused{
          "duplicate_name", code,
          own ? Text(code) : "attrName:" + at->first + " already exists at index:" + at->second};
    }
    app->app["names"] = table;
  }
};

}  // namespace

json Model::Handle(const HttpRequest& request) { return Call{*this, request}.Run(); }

json Model::ThrottleView(const json& sdkappid) const {
  if (!sdkappid.is_null() && !apps.contains(sdkappid)) return {};
  const json& shown = profile["throttle"];
  json out = json::array();
  for (const auto& [id, app] : apps) {
    if (!sdkappid.is_null() && sdkappid != id) continue;
    const json rule = RuleFor(profile, app.app);
    const std::int64_t window = rule["window"];
    auto rows = app.rows;
    if (rows.empty()) rows[""];
    for (auto& [command, row] : rows) {
      const Log counter = app.counters.contains(command) ? app.counters.at(command) : Log();
      std::int64_t free = Now();
      for (std::int64_t step = Admits(counter, rule, free) ? 0 : 2 * window; step > 0; step /= 2) {
        while (!Admits(counter, rule, free + step - 1)) free += step;
      }
      const bool alone = rule["scope"] == "app_and_identifier";
      out.push_back({{"sdkappid", id},
                     {"command", command.empty() ? json() : json(command)},
                     {"limit", rule["limit"]},
                     {"admitted", row.log[true].In(window, Now())},
                     {"refused", row.log[false].In(window, Now())},
                     {"next_free", alone ? json() : json(free)},
                     {"worst_admitted", row.worst},
                     {"worst_at_least", false},
                     {"admitted_total", row.total[true]},
                     {"refused_total", row.total[false]}});
    }
  }
  return {{"window_ms", shown["window_ms"]},
          {"algorithm", shown["algorithm"]},
          {"scope", shown["scope"]},
          {"apps", out}};
}

}  // namespace timock::model
