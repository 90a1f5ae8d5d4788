#include "model/model.h"

#include <algorithm>

namespace timock::model {

std::int64_t Log::In(std::int64_t window, std::int64_t now) {
  if (now < newest - window) *this = {.total = total, .worst = worst};
  newest = std::max(now, newest);
  return std::ranges::count_if(at, [&](auto moment) { return moment > newest - window; });
}

std::int64_t Log::Add(std::int64_t window, std::int64_t now) {
  In(window, now);
  at.push_back(newest);
  ++total;
  worst = std::max(worst, In(window, now));
  return In(window, now);
}

namespace {

using nlohmann::ordered_json;

struct Refused {};

/// The throttle of the profile as it holds for this app; `window` is in nanoseconds.
json RuleFor(const json& profile, const json& app) {
  json rule = profile["throttle"];
  if (app.contains("limit")) rule["limit"] = rule["burst"] = app["limit"];
  rule["window"] = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  return rule;
}

/// Whether a call would pass, from a log of all that took a place.
bool Admits(Log log, const json& rule, std::int64_t now) {
  const std::int64_t window = rule["window"];
  const std::int64_t limit = rule["limit"];
  const std::string algorithm = rule["algorithm"];
  const std::int64_t used = log.In(window, now);
  now = log.newest;
  const std::int64_t into = now % window;  // the aligned window
  const std::int64_t current = log.In(into + 1, now);
  const std::int64_t previous = log.In(into + 1 + window, now) - current;
  if (algorithm == "sliding_window") return used < limit;
  if (algorithm == "fixed_window") return current < limit;
  if (algorithm == "sliding_counter") {
    return previous * (window - into) + current * window < limit * window;
  }
  log.at.push_back(now);
  std::int64_t first = log.at[0];
  std::int64_t from_first = 0;
  // In parts: a token is `window` of them, and `limit` come each nanosecond. Below 0: not enough.
  const std::int64_t full = rule["burst"].get<std::int64_t>() * window;
  std::int64_t tokens = full;
  std::int64_t filled = first;
  for (const auto at : log.at) {
    from_first = at < first + window ? from_first + 1 : 1;
    if (from_first == 1) first = at;
    tokens = std::max(tokens, std::int64_t{0}) + std::min(at - filled, full) * limit;
    tokens = std::min(tokens, full) - window;
    filled = at;
  }
  return algorithm == "token_bucket" ? tokens >= 0 : from_first <= limit;
}

/// One call on its way.
struct Call {
  Model& m;
  const HttpRequest& request;
  const Target target = Target(request.target);
  const json& profile = m.profile;
  const std::int64_t now = m.Now();
  const json id = Decimal(target.Get("sdkappid"));
  AppState* app = nullptr;
  json readings = target.identifiers;  ///< Who may be meant.
  json names = {};                     ///< What im_get_attr_name adds.
  json action = json::object();        ///< Of the fault that the call meets.
  int code = 0;
  std::map<std::string, std::string> said = {};  ///< What a text may say of the call.
  json record =
      R"({"sdkappid":null,"command":null,"rule":null,"fault":null,"error_code":null})"_json;
  json reply = R"({"status": 200, "type": "", "close": false, "body": "", "transport":
                   {"delay": 0, "ending": "none", "ending_after_bytes": null, "trickle_bytes": 1,
                    "trickle_every_ms": 100}})"_json;

  /// Refuses with the code of the switch or, if that is a word, with `otherwise`, if not 0.
  void Check(const std::string& rule, bool wrong, int otherwise = 0) {
    const json& value = profile[rule].is_object() ? profile[rule]["code"] : profile[rule];
    const int number = value.is_number() ? value.get<int>() : otherwise;
    if (!wrong || number == 0) return;
    record["rule"] = rule;
    code = number;
    throw Refused();
  }

  json Run() {
    if (target.path_ok) record["command"] = target.command;
    if (request.method != "HEAD" || target.path != "/") Answer();
    record.update({{"id", ++m.last_id}, {"unix_ns", now}});
    m.calls.push_back(record);
    return reply;
  }

  void Answer() {
    MeetFault();
    const bool coded = action.contains("error_code");
    const bool bare = action.contains("http_status") && !coded;
    try {
      if (!coded && !bare) CheckAccess();
      record["sdkappid"] = id;
      code = action.value("error_code", 0);
    } catch (const Refused&) {
    }
    if (!bare && action.value("ending", "") != "close") record["error_code"] = code;
    reply["status"] = action.value("http_status", 200);
    const json own = profile["content_type"] == "none" ? "" : profile["content_type"];
    reply["type"] = action.value("content_type", own);
    reply["body"] = bare ? action.value("body", "") : Envelope();
    for (auto& [name, value] : reply["transport"].items()) value = action.value(name, value);
  }

