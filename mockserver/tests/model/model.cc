#include "model/model.h"

#include <algorithm>

namespace timock::model {
namespace {

constexpr std::int64_t kMinute = 60 * kSecond;
using nlohmann::ordered_json;

struct Refused {
  std::string rule;
  int code;
  std::string text;
};

/// One call on its way.
struct Call {
  Model& m;
  const HttpRequest& request;
  const Target target = Target(request.target);
  const json& profile = m.profile;
  json record = {};
  AppState* app = nullptr;
  json readings = target.identifiers;  ///< Who may be meant.
  json names = {};                     ///< What im_get_attr_name adds.

  std::string Text(int code) const {
    static const json catalogue = Fixture("errors.json")["codes"];
    const std::string otherwise = "error " + std::to_string(code);
    for (const auto& row : catalogue) {
      if (row["code"] == code)
        return profile["error_info"].value(std::to_string(code), row["text"]);
    }
    return profile["error_info"].value(std::to_string(code), otherwise);
  }

  void Refuse(const std::string& rule, const json& code) const {
    if (code.is_number()) throw Refused{rule, code, Text(code)};
  }

  void Check(const std::string& rule, bool wrong) const {
    if (wrong) Refuse(rule, profile[rule]);
  }

  json Run() {
    record = {{"method", request.method},
              {"target", request.target},
              {"tls", request.tls},
              {"body", request.body},
              {"body_bytes", request.body.size()},
              {"command", target.path_ok ? json(target.command) : json()},
              {"unix_ns", m.Now()}};
    for (const auto* open : {"sdkappid", "rule", "fault", "error_code", "connection"}) {
      record[open] = nullptr;
    }
    if (request.method == "HEAD" && target.path == "/")
      return Finish({200, "", false, nullptr, ""});
    std::int64_t delay = 0;
    json action = MeetFault(&delay);
    bool close = false;
    Refused outcome{"", 0, ""};
    if (action.contains("internal_error")) action["error_code"] = profile["internal_error"];
    try {
      if (action.contains("error_code") || action.contains("http_status")) {
        const auto id = Decimal(target.Get("sdkappid"));
        if (id) record["sdkappid"] = *id;
        const int code = action.value("error_code", 0);
        outcome = {"", code, action.value("error_info", Text(code))};
      } else {
        close = request.body.size() > m.max_body;
        if (close) record["command"] = nullptr;
        Check("body_too_large", close);
        CheckAccess();
        CheckAccount();
        CheckService();
      }
    } catch (const Refused& refused) {
      outcome = refused;
      record["rule"] = refused.rule;
    }
    const bool bare = action.contains("http_status") && !action.contains("error_code");
    const std::string ending = action.value("ending", "none");
    if (!bare && ending != "close") record["error_code"] = outcome.code;
    const json transport = {{"delay", delay},
                            {"ending", ending},
                            {"ending_after_bytes", action.value("ending_after_bytes", json())},
                            {"trickle_bytes", action.value("trickle_bytes", 1)},
                            {"trickle_every_ms", action.value("trickle_every_ms", 100)}};
    return Finish({action.value("http_status", 200),
                   action.value("content_type", profile["content_type"]), close,
                   delay > 0 || ending != "none" ? transport : json(),
                   bare ? action.value("body", "") : Envelope(outcome, action)});
  }

