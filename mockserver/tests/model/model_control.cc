#include <algorithm>
#include <cmath>

#include "core/fault_json.h"
#include "model/model.h"

namespace timock::model {
namespace {

const Expected kBad{.status = 400};
const Expected kNotFound{.status = 404};
const Expected kFull{.status = 503};

/// One request, with what the fake answered.
struct Ask {
  Model& m;
  const std::string& method;
  const json& body;
  const json& seen;
  const Target target;
  const std::string route = target.path.substr(1);
  const std::string first = route.substr(0, route.find('/'));
  const std::string rest = route.substr(std::min(first.size() + 1, route.size()));
  const bool put = method == "PUT";

  std::string Get(const std::string& name, const std::string& otherwise = "") const {
    return target.query.contains(name) ? target.Get(name) : otherwise;
  }

  /// The app that body or query names.
  json AppId() const {
    if (body.is_object()) return body.value("app", body.value("sdkappid", json()));
    return json::parse(Get("app", Get("sdkappid", "null")));
  }

  Expected Run() {
    if (route == "apps") return Apps();
    if (first == "apps") return OneApp(static_cast<std::uint32_t>(std::stoul(rest)));
    if (route == "faults" && method == "POST") return AddFault();
    if (first == "faults") return Faults();
    if (first == "requests") return Requests();
    if (first == "profile") return Profile();
    if (route == "state") return put ? PutState() : Expected{.body = m.State()};
    if (route == "reset") return Reset();
    if (route == "clock") return put ? SetClock(body) : Expected{.body = Clock()};
    if (route == "clock/advance") return Advance();
    const json id = AppId();
    json answer = seen;
    if (route == "throttle" || route == "usersig") {
      if (!id.is_null() && !m.apps.contains(id)) return kNotFound;
      answer = route == "throttle" ? Throttle(id) : UserSig(id);
    }
    if (route == "metrics") {
      answer = json::array();
      for (const auto& [name, count] : m.metrics) {
        answer.push_back(name + " " + std::to_string(count));
      }
    }
    if (route == "health") answer.update({{"status", "ready"}, {"clock", Clock()}});
    return {.body = answer};
  }

  json Throttle(const json& id) const {
    json answer = {{"apps", m.ThrottleRows(id)}};
    for (const auto* name : {"window_ms", "algorithm", "scope"}) {
      answer[name] = m.profile["throttle"][name];
    }
    return answer;
  }

  json UserSig(const json& id) const {
    json sig = body;
    sig["sdkappid"] = id;
    sig["key"] = m.apps.at(id).app["keys"][0];
    sig["time"] = m.Now() / kSecond;
    sig["expire"] = body.value("expire", 86400);
    m.sigs[seen.value("usersig", "")] = sig;
    json answer = seen;
    answer["expires_at"] = sig["time"].get<std::int64_t>() + sig["expire"].get<std::int64_t>();
    return answer;
  }

  /// The change over the app that is there, or over a new one.
  Expected Put(std::uint32_t id, json change) {
    const bool known = m.apps.contains(id);
    json app = {{"sdkappid", id},
                {"admins", {"administrator"}},
                {"enabled", true},
                {"region", "any"},
                {"feature", "on"},
                {"names", json::object()},
                {"keys", seen.value("keys", json())}};
    if (known) app = m.apps.at(id).app;
    if (change.contains("key")) change["keys"] = {change["key"]};
    app.update(change);
    app.erase("key");
    m.apps[id] = {.app = app, .put = app};
    return {.status = known ? 200 : 201, .body = app};
  }

  Expected Apps() {
    if (method == "POST") {
      const auto id = seen.value("sdkappid", 0U);
      if (m.apps.size() >= m.max_apps) return kFull;
      if (id == 0 || m.apps.contains(id)) return {.body = "an SDKAppID of its own"};
      json change = body.is_null() ? json::object() : body;
      if (change.value("admins", json()).empty()) change.erase("admins");
      return Put(id, change);
    }
    if (method == "GET") return {.body = {{"apps", m.State()["apps"]}}};
    const json list = put ? body["apps"] : json::array();
    if (list.size() > m.max_apps) return kFull;
    m.apps.clear();
    for (const auto& app : list) Put(app["sdkappid"], app);
    return {.body = put ? json{{"apps", m.State()["apps"]}} : json::object()};
  }

