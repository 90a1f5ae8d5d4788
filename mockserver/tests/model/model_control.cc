#include <algorithm>
#include <cmath>

#include "faults/fault_fields.h"
#include "model/model.h"

namespace timock::model {
namespace {

json Shipped(const std::string& name) { return Fixture("profiles/" + name + ".json"); }

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

  std::string Get(const std::string& name, const std::string& otherwise = "") const {
    return target.query.contains(name) ? target.Get(name) : otherwise;
  }
  std::uint64_t Number(const std::string& name, std::uint64_t otherwise) const {
    return std::stoull(Get(name, std::to_string(otherwise)));
  }

  /// The app that body or query names, or null.
  json AppId() const {
    if (body.is_object()) return body.value("app", body.value("sdkappid", json()));
    return json::parse(Get("app", Get("sdkappid", "null")));
  }
  /// For filters and faults.
  bool KnowsApp(const json& id) const {
    return id.is_null() || m.apps.contains(id) ||
           std::any_of(m.calls.begin(), m.calls.end(),
                       [&](const json& call) { return call["sdkappid"] == id; });
  }

  Expected Run() {
    if (first == "requests" && !KnowsApp(AppId())) return {.status = 404};
    if (Number("at_most", UINT64_MAX) < Number("at_least", 0)) return {.status = 400};
    const int status = method == "GET" ? 200 : Change();
    if (status >= 400 || method == "DELETE" || route == "reset") return {.status = status};
    const json view = View();
    return {.status = view.is_null() ? 404 : status, .body = view};
  }

  /// What GET answers; null: there is no such thing.
  json View() const {
    if (first == "requests" && !Decimal(rest)) return Requests();
    if (route == "faults") return {{"faults", m.faults}};
    if (route == "faults/presets") return {{"presets", Fixture("faults.json")["presets"]}};
    if (route == "throttle") return m.ThrottleView(AppId());
    json tree = {{"profile", m.profile}, {"clock", Clock()}, {"metrics", json::array()}};
    json apps = json::array();
    for (const auto& [id, state] : m.apps) {
      apps.push_back(state.app);
      tree["apps"][std::to_string(id)] = state.app;
    }
    if (route == "apps") return {{"apps", apps}};
    for (const auto& fault : m.faults) tree["faults"][std::string(fault["id"])] = fault;
    for (const auto& call : m.calls) tree["requests"][call["id"].dump()] = call;
    for (const auto& [line, n] : m.metrics) tree["metrics"] += line + " " + std::to_string(n);
    const std::string moment = (m.clock_mode == "frozen" ? "@" : "+") + Seconds(m.Now());
    tree["state"] = {{"apps", apps},
                     {"profile", m.profile},
                     {"usersig", m.verify ? "verify" : "off"},
                     {"clock", m.clock_mode == "real" ? "real" : moment}};
    for (const auto* open : {"health", "assumptions", "usersig"}) tree[open] = seen;
    if (route == "health") tree["health"].update({{"status", "ready"}, {"clock", Clock()}});
    if (route == "usersig") {
      tree["usersig"]["expires_at"] = m.Now() / kSecond + body.value("expire", 86400);
    }
    const json* found = At(tree, "/" + route);
    return found == nullptr ? json() : *found;
  }

  json Clock() const {
    return {{"mode", m.clock_mode},
            {"unix", static_cast<double>(m.Now()) / 1e9},
            {"unix_ns", std::to_string(m.Now())}};
  }

  /// How many points of the filter a call misses; 9 where it can be no near miss.
  int Misses(const json& call) const {
    const std::string command = call["command"].is_null() ? "" : call["command"];
    const std::string code = call["error_code"].dump();
    const std::string id = call["sdkappid"].dump();
    const std::int64_t at = call["unix_ns"];
    int misses = 0;
    if (Get("app", Get("sdkappid", id)) != id) misses += id == "null" ? 1 : 9;
    if (Get("code", code) != code) ++misses;
    if (target.query.contains("fault") && call["fault"] != Get("fault")) ++misses;
    if (!("/" + command).ends_with("/" + Get("command", command))) ++misses;
    if (at < Nanoseconds(Get("from", "0"))) ++misses;
    if (at >= Nanoseconds(Get("until", "9000000001"))) ++misses;
    if (call["id"].get<std::uint64_t>() <= std::stoul(Get("since", "0"))) ++misses;
    return misses;
  }