  json Finish(const json& reply) {
    record["id"] = ++m.last_id;
    record["http_status"] = reply[0];
    record["reply"] = reply[4];
    const json& code = record["error_code"];
    const bool named = target.served() && !record["command"].is_null();
    ++m.metrics["timock_calls_total{command=\"" + (named ? target.command : "") + "\",code=\"" +
                (code.is_null() ? "none" : code.dump()) + "\"}"];
    m.calls.push_back(record);
    return reply;
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

  /// The action of the fault that the call meets, and its delay.
  json MeetFault(std::int64_t* delay) {
    json action = json::object();
    for (auto& fault : m.faults) {
      const json& match = fault["match"];
      if (!target.served() || !Fits(match)) continue;
      fault["matched"] = fault["matched"].get<int>() + 1;
      if (fault["matched"].get<int>() % match.value("every_nth", 1) != 0) continue;
      std::int64_t held = fault["action"].value("/delay/fixed_ms"_json_pointer, 0);
      const auto drawn = m.draws[fault["id"]]->Handle({.target = "/v4/" + target.command});
      if (drawn.status != 599) continue;
      if (drawn.fault) held += drawn.fault->delay.count();
      if (!record["fault"].is_null() || fault["hits"] == fault.value("times", json())) continue;
      fault["hits"] = fault["hits"].get<int>() + 1;
      record["fault"] = fault["id"];
      action = fault["action"];
      *delay = held;
    }
    return action;
  }

  void CheckAccess() {
    const std::string method = request.method;
    const std::string type = Lower(target.Get("contenttype"));
    const std::string random = target.Get("random");
    const auto id = Decimal(target.Get("sdkappid"));
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
    const auto it = m.apps.find(*id);
    if (it != m.apps.end()) app = &it->second;
    if (app != nullptr && profile["throttle"]["position"] == "access") Throttle();
    Check("sdkappid_unknown", app == nullptr);
  }

  void Throttle() {
    const json rule = RuleFor(profile, app->app);
    const std::int64_t window = rule["window"];
    const std::string scope = rule["scope"];
    const std::string command = scope == "app_and_command" ? target.command : "";
    Log& counter =
        app->counters[scope == "app_and_identifier" ? target.SharedIdentifier() : command];
    const bool admitted = Admits(counter, rule, m.Now());
    ++m.metrics[std::string("timock_throttle_total{outcome=\"") +
                (admitted ? "admitted\"}" : "refused\"}")];
    if (!rule["limit"].is_number()) return;
    const auto at = counter.Look(window, m.Now());
    if (admitted || rule["count_refused"]) counter.places.push_back({at, admitted});
    Row& row = app->rows[command];
    row.calls.places.push_back({row.calls.Look(window, m.Now()), admitted});
    row.worst = std::max(row.worst, row.InWindow(true, rule, m.Now()));
    ++row.totals[admitted];
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
    if (m.verify) CheckUserSig();
  }

  void CheckUserSig() {
    const json& rule = profile["usersig_lockout"];
    const std::size_t failures = rule["failures"];
    const std::int64_t window = rule["window_s"].get<std::int64_t>() * kSecond;
    Lock& lock = app->locks[target.identifiers[0]];
    std::int64_t now = 0;
    if (failures > 0) {
      now = lock.failures.Look(window, m.Now());
      const auto locked_now = lock.locked.Look(kMinute, m.Now());
      const auto& since = lock.locked.places;
      if (!since.empty() && locked_now < since[0].at + kMinute) {
        Refuse("usersig_lockout", rule["code"]);
      }
    }
    const std::string wrong = UserSigFault();
    if (wrong.empty()) return;
    if (failures > 0) {
      auto& places = lock.failures.places;
      std::erase_if(places, [&](const auto& place) { return place.at <= now - window; });
      places.push_back({now});
      if (places.size() >= failures) {
        places.clear();
        lock.locked = {.newest = m.Now(), .places = {{m.Now()}}};
      }
    }
    Check(wrong, true);
  }

  std::string UserSigFault() {
    const std::string text = target.Get("usersig");
    if (text.empty()) return "usersig_missing";
    if (!m.sigs.contains(text)) return "usersig_malformed";
    const json& sig = m.sigs[text];
    if (!Holds(readings, sig["identifier"])) return "usersig_identifier_mismatch";
    readings = json::array({sig["identifier"]});
    if (sig["sdkappid"] != app->app["sdkappid"]) return "usersig_sdkappid_mismatch";
    const bool expired =
        m.Now() / kSecond > sig["time"].get<int64_t>() + sig["expire"].get<int64_t>();
    if (expired && profile["usersig_expired"].is_number()) return "usersig_expired";
    if (sig["key"].is_null()) return "usersig_malformed";
    return Holds(app->app["keys"], sig["key"]) ? "" : "usersig_signature_wrong";
  }

  void CheckAdmin() const {
    Check("not_admin", std::none_of(readings.begin(), readings.end(), [&](const json& name) {
            return Holds(app->app["admins"], name);
          }));
  }

  void CheckService() {
    const json& feature = app->app["feature"];
    const std::int64_t active =
        feature.is_object() ? feature["approved_at"].get<std::int64_t>() + 48 * 3600 : 0;
    Check("feature_off", feature == "off" || m.Now() < active * kSecond);
    const bool admin_first = profile["admin_before_body"];
    if (admin_first) CheckAdmin();
    if (profile["throttle"]["position"] == "service") Throttle();
    ordered_json slots = ordered_json::object();
    Body body;
    if (target.sets()) {
      slots = CheckBody();
    } else {
      Check("json_syntax", !request.body.empty() && !Parse(request.body, &body));
    }
    if (!admin_first) CheckAdmin();
    if (target.sets()) {
      SetNames(slots);
    } else {
      names = app->app["names"];
    }
  }

  /// The slots of the body, in its order.
  ordered_json CheckBody() const {
    Body body;
    Check("body_empty", request.body.empty());
    Check("json_syntax", !Parse(request.body, &body));
    Check("body_not_object", !body.is_object());
    std::vector<const Body*> all;
    for (const auto& [name, value] : body.items()) {
      if (name == "AttrNames") all.push_back(&value);
    }
    Check("attr_names_missing", all.empty());
    Check("unknown_fields", all.size() < body.size());
    Check("duplicate_key", all.size() > 1);
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

}  // namespace timock::model
