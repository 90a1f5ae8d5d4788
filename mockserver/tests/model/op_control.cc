#include <map>
#include <set>

#include "model/op.h"

namespace timock::model {
namespace {

const std::string kControl = "/_timock/";

/// Which switches take a word besides a code.
const std::set<std::string> kMayAccept = {
    "method_not_post", "plain_http",       "contenttype_missing", "contenttype_wrong",
    "random_missing",  "random_malformed", "sdkappid_disabled",   "host_region_mismatch",
    "usersig_expired", "feature_off",      "not_admin",           "attr_names_empty",
    "name_empty",      "name_too_long",    "duplicate_name"};
const std::vector<std::string> kCodeSwitches = {"path_malformed",
                                                "command_unknown",
                                                "sdkappid_missing",
                                                "sdkappid_malformed",
                                                "identifier_missing",
                                                "sdkappid_unknown",
                                                "usersig_missing",
                                                "usersig_malformed",
                                                "usersig_identifier_mismatch",
                                                "usersig_sdkappid_mismatch",
                                                "usersig_signature_wrong",
                                                "body_empty",
                                                "json_syntax",
                                                "body_not_object",
                                                "attr_names_missing",
                                                "key_invalid",
                                                "value_not_string",
                                                "body_too_large",
                                                "method_not_post",
                                                "plain_http",
                                                "contenttype_missing",
                                                "contenttype_wrong",
                                                "random_missing",
                                                "random_malformed",
                                                "sdkappid_disabled",
                                                "host_region_mismatch",
                                                "usersig_expired",
                                                "feature_off",
                                                "not_admin",
                                                "attr_names_empty",
                                                "name_empty",
                                                "name_too_long",
                                                "duplicate_name",
                                                "attr_names_not_object",
                                                "duplicate_key",
                                                "unknown_fields",
                                                "internal_error"};
const std::map<std::string, std::vector<std::string>> kWords = {
    {"key_order", {"by_layer", "error_info_first", "error_code_first"}},
    {"action_status", {"present", "absent"}},
    {"content_type", {"application/json", "application/json; charset=utf-8", "text/plain"}},
    {"second_call", {"merge", "replace"}},
    {"attr_names_not_object", {"as_object"}},
    {"duplicate_key", {"last_wins", "first_wins"}},
    {"unknown_fields", {"ignore"}},
    {"name", {"ours", "seed-2022-04"}}};

/// A control request as a step.
Op Ask(const std::string& method, const std::string& path, const std::string& body = "") {
  return {.method = method, .target = kControl + path, .body = body};
}
Op Ask(const std::string& method, const std::string& path, const json& body) {
  return Ask(method, path, body.dump());
}

}  // namespace

Op Generator::Control() {
  const auto dice = Below(100);
  if (dice < 14) return Clock();
  if (dice < 32) return Profile();
  if (dice < 50) return Apps();
  if (dice < 66) return Faults();
  if (dice < 80) return Requests();
  if (dice < 93) return State();
  return Wrong();
}

Op Generator::Clock() {
  switch (Below(9)) {
    case 0:
      return Ask("GET", "clock");
    case 1:
      return Ask("PUT", "clock", json("real"));
    case 2:
      return Ask("PUT", "clock", {{"mode", Pick<std::string>({"frozen", "real"})}});
    case 3:
      return Ask("PUT", "clock",
                 {{"mode", "frozen"}, {"unix_ns", std::to_string(1795369800 * kSecond + Span())}});
    case 4:
      return Ask("PUT", "clock",
                 {{"mode", "offset"}, {"unix", 1795369800.0 + static_cast<double>(Below(4)) / 2}});
    case 5:
      return Ask("PUT", "clock",
                 json(Pick<std::string>({"@1795369800.5", "+1795369900", "@0", "@9000000000",
                                         "@1795369801.000000001"})));
    case 6:
      return Ask("POST", "clock/advance", {{"nanoseconds", Span()}});
    case 7:
      return Ask("POST", "clock/advance", {{"nanoseconds", -Span()}});
    default:
      return Ask("POST", "clock/advance",
                 Pick<json>({{{"seconds", 1.5}},
                             {{"seconds", -0.25}},
                             {{"minutes", 1}},
                             {{"hours", 24}},
                             {{"hours", -24}},
                             {{"milliseconds", 300}},
                             {{"milliseconds", -1}},
                             {{"seconds", 61}}}));
  }
}

json Generator::ThrottleChange() {
  json change = json::object();
  const auto set = [&](const char* name, const json& value) {
    if (Chance(40)) change[name] = value;
  };
  set("limit", Chance(90) ? json(1 + Below(4)) : json("none"));
  set("window_ms", Pick<int>({1000, 1000, 300, 1500}));
  set("algorithm", Pick<std::string>({"sliding_window", "fixed_window", "window_from_first",
                                      "sliding_counter", "token_bucket"}));
  set("burst", 1 + Below(5));
  set("scope", Pick<std::string>({"app_and_command", "app", "app_and_identifier"}));
  set("count_refused", Chance(50));
  set("position", Pick<std::string>({"access", "access", "service"}));
  if (Chance(20)) change["code"] = Pick<int>({60011, 60018, 60007});
  if (change.empty()) return Pick<json>({2, 1, "off", 3});
  return change;
}

std::pair<std::string, json> Generator::AnySwitch() {
  const auto dice = Below(12);
  if (dice == 0) return {"throttle", ThrottleChange()};
  if (dice == 1)
    return {"error_info",
            {{Pick<std::string>({"60007", "90001", "90033", "70009", "60002"}),
              Pick<std::string>({"own \"text\"", "\xe6\x96\x87", ""})}}};
  if (dice == 2)
    return {"usersig_lockout",
            {{"failures", Below(4)},
             {"window_s", Pick<int>({60, 30, 90})},
             {"code", Pick<int>({70050, 70051})}}};
  if (dice == 3) return {"admin_before_body", Chance(50)};
  if (dice < 6) {
    auto it = kWords.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(Below(kWords.size())));
    return {it->first, Pick(it->second)};
  }
  const std::string& name = Pick(kCodeSwitches);
  if (kMayAccept.contains(name) && Chance(50)) return {name, "accept"};
  return {name, Pick<int>({60010, 70403, 90033, 10001, 999999, 91000, 60002})};
}

