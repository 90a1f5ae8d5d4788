#include <algorithm>
#include <cmath>
#include <utility>

#include "faults/fault_fields.h"
#include "model/model.h"

namespace timock::model {
namespace {

/// One control request, with what the fake answered.
struct ControlRequest {
  Model& m;
  const std::string& method;
  const json& body;
  const json& seen;
  const Target target;
  std::string route = target.path.substr(1);
  const std::string first = route.substr(0, route.find('/'));
  const std::string rest = route.substr(std::min(first.size() + 1, route.size()));
  const json args = Arguments();
  const json app_id = args.value("sdkappid", json());

  /// The members of the body, or the parameters of the query.
  json Arguments() const {
    json all = json::object();
    for (const auto& [name, text] : target.query) {
      if (!name.empty()) all[name] = json::accept(text) ? json::parse(text) : json(text);
    }
    return body.is_object() ? body : all;
  }

  /// For filters and faults.
  bool KnowsApp(const json& id) const {
    return id.is_null() || m.apps.contains(id) ||
           std::ranges::count(m.calls, id, [](const json& call) { return call["sdkappid"]; }) > 0;
  }

  json Run() {
    const bool must_be = method == "DELETE" || rest.ends_with("/names");
    if (first == "requests" && !KnowsApp(app_id)) return {{"status", 404}};
    if (args.value("at_most", UINT64_MAX) < args.value("at_least", 0U)) return {{"status", 400}};
    if (must_be && View().is_null()) return {{"status", 404}};
    const int status = method == "GET" ? 200 : Change();
    const bool silent = status >= 400 || method == "DELETE" || route == "reset";
    const json view = silent ? json::object() : View();
    return {{"status", view.is_null() ? 404 : status}, {"body", view}};
  }

  /// What GET answers; null: there is no such thing.
  json View() const {
    const json open = {"health", "assumptions", "usersig", "metrics", "faults/presets"};
    if (Holds(open, route)) return seen;
    if (first == "requests" && Decimal(rest).is_null()) return Requests();
    if (route == "throttle" && (app_id.is_null() || m.apps.contains(app_id))) {
      return {{"apps", m.Throttles(app_id)}};
    }
    if (route == "faults") return {{"faults", m.faults}};
    json apps = json::array();
    json tree = {{"profile", m.profile}};
    for (const auto& [id, state] : m.apps) {
      apps.push_back(state.app);
      tree["apps"][std::to_string(id)] = state.app;
    }
    if (route == "apps") return {{"apps", apps}};
    for (const auto& fault : m.faults) tree["faults"][std::string(fault["id"])] = fault;
    for (const auto& call : m.calls) tree["requests"][call["id"].dump()] = call;
    tree["clock"] = {{"mode", m.clock_mode},
                     {"unix", static_cast<double>(m.Now()) / 1e9},
                     {"unix_ns", std::to_string(m.Now())}};
    const std::string moment = (m.clock_mode == "frozen" ? "@" : "+") + Seconds(m.Now());
    tree["state"] = {{"apps", apps},
                     {"profile", m.profile},
                     {"usersig", m.verify ? "verify" : "off"},
                     {"clock", m.clock_mode == "real" ? "real" : moment}};
    const json* found = At(tree, "/" + route);
    return found == nullptr ? json() : *found;
  }

  /// Whether a call passes the filters.
  bool Fits(const json& call) const {
    const std::string command = call["command"].is_null() ? "" : call["command"];
    const std::int64_t at = call["unix_ns"];
    return (app_id.is_null() || app_id == call["sdkappid"]) &&
           args.value("fault", call["fault"]) == call["fault"] &&
           args.value("code", call["error_code"]) == call["error_code"] &&
           ("/" + command).ends_with("/" + args.value("command", command)) &&
           at >= std::llround(args.value("from", 0.0) * 1e9) &&
           at < std::llround(args.value("until", 9e9 + 1) * 1e9) &&
           call["id"] > args.value("since", 0U);
  }