  std::string Envelope() const {
    const ErrorCodeInfo* row = FindErrorCode(code);
    std::string text = row == nullptr ? "error " + std::to_string(code) : row->text;
    const std::string pattern = row == nullptr ? "" : row->text_template;
    if (!said.empty() && pattern.find(said.begin()->first) != std::string::npos) text = pattern;
    text = profile["error_info"].value(std::to_string(code), text);
    for (const auto& [mark, value] : said) {
      const auto at = text.find(mark);
      if (at != std::string::npos) text.replace(at, mark.size(), value);
    }
    const bool by_layer = profile["key_order"] == "by_layer" && code >= 60000 && code < 80000;
    ordered_json out;
    if (profile["action_status"] == "present" && !action.contains("drop_action_status")) {
      out["ActionStatus"] = code == 0 ? "OK" : "FAIL";
    }
    if (by_layer || profile["key_order"] == "error_code_first") out["ErrorCode"] = code;
    out["ErrorInfo"] = action.value("error_info", text);
    if (action.contains("null_error_info")) out["ErrorInfo"] = nullptr;
    out["ErrorCode"] = code;
    if (!names.is_null()) out["AttrNames"] = names;
    return out.dump();
  }

  bool Fits(const json& match) const {
    const std::string command = match.value("command", target.command);
    if (match.value("sdkappid", id) != id) return false;
    if (!("/" + target.command).ends_with("/" + command)) return false;
    if (!Holds(target.identifiers, match.value("identifier", target.identifiers[0]))) return false;
    if (!match.contains("body")) return true;
    Body strict;
    if (!Parse(request.body, &strict) || NamesTwice(strict)) return false;
    const json body = json::parse(request.body);
    const json* at = At(body, match["body"].value("pointer", ""));
    return at != nullptr && match["body"].value("equals", *at) == *at;
  }

  void MeetFault() {
    for (auto& fault : m.faults) {
      const json& match = fault["match"];
      if (!target.served() || !Fits(match)) continue;
      const auto matched = ++fault["matched"].get_ref<std::uint64_t&>();
      if (matched % match.value("every_nth", 1U) != 0) continue;
      const auto drawn = m.draws[fault["id"]]->Handle({.target = "/v4/" + target.command});
      const bool used_up = fault["hits"] == fault.value("times", json());
      if (drawn.status != 599 || used_up || !record["fault"].is_null()) continue;
      ++fault["hits"].get_ref<std::uint64_t&>();
      record["fault"] = fault["id"];
      action = fault["action"];
      action["delay"] = drawn.fault ? drawn.fault->delay.count() : 0;
      if (action.contains("internal_error")) action["error_code"] = profile["internal_error"];
    }
  }

  /// The layers in turn, each of which hands on to the next.
  void CheckAccess() {
    const std::string method = request.method;
    const std::string random = target.Get("random");
    reply["close"] = request.body.size() > kMaxBody;
    if (reply["close"]) record["command"] = nullptr;
    Check("body_too_large", reply["close"]);
    Check("path_malformed", !target.path_ok);
    Check("command_unknown", !target.served());
    const bool common = Holds({"GET", "PUT", "PATCH", "DELETE"}, method);
    Check("method_not_post", method != "POST", common ? 0 : 60002);
    Check("plain_http", !request.tls);
    Check("contenttype_missing", target.Get("contenttype").empty());
    Check("contenttype_wrong", !Holds({"", "json"}, Lower(target.Get("contenttype"))));
    Check("sdkappid_missing", target.Get("sdkappid").empty());
    Check("sdkappid_malformed", id.is_null());
    record["sdkappid"] = id;
    Check("identifier_missing", target.Get("identifier").empty());
    Check("random_missing", random.empty());
    Check("random_malformed", !random.empty() && Decimal(random).is_null());
    if (m.apps.contains(id)) app = &m.apps.at(id);
    if (app != nullptr && profile["throttle"]["position"] == "access") Throttle();
    CheckAccount();
  }

  void Throttle() {
    const json rule = RuleFor(profile, app->app);
    if (!rule["limit"].is_number()) return;
    const std::int64_t window = rule["window"];
    const std::string command = rule["scope"] == "app_and_command" ? target.command : "";
    const bool by_identifier = rule["scope"] == "app_and_identifier";
    Log& counter = app->counters[by_identifier ? target.SharedIdentifier() : command];
    const bool admitted = Admits(counter, rule, now);
    counter.In(window, now);
    if (admitted || rule["count_refused"]) counter.Add(window, now);
    app->rows[command][!admitted].In(window, now);
    app->rows[command][admitted].Add(window, now);
    Check("throttle", !admitted);
  }