Op Generator::Profile() {
  if (Chance(10))
    return Ask("GET", "profile" + Pick<std::string>({"", "/not_admin", "/throttle", "/error_info",
                                                     "/name", "/usersig_lockout"}));
  if (Chance(15)) {
    return Ask("PUT", "profile",
               Pick<json>({"seed-2022-04",
                           "table-2023",
                           "gateway-2026",
                           "lenient",
                           {{"base", "lenient"}, {"not_admin", 60010}},
                           {{"unknown_fields", 70403}, {"duplicate_key", 60010}},
                           {{"base", "table-2023"}, {"throttle", {{"limit", 2}}}}}));
  }
  if (Chance(35)) return Ask("PUT", "profile/throttle", ThrottleChange());
  const auto name_and_value = AnySwitch();
  if (Chance(50)) return Ask("PUT", "profile/" + name_and_value.first, name_and_value.second);
  const auto another = AnySwitch();
  json change = {{name_and_value.first, name_and_value.second}};
  change[another.first] = another.second;
  return Ask("PUT", "profile", change);
}

json Generator::AppChange() {
  json change = json::object();
  const auto set = [&](const char* name, const json& value, std::uint64_t percent) {
    if (Chance(percent)) change[name] = value;
  };
  set("key", Pick<std::string>({"key one", "key two"}), 15);
  if (!change.contains("key"))
    set("keys", Pick<json>({json::array({"key one"}), json::array({"key two", "key one"})}), 15);
  set("admins",
      Pick<json>({{"administrator"},
                  {"administrator", "a b"},
                  {"a+b", "administrator", "\xe4\xbd\xa0"},
                  json::array()}),
      30);
  set("enabled", Chance(70), 20);
  set("region", Pick<std::string>({"any", "any", "china", "singapore"}), 25);
  set("feature",
      Pick<json>({"on",
                  "on",
                  "off",
                  {{"approved_at", 1795369800}},
                  {{"approved_at", 1795369800 - 48 * 3600 + 1}}}),
      20);
  set("limit", Pick<json>({1, 2, 3, "none"}), 25);
  set("names", json::parse(Names()), 25);
  return change;
}