  json Requests() const {
    std::vector<json> fitting = m.calls;
    std::erase_if(fitting, [&](const json& call) { return !Fits(call); });
    const std::size_t count = fitting.size();
    if (rest == "stream") return args.contains("since") ? json(fitting) : json::array();
    if (rest == "count") {
      const bool satisfied =
          count >= args.value("at_least", 0U) && count <= args.value("at_most", count);
      return {{"count", count}, {"satisfied", satisfied}, {"complete", true}};
    }
    const auto limit = args.value("limit", 100U);
    if (args.value("order", "") == "newest") std::reverse(fitting.begin(), fitting.end());
    fitting.resize(std::min<std::size_t>(count, limit));
    return {{"requests", fitting}, {"more", count > limit}, {"evicted", 0}, {"last_id", m.last_id}};
  }

  /// What the other methods do; the status.
  int Change() {
    if (route == "apps" && method != "POST") return PutApps();
    if (first == "apps") return ChangeApp();
    if (method == "POST" && route == "faults") return AddFault();
    const auto meant = [&](const json& fault) { return rest.empty() || fault["id"] == rest; };
    if (first == "faults") std::erase_if(m.faults, meant);
    if (first == "requests") std::erase_if(m.calls, [&](const json& call) { return Fits(call); });
    if (first == "profile") return PutProfile();
    if (route == "state") return PutState();
    if (route == "reset") return Reset();
    if (route == "clock") return SetClock(body);
    if (route == "clock/advance") return Advance();
    return route == "usersig" && !m.apps.contains(app_id) ? 404 : 200;
  }

  void RemoveFaultsOf(std::uint32_t id) {
    std::erase_if(m.faults, [id](const json& fault) {
      return fault["match"].value("sdkappid", json()) == id;
    });
  }

  int PutApps() {
    const json list = args.value("apps", json::array());
    const auto before = std::exchange(m.apps, {});
    for (const auto& app : list) Put(app["sdkappid"], app);
    for (const auto& [id, app] : before) {
      if (!m.apps.contains(id)) RemoveFaultsOf(id);
    }
    return 200;
  }

  int ChangeApp() {
    const std::string number = rest.substr(0, rest.find('/'));
    const json id = method == "POST" ? seen.value("sdkappid", json(0)) : Decimal(number);
    if (!m.apps.contains(id) && m.apps.size() >= kMaxApps) return 503;
    if (method == "POST") route += "/" + id.dump();
    if (method == "DELETE") {
      m.apps.erase(id);
      RemoveFaultsOf(id);
    }
    if (rest.ends_with("/names")) m.apps[id].app["names"] = body;
    return method == "DELETE" || rest.ends_with("/names") ? 200 : Put(id, args);
  }

  /// The change over the app that is there, or over a new one.
  int Put(std::uint32_t id, json change) {
    const bool known = m.apps.contains(id);
    json app = R"({"admins": ["administrator"], "enabled": true, "region": "any", "feature": "on",
                   "names": {}})"_json;
    app["sdkappid"] = id;
    app["keys"] = seen.value("keys", json());
    if (known) app = m.apps[id].app;
    if (change.contains("key")) change["keys"] = json::array({change["key"]});
    if (method == "POST" && change.value("admins", json()).empty()) change.erase("admins");
    app.update(change);
    app.erase("key");
    m.apps[id] = {.app = app, .put = app};
    return known ? 200 : 201;
  }

  int AddFault() {
    json fault = R"({"match": {}, "action": {}, "matched": 0, "hits": 0})"_json;
    const json given = body.is_string() ? json{{"preset", body}} : body;
    static const json presets = Fixture("faults.json")["presets"];
    for (const auto& preset : presets) {
      if (preset["name"] == given.value("preset", "")) fault.update(preset);
    }
    fault.update(given, true);
    for (const auto* name : {"preset", "name", "description"}) fault.erase(name);
    for (const auto* name : {"id", "seed"}) fault.emplace(name, seen.value(name, json()));
    json& match = fault["match"];
    json& action = fault["action"];
    if (!KnowsApp(match.value("sdkappid", json()))) return 404;
    route += "/" + std::string(fault["id"]);
    if (!View().is_null()) return 400;
    m.faults.push_back(fault);
    json chance = {{"seed", fault["seed"]}, {"action", {{"http_status", 599}}}};
    chance["match"]["probability"] = match.value("probability", 1.0);
    if (action.contains("delay")) chance["action"]["delay"] = action["delay"];
    auto& alone = m.draws[fault["id"]] = Service::Create().value();
    (void)alone->AddFault(FaultFromJson(chance).value()).value();
    return 201;
  }