  void CheckAccount() {
    static const json regions = Fixture("hosts.json")["regions"];
    Check("sdkappid_unknown", app == nullptr);
    Check("sdkappid_disabled", app->app["enabled"] == false);
    const std::string authority = target.host.empty() ? request.headers[0].value : target.host;
    const std::string host = authority.substr(0, authority.find(':'));
    const std::string listed = R"("host":")" + host + '"';
    for (const auto& region : regions) {
      const bool ours = Holds({"any", region["region"]}, app->app["region"]);
      Check("host_region_mismatch", !ours && region.dump().find(listed) != std::string::npos);
    }
    if (m.verify) CheckLock();
    const bool stranger = IsStranger();
    Check("not_admin", stranger && profile["admin_before_feature"]);
    const json& feature = app->app["feature"];
    const bool waits = feature.is_object() &&
                       now / kSecond < feature["approved_at"].get<std::int64_t>() + 48 * 3600;
    Check("feature_off", feature == "off" || waits);
    CheckService(stranger);
  }

  void CheckLock() {
    const json& rule = profile["usersig_lockout"];
    const std::int64_t window = rule["window_s"].get<std::int64_t>() * kSecond;
    if (rule["failures"] == 0) return CheckUserSig();
    Log& failures = app->failures[target.identifiers[0]];
    Log& lock = app->locks[target.identifiers[0]];
    failures.In(window, now);
    Check("usersig_lockout", lock.In(60 * kSecond, now) > 0);
    try {
      CheckUserSig();
    } catch (const Refused&) {
      if (failures.Add(window, now) >= rule["failures"]) {
        failures.at.clear();
        lock.at.clear();
        lock.Add(60 * kSecond, now);
      }
      throw;
    }
  }

  /// With the fake's own decoder and HMAC.
  void CheckUserSig() {
    Check("usersig_missing", target.Get("usersig").empty());
    const auto decoded = DecodeUserSig(target.Get("usersig"));
    const auto* sig = std::get_if<DecodedUserSig>(&decoded);
    Check("usersig_malformed", sig == nullptr);
    const UserSigClaims& claims = sig->claims;
    const auto signed_with = [&](const std::string& key) {
      return VerifyUserSig(claims, *sig->signature, key);
    };
    said = {{"<asked>", target.identifiers[0]}, {"<signed>", claims.identifier}};
    Check("usersig_identifier_mismatch", !Holds(readings, claims.identifier));
    readings = json::array({claims.identifier});
    said = {{"<asked>", id.dump()}, {"<signed>", std::to_string(claims.sdkappid)}};
    Check("usersig_sdkappid_mismatch", claims.sdkappid != id);
    said.clear();
    Check("usersig_expired", now / kSecond > claims.time + claims.expire);
    Check("usersig_malformed", !sig->signature);
    Check("usersig_signature_wrong", std::ranges::none_of(app->app["keys"], signed_with));
  }

  bool IsStranger() const {
    const auto is_admin = [&](const json& name) { return Holds(app->app["admins"], name); };
    return std::none_of(readings.begin(), readings.end(), is_admin);
  }

  void CheckService(bool stranger) {
    Check("not_admin", stranger && profile["admin_before_body"]);
    if (profile["throttle"]["position"] == "service") Throttle();
    Body body;
    Check("body_empty", target.sets() && request.body.empty());
    Check("json_syntax", !Parse(request.body, &body) && !request.body.empty());
    const ordered_json slots = target.sets() ? CheckBody(body) : ordered_json();
    Check("not_admin", stranger);
    if (target.sets()) SetNames(slots);
    if (!target.sets()) names = app->app["names"];
  }

  /// The slots of the body, in its order.
  ordered_json CheckBody(const Body& body) {
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
    const bool array_too = given.is_array() && profile["attr_names_not_object"] == "as_object";
    Check("attr_names_not_object", !given.is_object() && !array_too, 90001);
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
      Check("name_empty", value == "");
      Check("name_too_long", std::string(value).size() > 50);
    }
    return slots;
  }

  void SetNames(const ordered_json& slots) {
    ordered_json table = profile["second_call"] == "replace" ? json::object() : app->app["names"];
    for (const auto& [slot, name] : slots.items()) table.erase(slot);
    table.update(slots);
    std::map<std::string, std::string> slot_of;
    for (const auto& [slot, name] : table.items()) {
      const auto [first, fresh] = slot_of.emplace(name, slot);
      said = {{"<name>", first->first}, {"<slot>", first->second}};
      Check("duplicate_name", !fresh);
      said.clear();
    }
    app->app["names"] = table;
  }
};

}  // namespace

json Model::Handle(const HttpRequest& request) { return Call{*this, request}.Run(); }

json Model::Throttles(const json& sdkappid) const {
  json rows = json::array();
  for (const auto& [id, app] : apps) {
    const json rule = RuleFor(profile, app.app);
    const std::int64_t window = rule["window"];
    for (auto [command, row] : app.rows) {
      if (!sdkappid.is_null() && sdkappid != id) continue;
      rows.push_back({id, command, rule["limit"], row[true].In(window, Now()),
                      row[false].In(window, Now()), row[true].worst, row[true].total,
                      row[false].total});
    }
  }
  return rows;
}

}  // namespace timock::model