  json Requests() const {
    json fitting = json::array();
    json near = json::array();
    for (const auto& call : m.calls) {
      const int misses = Misses(call);
      if (misses == 0) fitting.push_back(call);
      if (misses == 1) near.push_back(call["id"]);
    }
    const auto count = fitting.size();
    if (rest == "stream") return target.query.contains("since") ? fitting : json::array();
    if (rest == "count") {
      const auto most = Number("at_most", count);
      const bool satisfied = count >= Number("at_least", 0) && count <= most;
      json answer = {{"count", count}, {"satisfied", satisfied}, {"complete", true}};
      if (count > most) near.clear();
      for (auto i = most; i < count; ++i) near.push_back(fitting[i]["id"]);
      std::reverse(near.begin(), near.end());
      while (near.size() > 5) near.erase(near.size() - 1);
      if (!satisfied) answer["near_misses"] = near;
      return answer;
    }
    const auto limit = Number("limit", 100);
    if (Get("order") == "newest") std::reverse(fitting.begin(), fitting.end());
    while (fitting.size() > limit) fitting.erase(fitting.size() - 1);
    return {{"requests", fitting}, {"more", count > limit}, {"evicted", 0}, {"last_id", m.last_id}};
  }

  /// What the other methods do; the status.
  int Change() {
    if (route == "apps") return ChangeApps();
    if (first == "apps") return ChangeApp(static_cast<std::uint32_t>(std::stoul(rest)));
    if (method == "POST" && route == "faults") return AddFault();
    if (first == "faults") {
      const auto meant = [&](const json& fault) { return rest.empty() || fault["id"] == rest; };
      return std::erase_if(m.faults, meant) > 0 || rest.empty() ? 200 : 404;
    }
    if (first == "requests") {
      std::erase_if(m.calls, [&](const json& call) { return Misses(call) == 0; });
    }
    if (first == "profile") PutProfile();
    if (route == "state") return PutState();
    if (route == "reset") return Reset();
    if (route == "clock") return SetClock(body);
    if (route == "clock/advance") return Advance();
    if (route == "usersig") return MakeUserSig();
    return 200;
  }

  int ChangeApps() {
    const json list = method == "PUT" ? body["apps"] : json::array();
    const auto id = seen.value("sdkappid", 0U);
    const bool posts = method == "POST";
    if (posts ? m.apps.size() >= m.max_apps : list.size() > m.max_apps) return 503;
    if (!posts) m.apps.clear();
    for (const auto& app : list) Put(app["sdkappid"], app);
    if (!posts || id == 0 || m.apps.contains(id)) return posts ? 201 : 200;
    json change = body.is_null() ? json::object() : body;
    if (change.value("admins", json()).empty()) change.erase("admins");
    route += "/" + std::to_string(id);
    return Put(id, change);
  }

  int ChangeApp(std::uint32_t id) {
    const bool names = rest.ends_with("/names");
    const bool known = m.apps.contains(id);
    if (method == "PUT" && !names) return known || m.apps.size() < m.max_apps ? Put(id, body) : 503;
    if (!known) return 404;
    if (names) m.apps[id].app["names"] = body;
    if (method == "DELETE") m.apps.erase(id);
    return 200;
  }

  /// The change over the app that is there, or over a new one.
  int Put(std::uint32_t id, json change) {
    const bool known = m.apps.contains(id);
    json app = {{"sdkappid", id},  {"admins", {"administrator"}},
                {"enabled", true}, {"region", "any"},
                {"feature", "on"}, {"names", json::object()}};
    app["keys"] = seen.value("keys", json());
    if (known) app = m.apps[id].app;
    if (change.contains("key")) change["keys"] = {change["key"]};
    app.update(change);
    app.erase("key");
    m.apps[id] = {.app = app, .put = app};
    return known ? 200 : 201;
  }

  int AddFault() {
    static const json presets = Fixture("faults.json")["presets"];
    const json given = body.is_string() ? json{{"preset", body}} : body;
    json fault = {
        {"match", json::object()}, {"action", json::object()}, {"matched", 0}, {"hits", 0}};
    for (const auto& preset : presets) {
      if (preset["name"] == given.value("preset", "")) fault.update(preset);
    }
    fault.update(given, true);
    for (const auto* name : {"preset", "name", "description"}) fault.erase(name);
    for (const auto* name : {"id", "seed"}) fault.emplace(name, seen.value(name, json()));
    json& match = fault["match"];
    json& action = fault["action"];
    const json delay = action.value("delay", json::object());
    if (match.contains("app")) match["sdkappid"] = match["app"];
    if (action.contains("delay_ms")) action["delay"] = {{"fixed_ms", action["delay_ms"]}};
    match.erase("app");
    action.erase("delay_ms");
    if (!KnowsApp(match.value("sdkappid", json()))) return 404;
    for (const auto& other : m.faults) {
      if (other["id"] == fault["id"]) return 400;
    }
    m.faults.push_back(fault);
    route += "/" + std::string(fault["id"]);
    json chance = {{"seed", fault["seed"]}, {"action", {{"http_status", 599}}}};
    chance["match"]["probability"] = match.value("probability", 1.0);
    if (!delay.empty() && !delay.contains("fixed_ms")) chance["action"]["delay"] = delay;
    auto& alone = m.draws[fault["id"]] = Service::Create().value();
    (void)alone->AddFault(FaultFromJson(chance).value()).value();
    return 201;
  }