  Expected OneApp(std::uint32_t id) {
    const auto it = m.apps.find(id);
    const bool known = it != m.apps.end();
    const bool names = rest.ends_with("/names");
    if (put && !names) return known || m.apps.size() < m.max_apps ? Put(id, body) : kFull;
    if (!known) return kNotFound;
    json& app = it->second.app;
    if (put) app["names"] = body;
    if (method != "DELETE") return {.body = names ? app["names"] : app};
    m.apps.erase(it);
    return {};
  }

  bool KnowsApp(const json& id) const {
    return m.apps.contains(id) ||
           std::any_of(m.calls.begin(), m.calls.end(),
                       [&](const json& call) { return call["sdkappid"] == id; });
  }

  Expected AddFault() {
    static const json presets = Fixture("faults.json")["presets"];
    const json given = body.is_string() ? json{{"preset", body}} : body;
    json fault = {{"match", json::object()}, {"action", json::object()}};
    for (const auto& preset : presets) {
      if (preset["name"] == given.value("preset", "")) fault.update(preset);
    }
    fault.update(given, true);
    for (const auto* name : {"preset", "name", "description"}) fault.erase(name);
    json& match = fault["match"];
    json& action = fault["action"];
    if (match.contains("app")) match["sdkappid"] = match["app"];
    match.erase("app");
    if (match.contains("sdkappid") && !KnowsApp(match["sdkappid"])) return kNotFound;
    if (action.contains("delay_ms")) action["delay"] = {{"fixed_ms", action["delay_ms"]}};
    action.erase("delay_ms");
    for (const auto* name : {"id", "seed"}) {
      fault[name] = fault.value(name, seen.value(name, json()));
    }
    for (const auto& other : m.faults) {
      if (other["id"] == fault["id"]) return kBad;
    }
    fault["matched"] = fault["hits"] = 0;
    m.faults.push_back(fault);
    json chance = {{"action", {{"http_status", 599}}}, {"seed", fault["seed"]}};
    chance["match"]["probability"] = match.value("probability", 1.0);
    const json delay = action.value("delay", json::object());
    if (!delay.empty() && !delay.contains("fixed_ms")) chance["action"]["delay"] = delay;
    std::shared_ptr<Service> alone = Service::Create().value();
    (void)alone->AddFault(FaultFromJson(chance).value()).value();
    m.draws[fault["id"]] = alone;
    return {.status = 201, .body = fault};
  }