Op Generator::Apps() {
  const std::string one = "apps/" + App();
  switch (Below(12)) {
    case 0:
      return Ask("GET", "apps");
    case 1:
      return Ask("GET", one);
    case 2:
      return Ask("GET", one + "/names");
    case 3:
      return Ask("PUT", one + "/names", Chance(90) ? Names() : R"({"5":"d","7":"d","9":""})");
    case 4:
      return Ask("DELETE", one);
    case 5:
    case 6:
    case 7:
      return Ask("POST", "apps", Chance(40) ? std::string() : AppChange().dump());
    case 8: {
      json list = json::array();
      for (const auto* id : {"1400000000", "1400000001"}) {
        if (!Chance(80)) continue;
        json app = AppChange();
        app["sdkappid"] = std::stoul(id);
        if (!app.contains("key") && !app.contains("keys")) app["key"] = "key one";
        list.push_back(app);
      }
      return Chance(15) ? Ask("DELETE", "apps") : Ask("PUT", "apps", {{"apps", list}});
    }
    default:
      return Ask("PUT", one, AppChange());
  }
}

Op Generator::Faults() {
  const std::string id = Pick<std::string>({"f1", "f2", "f3", "f4"});
  switch (Below(10)) {
    case 0:
      return Ask("GET", "faults");
    case 1:
      return Ask("GET", "faults/" + Pick<std::string>({"f1", "f2", "f3", "f4", "presets"}));
    case 2:
      return Ask("DELETE", "faults/" + id);
    case 3:
      return Chance(30)
                 ? Ask("DELETE", "faults")
                 : Ask("POST", "faults",
                       Pick<json>({"retry-91000",
                                   "gateway-502",
                                   "timeout-3s",
                                   "truncated",
                                   "slow-trickle",
                                   "null-error-info",
                                   {{"preset", "retry-91000"}, {"times", 3}, {"id", id}},
                                   {{"preset", "timeout-3s"}, {"match", {{"every_nth", 2}}}}}));
    default:
      break;
  }
  json match = json::object();
  json action = json::object();
  if (Chance(25)) match["sdkappid"] = 1400000000;
  if (Chance(20))
    match["command"] = Pick<std::string>({"im_set_attr_name", "all_member_push/im_get_attr_name"});
  if (Chance(10)) match["identifier"] = Pick<std::string>({"administrator", "a b", "a+b"});
  if (Chance(20))
    match["body"] = Pick<json>({{{"pointer", "/AttrNames/0"}},
                                {{"pointer", "/AttrNames/0"}, {"equals", "sex"}},
                                {{"equals", json::object()}},
                                {{"pointer", "/x/0"}, {"equals", 1}}});
  if (Chance(30)) match["every_nth"] = 1 + Below(3);
  if (match.value("every_nth", 0) == 1) match.erase("every_nth");
  if (Chance(35)) match["probability"] = Pick<double>({0.5, 0.25, 0.9});
  switch (Below(6)) {
    case 0:
      action = {{"error_code", Pick<int>({91000, 60008, 70402, 72000, 0, 5, 20002, -1, -2})}};
      break;
    case 1:
      action = {{"error_code", 90995}, {"error_info", "own \"info\""}, {"http_status", 503}};
      break;
    case 2:
      action = {{"http_status", Pick<int>({200, 404, 502})}, {"body", "x"}};
      break;
    case 3:
      action = {{"drop_action_status", true}, {"content_type", "text/html"}};
      break;
    case 4:
      action = Chance(50) ? json{{"null_error_info", true}} : json{{"internal_error", true}};
      break;
    default:
      action["delay"] = {{"fixed_ms", 7}};
      break;
  }
  if (Chance(25))
    action["delay"] = Pick<json>({{{"uniform_ms", {1, 9}}},
                                  {{"log_normal", {{"median_ms", 20}, {"sigma", 0.5}}}},
                                  {{"fixed_ms", 5}}});
  if (Chance(20)) {
    action["ending"] = Pick<std::string>({"close", "reset", "truncate", "trickle"});
    if (action["ending"] == "trickle") action["trickle_bytes"] = 3, action["trickle_every_ms"] = 10;
    if (action["ending"] == "reset") action["ending_after_bytes"] = 7;
  }
  json fault = {{"action", action}};
  if (!match.empty()) fault["match"] = match;
  if (Chance(70)) fault["id"] = id;
  if (Chance(40)) fault["times"] = 1 + Below(4);
  if (Chance(60)) fault["seed"] = Below(1000);
  return Ask("POST", "faults", fault);
}