  void PutProfile() {
    json change = rest.empty() ? body : json{{rest, body}};
    if (change.is_string()) change = {{"base", change}};
    const json base = change.contains("base") ? Shipped(change["base"]) : m.profile;
    change.erase("base");
    route = "profile";
    SetProfile(base, change);
  }

  /// `change` laid over `profile`, switch by switch.
  void SetProfile(json profile, json change) {
    if (change.contains("throttle")) {
      json& rule = change["throttle"];
      if (!rule.is_object()) rule = {{"limit", rule == "off" ? json("none") : rule}};
      const json limit = rule.value("limit", json());
      if (limit.is_number() && !rule.contains("burst")) rule["burst"] = limit;
    }
    profile.update(change, true);
    for (auto& [id, app] : m.apps) {
      if (profile["throttle"] != m.profile["throttle"]) app.counters = {}, app.rows = {};
    }
    m.profile = profile;
  }

  int PutState() {
    const Model before = m;
    json profile = body.value("profile", m.profile);
    if (profile.is_string()) profile = Shipped(profile);
    json change = body;
    for (const auto* name : {"apps", "profile", "usersig", "clock"}) change.erase(name);
    SetProfile(profile, change);
    if (body.contains("usersig")) m.verify = body["usersig"] == "verify";
    int status = body.contains("apps") ? ChangeApps() : 200;
    if (body.contains("clock") && status == 200) status = SetClock(body["clock"]);
    if (status != 200) m = before;
    return status;
  }

  int Reset() {
    const json id = AppId();
    if (id.is_null()) {
      Model fresh(m.machine, m.max_apps, m.max_body);
      fresh.last_id = m.last_id;
      fresh.metrics = m.metrics;
      fresh.sigs = m.sigs;
      m = fresh;
      return 200;
    }
    if (!m.apps.contains(id)) return 404;
    const json put = m.apps[id].put;
    m.apps[id] = {.app = put, .put = put};
    const auto of_app = [&](const json& part) { return part.value("sdkappid", json()) == id; };
    std::erase_if(m.calls, of_app);
    std::erase_if(m.faults, [&](const json& fault) { return of_app(fault["match"]); });
    return 200;
  }

  int MoveTo(std::int64_t now, const std::string& mode) {
    if (now < 0 || now > 9'000'000'000 * kSecond) return 400;
    m.clock_at = mode == "frozen" ? now : now - m.machine;
    m.clock_mode = mode == "offset" && m.clock_at == 0 ? "real" : mode;
    return 200;
  }

  int SetClock(const json& given) {
    const std::string text = given.is_string() ? given : given["mode"];
    std::int64_t at = m.Now();
    if (text == "real") return MoveTo(m.machine, text);
    if (given.is_string()) {
      return MoveTo(Nanoseconds(text.substr(1)), text[0] == '@' ? "frozen" : "offset");
    }
    if (given.contains("unix")) at = std::llround(given["unix"].get<double>() * 1e6) * 1000;
    if (given.contains("unix_ns")) at = std::stoll(std::string(given["unix_ns"]));
    return MoveTo(at, text);
  }

  int Advance() {
    static const std::map<std::string, double> units = {{"hours", 3.6e12},     {"minutes", 6e10},
                                                        {"seconds", 1e9},      {"ms", 1e6},
                                                        {"milliseconds", 1e6}, {"nanoseconds", 1}};
    route = "clock";
    const double by = body.begin()->get<double>() * units.at(body.begin().key());
    return MoveTo(m.Now() + std::llround(by), m.clock_mode == "frozen" ? "frozen" : "offset");
  }

  int MakeUserSig() {
    if (!m.apps.contains(AppId())) return 404;
    json& sig = m.sigs[seen["usersig"]] = body;
    sig["sdkappid"] = AppId();
    sig["time"] = m.Now() / kSecond;
    sig["expire"] = body.value("expire", 86400);
    sig["key"] = m.apps[AppId()].app["keys"][0];
    return 200;
  }
};

}  // namespace

Model::Model(std::int64_t unix_ns, std::size_t most_apps, std::size_t most_body)
    : machine(unix_ns), max_apps(most_apps), max_body(most_body) {
  const App demo = DemoApp();
  profile = Fixture("profiles/seed-2022-04.json");
  Control("PUT", "apps/" + std::to_string(demo.sdkappid),
          {{"keys", demo.keys}, {"admins", demo.admins}}, json::object());
}

Expected Model::Control(const std::string& method, const std::string& path, const json& body,
                        const json& seen) {
  return ControlRequest{*this, method, body, seen, Target("/" + path)}.Run();
}

}  // namespace timock::model