  Expected Faults() {
    if (rest == "presets") return {.body = seen};
    json meant = json::array();
    std::erase_if(m.faults, [&](const json& fault) {
      const bool fits = rest.empty() || fault["id"] == rest;
      if (fits) meant.push_back(fault);
      return fits && method == "DELETE";
    });
    if (!rest.empty() && meant.empty()) return kNotFound;
    if (method == "DELETE") return {};
    return {.body = rest.empty() ? json{{"faults", meant}} : meant[0]};
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

  Expected Requests() {
    if (!rest.empty() && rest != "count" && rest != "stream") {
      for (const auto& call : m.calls) {
        if (call["id"].dump() == rest) return {.body = call};
      }
      return kNotFound;
    }
    if (!AppId().is_null() && !KnowsApp(AppId())) return kNotFound;
    json fitting = json::array();
    json near = json::array();
    for (const auto& call : m.calls) {
      const int misses = Misses(call);
      if (misses == 0) fitting.push_back(call);
      if (misses == 1) near.push_back(call["id"]);
    }
    if (method == "DELETE") {
      std::erase_if(m.calls, [&](const json& call) { return Misses(call) == 0; });
      return {};
    }
    if (rest == "stream") return {.body = Get("since").empty() ? json::array() : fitting};
    if (rest == "count") return Count(fitting, near);
    if (Get("order") == "newest") std::reverse(fitting.begin(), fitting.end());
    const auto limit = std::stoul(Get("limit", "100"));
    const bool more = fitting.size() > limit;
    while (fitting.size() > limit) fitting.erase(fitting.size() - 1);
    return {
        .body = {{"requests", fitting}, {"more", more}, {"evicted", 0}, {"last_id", m.last_id}}};
  }

  Expected Count(const json& fitting, json near) const {
    const auto least = std::stoul(Get("at_least", "0"));
    const auto most = std::stoul(Get("at_most", "4294967295"));
    const auto count = fitting.size();
    if (most < least) return kBad;
    const bool satisfied = count >= least && count <= most;
    json answer = {{"count", count}, {"satisfied", satisfied}, {"complete", true}};
    if (count > most) near.clear();
    for (auto i = most; i < count; ++i) near.push_back(fitting[i]["id"]);
    std::reverse(near.begin(), near.end());
    while (near.size() > 5) near.erase(near.size() - 1);
    if (!satisfied) answer["near_misses"] = near;
    return {.body = answer};
  }

  Expected Profile() {
    json base = m.profile;
    if (!put) return {.body = rest.empty() ? base : base[rest]};
    json change = rest.empty() ? body : json{{rest, body}};
    if (change.is_string()) change = {{"base", change}};
    if (change.contains("base")) base = Shipped(change["base"]);
    change.erase("base");
    SetProfile(base, change);
    return {.body = m.profile};
  }

  static json Shipped(const std::string& name) { return Fixture("profiles/" + name + ".json"); }

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

  Expected PutState() {
    const Model before = m;
    json profile = body.value("profile", m.profile);
    if (profile.is_string()) profile = Shipped(profile);
    json change = json::object();
    if (body.contains("throttle")) change["throttle"] = body["throttle"];
    Expected done;
    SetProfile(profile, change);
    if (body.contains("usersig")) m.verify = body["usersig"] == "verify";
    if (body.contains("apps")) done = Apps();
    if (body.contains("clock") && done.status == 200) done = SetClock(body["clock"]);
    if (done.status == 200) return {.body = m.State()};
    m = before;
    return done;
  }

  Expected Reset() {
    const json id = AppId();
    if (id.is_null()) {
      Model fresh(m.machine, m.max_apps, m.max_body);
      fresh.last_id = m.last_id;
      fresh.metrics = m.metrics;
      fresh.sigs = m.sigs;
      m = fresh;
      return {};
    }
    if (!m.apps.contains(id)) return kNotFound;
    const json put_last = m.apps.at(id).put;
    m.apps[id] = {.app = put_last, .put = put_last};
    std::erase_if(m.calls, [&](const json& call) { return call["sdkappid"] == id; });
    std::erase_if(m.faults, [&](const json& fault) {
      return fault["match"].value("sdkappid", json()) == id;
    });
    return {};
  }

  json Clock() const {
    return {{"mode", m.clock_mode},
            {"unix", static_cast<double>(m.Now()) / 1e9},
            {"unix_ns", std::to_string(m.Now())}};
  }

  Expected MoveTo(std::int64_t now, const std::string& mode) {
    if (now < 0 || now > 9'000'000'000 * kSecond) return kBad;
    m.clock_at = mode == "frozen" ? now : now - m.machine;
    m.clock_mode = mode == "offset" && m.clock_at == 0 ? "real" : mode;
    return {.body = Clock()};
  }

  Expected SetClock(const json& given) {
    if (given == "real" || (given.is_object() && given["mode"] == "real")) {
      return MoveTo(m.machine, "real");
    }
    if (given.is_string()) {
      const std::string text = given;
      return MoveTo(Nanoseconds(text.substr(1)), text[0] == '@' ? "frozen" : "offset");
    }
    std::int64_t at = m.Now();
    if (given.contains("unix")) at = std::llround(given["unix"].get<double>() * 1e6) * 1000;
    if (given.contains("unix_ns")) at = std::stoll(given["unix_ns"].get<std::string>());
    return MoveTo(at, given["mode"]);
  }

  Expected Advance() {
    static const std::map<std::string, double> units = {{"hours", 3.6e12},     {"minutes", 6e10},
                                                        {"seconds", 1e9},      {"ms", 1e6},
                                                        {"milliseconds", 1e6}, {"nanoseconds", 1}};
    const auto by = body.begin()->get<double>() * units.at(body.begin().key());
    return MoveTo(m.Now() + std::llround(by), m.clock_mode == "frozen" ? "frozen" : "offset");
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

json Model::State() const {
  json all = json::array();
  for (const auto& [id, app] : apps) all.push_back(app.app);
  const std::string sign = clock_mode == "frozen" ? "@" : "+";
  return {{"apps", all},
          {"profile", profile},
          {"usersig", verify ? "verify" : "off"},
          {"clock", clock_mode == "real" ? "real" : sign + Seconds(Now())}};
}

Expected Model::Control(const std::string& method, const std::string& path, const json& body,
                        const json& seen) {
  return Ask{*this, method, body, seen, Target("/" + path)}.Run();
}

}  // namespace timock::model