  int PutProfile() {
    json change = rest.empty() ? body : json{{rest, body}};
    if (change.is_string()) change = {{"base", change}};
    route = "profile";
    return SetProfile(change.value("base", m.profile), change);
  }

  /// The switches in `change` laid over a profile, or over a shipped one by its name.
  int SetProfile(json profile, json change) {
    if (profile.is_string()) profile = Fixture("profiles/" + std::string(profile) + ".json");
    for (const auto* name : {"base", "apps", "profile", "usersig", "clock"}) change.erase(name);
    if (change.contains("throttle")) {
      json& rule = change["throttle"];
      if (!rule.is_object()) rule = {{"limit", rule == "off" ? json("none") : rule}};
      if (rule.value("limit", json()).is_number()) rule.emplace("burst", rule["limit"]);
    }
    profile.update(change, true);
    for (auto& [id, app] : m.apps) {
      if (profile["throttle"] != m.profile["throttle"]) app.counters = {}, app.rows = {};
    }
    m.profile = profile;
    return 200;
  }

  int PutState() {
    SetProfile(body.value("profile", m.profile), body);
    if (body.contains("usersig")) m.verify = body["usersig"] == "verify";
    if (body.contains("apps")) PutApps();
    return body.contains("clock") ? SetClock(body["clock"]) : 200;
  }

  int Reset() {
    if (app_id.is_null()) {
      m = Model(m.machine, m.last_id);
      return 200;
    }
    if (!m.apps.contains(app_id)) return 404;
    m.apps[app_id] = {.app = m.apps[app_id].put, .put = m.apps[app_id].put};
    const auto of_app = [&](const json& part) { return part.value("sdkappid", json()) == app_id; };
    std::erase_if(m.calls, of_app);
    std::erase_if(m.faults, [&](const json& fault) { return of_app(fault["match"]); });
    return 200;
  }

  int SetClock(const json& given) {
    std::string mode = given.is_string() ? given : given["mode"];
    std::int64_t at = m.Now();
    if (mode[0] == '@' || mode[0] == '+') {
      at = Nanoseconds(mode.substr(1));
      mode = mode[0] == '@' ? "frozen" : "offset";
    }
    if (given.contains("unix")) at = std::llround(given["unix"].get<double>() * 1e6) * 1000;
    if (given.contains("unix_ns")) at = std::stoll(std::string(given["unix_ns"]));
    if (mode == "real") at = m.machine;
    if (at < 0 || at > 9'000'000'000 * kSecond) return 400;
    m.clock_at = mode == "frozen" ? at : at - m.machine;
    m.clock_mode = mode == "offset" && m.clock_at == 0 ? "real" : mode;
    return 200;
  }

  int Advance() {
    static const json units = R"({"hours": 3.6e12, "minutes": 6e10, "seconds": 1e9,
                                  "milliseconds": 1e6, "nanoseconds": 1})"_json;
    route = "clock";
    const double by = body.begin()->get<double>() * units[body.begin().key()].get<double>();
    return SetClock({{"mode", m.clock_mode == "frozen" ? "frozen" : "offset"},
                     {"unix_ns", std::to_string(m.Now() + std::llround(by))}});
  }
};

}  // namespace

Model::Model(std::int64_t unix_ns, std::uint64_t calls_before)
    : machine(unix_ns), last_id(calls_before) {
  Control("PUT", "apps/1400000000", {{"keys", DemoApp().keys}});
}

json Model::Control(const std::string& method, const std::string& path, const json& body,
                    const json& seen) {
  return ControlRequest{*this, method, body, seen, Target("/" + path)}.Run();
}

}  // namespace timock::model