Op Generator::Requests() {
  std::vector<std::string> filters;
  const auto add = [&](std::uint64_t percent, const std::string& text) {
    if (Chance(percent)) filters.push_back(text);
  };
  add(20, "sdkappid=" + App());
  add(25, "code=" + Pick<std::string>({"0", "60007", "90001", "91000", "70050"}));
  add(15, "command=" + Pick<std::string>({"im_set_attr_name", "all_member_push/im_get_attr_name"}));
  add(10, "fault=" + Pick<std::string>({"f1", "f2"}));
  add(10, "from=" + Pick<std::string>({"1795369800.5", "1795369900"}));
  add(10, "until=" + Pick<std::string>({"1795369800.5", "1795369900", "1795456200"}));
  add(15, "since=" + std::to_string(Below(60)));
  const auto dice = Below(10);
  std::string route = "requests/count";
  if (dice < 5) {
    add(50, "at_least=" + std::to_string(Below(20)));
    add(30, "at_most=" + std::to_string(Below(20)));
    add(20, "wait_ms=" + std::to_string(Below(50)));
  } else if (dice < 7) {
    route = "requests";
    filters.push_back("limit=" + std::to_string(1 + Below(12)));
    add(50, "order=" + Pick<std::string>({"newest", "oldest"}));
  } else if (dice < 8) {
    route = "requests/stream";
  } else if (dice < 9) {
    route = "requests";
  } else {
    return Ask("GET", "requests/" + std::to_string(1 + Below(100)));
  }
  std::string query;
  for (const auto& filter : filters) query += (query.empty() ? "?" : "&") + filter;
  return Ask(dice == 8 ? "DELETE" : "GET", route + query);
}

Op Generator::State() {
  switch (Below(12)) {
    case 0:
      return Ask("GET", "state");
    case 1:
      return Ask("PUT", "state", std::string("@STATE@"));
    case 2:
      return Ask("PUT", "state", {{"usersig", Pick<std::string>({"off", "verify", "verify"})}});
    case 3:
      return Ask("PUT", "state",
                 {{"clock", Pick<json>({"real", "@1795369800", {{"mode", "frozen"}}})},
                  {"throttle", 1 + Below(3)}});
    case 4:
      return Ask(
          "PUT", "state",
          {{"profile", "lenient"}, {"apps", {{{"sdkappid", 1400000000}, {"key", "key one"}}}}});
    case 5:
      return Chance(40) ? Ask("POST", "reset") : Ask("GET", "throttle");
    case 6:
      return Ask("POST", "reset", R"({"sdkappid":)" + App() + "}");
    case 7:
      return Ask("GET", Pick<std::string>({"throttle", "throttle?sdkappid=" + App()}));
    case 8:
      return Ask("GET", "metrics");
    case 9:
      return Ask("GET", "health");
    case 10:
      return Ask("GET", "assumptions");
    default:
      return Ask("POST", "usersig",
                 R"({"sdkappid":)" + App() + R"(,"identifier":"administrator","expire":)" +
                     Pick<std::string>({"60", "86400"}) + "}");
  }
}

}  // namespace timock::model
