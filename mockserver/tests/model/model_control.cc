#include <algorithm>
#include <cmath>

#include "model/model.h"

namespace timock::model {
namespace {

constexpr std::int64_t kLastSecond = 9'000'000'000;
const Expected kNotFound{.status = 404};
const Expected kBad{.status = 400};

std::string Seconds(std::int64_t ns) {
  std::string fraction = std::to_string(kSecond + ns % kSecond).substr(1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return std::to_string(ns / kSecond) + (fraction.empty() ? "" : "." + fraction);
}

/// An app in the form of GET, over `base`.
json Laid(json base, json change) {
  if (change.contains("key")) change["keys"] = {change["key"]};
  change.erase("key");
  for (const auto& [name, value] : change.items()) base[name] = value;
  return base;
}

json NewApp(std::uint32_t id) {
  return {{"sdkappid", id},  {"admins", {"administrator"}}, {"enabled", true}, {"region", "any"},
          {"feature", "on"}, {"names", json::object()}};
}

}  // namespace

Model::Model(std::int64_t unix_ns, std::size_t max_apps, std::size_t max_body)
    : start_(unix_ns), machine_(unix_ns), max_apps_(max_apps), max_body_(max_body) {
  for (const auto& name : Profile::ShippedNames()) {
    shipped_[name] = Fixture("profiles/" + name + ".json");
  }
  Reset(json::object());
}

std::int64_t Model::Now() const {
  if (clock_mode_ == "frozen") return clock_at_;
  return machine_ + (clock_mode_ == "offset" ? clock_at_ : 0);
}

json Model::Clock() const {
  return {{"mode", clock_mode_},
          {"unix", static_cast<double>(Now()) / 1e9},
          {"unix_ns", std::to_string(Now())}};
}

json Model::State() const {
  json apps = json::array();
  for (const auto& [id, app] : apps_) apps.push_back(app.app);
  const std::string sign = clock_mode_ == "frozen" ? "@" : "+";
  return {{"apps", apps},
          {"profile", profile_},
          {"usersig", verify_ ? "verify" : "off"},
          {"clock", clock_mode_ == "real" ? "real" : sign + Seconds(Now())}};
}

bool Model::MoveTo(std::int64_t now, const std::string& mode) {
  if (now < 0 || now > kLastSecond * kSecond) return false;
  clock_mode_ = mode;
  clock_at_ = mode == "frozen" ? now : now - machine_;
  if (mode == "offset" && clock_at_ == 0) clock_mode_ = "real";
  return true;
}

Expected Model::SetClock(const json& body) {
  if (body.is_string()) {
    const std::string text = body;
    if (text != "real" &&
        !MoveTo(Nanoseconds(text.substr(1)), text[0] == '@' ? "frozen" : "offset")) {
      return kBad;
    }
    if (text == "real") clock_mode_ = "real";
    return {.body = Clock()};
  }
  const std::string mode = body["mode"];
  if (mode == "real") {
    clock_mode_ = mode;
    return {.body = Clock()};
  }
  std::int64_t at = Now();
  if (body.contains("unix")) at = std::llround(body["unix"].get<double>() * 1e6) * 1000;
  if (body.contains("unix_ns")) at = std::stoll(body["unix_ns"].get<std::string>());
  return MoveTo(at, mode) ? Expected{.body = Clock()} : kBad;
}

/// `change` laid over `profile`, switch by switch.
json Model::Overlay(json profile, const json& change) const {
  for (const auto& [name, given] : change.items()) {
    json value = given;
    if (name == "throttle" && !given.is_object()) {
      value = {{"limit", given == "off" ? json("none") : given}};
    }
    if (value.is_object()) {
      for (const auto& [member, inner] : value.items()) profile[name][member] = inner;
      if (name == "throttle" && value.contains("limit") && !value.contains("burst") &&
          value["limit"].is_number()) {
        profile[name]["burst"] = value["limit"];
      }
    } else {
      profile[name] = value;
    }
  }
  return profile;
}

void Model::SetProfile(json profile) {
  if (profile["throttle"] != profile_["throttle"]) {
    for (auto& [id, app] : apps_) app.counters.clear(), app.rows.clear();
  }
  profile_ = std::move(profile);
}

void Model::Put(std::uint32_t id, json app) { apps_[id] = {.app = app, .put = app}; }

Expected Model::Apps(const std::string& method, const json& body, const json& seen) {
  if (method == "POST") {
    if (apps_.size() >= max_apps_) return {.status = 503};
    const auto id = seen.value("sdkappid", 0U);
    if (id == 0 || apps_.contains(id)) return {.status = 201, .body = "an SDKAppID of its own"};
    json app = NewApp(id);
    app["keys"] = seen["keys"];
    app = Laid(app, body.is_null() ? json::object() : body);
    if (app["admins"].empty()) app["admins"] = {"administrator"};
    Put(id, app);
    return {.status = 201, .body = apps_[id].app};
  }
  if (method == "GET") return {.body = {{"apps", State()["apps"]}}};
  const json list = method == "PUT" ? body["apps"] : json::array();
  if (list.size() > max_apps_) return {.status = 503};
  apps_.clear();
  for (const auto& app : list) Put(app["sdkappid"], Laid(NewApp(app["sdkappid"]), app));
  return {.body = method == "PUT" ? json{{"apps", State()["apps"]}} : json::object()};
}

Expected Model::OneApp(const std::string& method, std::uint32_t id, const std::string& rest,
                       const json& body, const json& seen) {
  const auto it = apps_.find(id);
  const bool known = it != apps_.end();
  if (method == "PUT" && rest.empty()) {
    if (!known && apps_.size() >= max_apps_) return {.status = 503};
    json base = known ? it->second.app : NewApp(id);
    if (!known) base["keys"] = seen.value("keys", json::array());
    Put(id, Laid(base, body));
    return {.status = known ? 200 : 201, .body = apps_[id].app};
  }
  if (!known) return kNotFound;
  if (rest == "names") {
    if (method == "PUT") it->second.app["names"] = body;
    return {.body = it->second.app["names"]};
  }
  if (method == "GET") return {.body = it->second.app};
  apps_.erase(it);
  return {.body = json::object()};
}

bool Model::KnowsApp(std::uint32_t sdkappid) const {
  return apps_.contains(sdkappid) ||
         std::any_of(calls_.begin(), calls_.end(),
                     [&](const json& call) { return call["sdkappid"] == sdkappid; });
}

Expected Model::Faults(const std::string& method, const std::string& id, const json& body,
                       const json& seen) {
  static const json presets = Fixture("faults.json")["presets"];
  const auto shown = [](const FaultState& state) {
    json out = state.fault;
    out["matched"] = state.matched;
    out["hits"] = state.hits;
    return out;
  };
  if (method == "POST") {
    json fault = {{"match", json::object()}, {"action", json::object()}};
    json given = body.is_string() ? json{{"preset", body}} : body;
    if (given.contains("preset")) {
      for (json preset : presets) {
        if (preset["name"] != given["preset"]) continue;
        preset.erase("name");
        preset.erase("description");
        fault.update(preset);
      }
      given.erase("preset");
    }
    fault.update(given, true);
    json& match = fault["match"];
    if (match.contains("app")) match["sdkappid"] = match["app"];
    match.erase("app");
    if (match.contains("sdkappid") && !KnowsApp(match["sdkappid"])) return kNotFound;
    for (const auto& other : faults_) {
      if (other.fault["id"] == fault.value("id", "")) return kBad;
    }
    for (const auto* name : {"id", "seed"}) {
      if (!fault.contains(name)) fault[name] = seen.value(name, json());
    }
    json& action = fault["action"];
    if (action.contains("delay_ms")) action["delay"] = {{"fixed_ms", action["delay_ms"]}};
    action.erase("delay_ms");
    FaultState state{.fault = fault};
    const bool drawn = action.value("delay", json::object()).contains("uniform_ms") ||
                       action.value("delay", json::object()).contains("log_normal");
    if (drawn || match.contains("probability")) state.draws = std::make_shared<Draws>(fault);
    faults_.push_back(state);
    return {.status = 201, .body = shown(state)};
  }
  if (id == "presets") return {.body = {{"presets", presets}}};
  if (id.empty()) {
    json all = json::array();
    for (const auto& state : faults_) all.push_back(shown(state));
    if (method == "DELETE") faults_.clear();
    return {.body = method == "DELETE" ? json::object() : json{{"faults", all}}};
  }
  for (auto it = faults_.begin(); it != faults_.end(); ++it) {
    if (it->fault["id"] != id) continue;
    const json out = shown(*it);
    if (method == "DELETE") faults_.erase(it);
    return {.body = method == "DELETE" ? json::object() : out};
  }
  return kNotFound;
}

json Model::ThrottleRows(std::optional<std::uint32_t> sdkappid) const {
  json rule = profile_["throttle"];
  const std::int64_t window = rule["window_ms"].get<std::int64_t>() * 1'000'000;
  json out = json::array();
  for (const auto& [id, app] : apps_) {
    if (sdkappid && *sdkappid != id) continue;
    const json limit = app.app.value("limit", rule["limit"]);
    rule["burst"] = app.app.contains("limit") ? limit : profile_["throttle"]["burst"];
    auto rows = app.rows;
    if (rows.empty()) rows[""];
    for (const auto& [command, row] : rows) {
      std::int64_t free = Now();
      const auto counter = app.counters.find(command);
      if (limit.is_number() && counter != app.counters.end() &&
          !counter->second.Admits(rule, limit, free)) {
        // No call comes in between, so once there is a place there is one from then on.
        std::int64_t taken = free;
        free += 4 * window;
        while (free - taken > 1) {
          const std::int64_t middle = taken + (free - taken) / 2;
          (counter->second.Admits(rule, limit, middle) ? free : taken) = middle;
        }
      }
      const auto total = [&](bool admitted) {
        return admitted ? row.admitted_total : row.refused_total;
      };
      out.push_back({{"sdkappid", id},
                     {"command", command.empty() ? json() : json(command)},
                     {"limit", limit},
                     {"admitted", row.InWindow(row.admitted, window, Now())},
                     {"refused", row.InWindow(row.refused, window, Now())},
                     {"next_free", rule["scope"] == "app_and_identifier" ? json() : json(free)},
                     {"worst_admitted", row.worst},
                     {"worst_at_least", false},
                     {"stepped_back", row.stepped_back},
                     {"admitted_total", total(true)},
                     {"refused_total", total(false)}});
    }
  }
  return out;
}

Expected Model::Metrics() const {
  Expected expected;
  for (const auto& [name, count] : metrics_) {
    const std::string line = name.starts_with("{")
                                 ? "timock_calls_total" + name
                                 : "timock_throttle_total{outcome=\"" + name.substr(9) + "\"}";
    expected.lines.push_back(line + " " + std::to_string(count));
  }
  return expected;
}

Expected Model::Reset(const json& body) {
  if (body.contains("sdkappid") || body.contains("app")) {
    const std::uint32_t id = body.value("sdkappid", body.value("app", 0U));
    const auto it = apps_.find(id);
    if (it == apps_.end()) return kNotFound;
    Put(id, it->second.put);
    std::erase_if(calls_, [&](const json& call) { return call["sdkappid"] == id; });
    std::erase_if(faults_, [&](const FaultState& state) {
      return state.fault["match"].value("sdkappid", 0U) == id;
    });
    return {.body = json::object()};
  }
  clock_mode_ = "real";
  verify_ = true;
  profile_ = shipped_["seed-2022-04"];
  apps_.clear();
  const App demo = DemoApp();
  Put(demo.sdkappid, Laid(NewApp(demo.sdkappid), {{"keys", demo.keys}, {"admins", demo.admins}}));
  faults_.clear();
  calls_.clear();
  return {.body = json::object()};
}

Expected Model::PutState(const json& body) {
  const Model before = *this;
  if (body.contains("apps")) {
    const Expected apps = Apps("PUT", body, {});
    if (apps.status != 200) return apps;
  }
  if (body.contains("profile") || body.contains("throttle")) {
    json profile = body.value("profile", profile_);
    if (profile.is_string()) profile = shipped_[profile.get<std::string>()];
    if (body.contains("throttle")) profile = Overlay(profile, {{"throttle", body["throttle"]}});
    SetProfile(profile);
  }
  if (body.contains("usersig")) verify_ = body["usersig"] == "verify";
  if (body.contains("clock") && SetClock(body["clock"]).status != 200) {
    *this = before;
    return kBad;
  }
  return {.body = State()};
}

Expected Model::Control(const std::string& method, const std::string& path, const json& body,
                        const json& seen) {
  const auto mark = std::min(path.find('?'), path.size());
  std::string route = path.substr(0, mark);
  std::map<std::string, std::string> query;
  for (std::size_t i = mark + 1; i < path.size();) {
    const auto end = std::min(path.find('&', i), path.size());
    const auto equals = path.find('=', i);
    query[path.substr(i, equals - i)] = path.substr(equals + 1, end - equals - 1);
    i = end + 1;
  }
  const auto slash = std::min(route.find('/'), route.size());
  const std::string rest = route.substr(std::min(slash + 1, route.size()));
  const std::string first = route.substr(0, slash);
  if (route == "apps") return Apps(method, body, seen);
  if (first == "apps") {
    const auto inner = std::min(rest.find('/'), rest.size());
    return OneApp(method, static_cast<std::uint32_t>(std::stoul(rest)),
                  rest.substr(std::min(inner + 1, rest.size())), body, seen);
  }
  if (first == "faults") return Faults(method, rest, body, seen);
  if (first == "requests") return Requests(method, rest, query);
  if (route == "profile" && method == "PUT") {
    if (body.is_string()) {
      SetProfile(shipped_[body]);
    } else if (body.contains("base")) {
      json change = body;
      change.erase("base");
      SetProfile(Overlay(shipped_[body["base"]], change));
    } else {
      SetProfile(Overlay(profile_, body));
    }
  } else if (first == "profile" && method == "PUT") {
    SetProfile(Overlay(profile_, {{rest, body}}));
  }
  if (first == "profile")
    return {.body = rest.empty() || method == "PUT" ? profile_ : profile_[rest]};
  if (route == "state") return method == "PUT" ? PutState(body) : Expected{.body = State()};
  if (route == "reset") return Reset(body.is_null() ? json::object() : body);
  if (route == "clock") return method == "PUT" ? SetClock(body) : Expected{.body = Clock()};
  if (route == "clock/advance") {
    const std::map<std::string, double> units = {{"seconds", 1e9},      {"minutes", 6e10},
                                                 {"hours", 3.6e12},     {"ms", 1e6},
                                                 {"milliseconds", 1e6}, {"nanoseconds", 1}};
    const double number = *body.begin();
    const auto by = std::llround(number * units.at(body.begin().key()));
    const bool moved = MoveTo(Now() + by, clock_mode_ == "frozen" ? "frozen" : "offset");
    return moved ? Expected{.body = Clock()} : kBad;
  }
  if (route == "throttle") {
    const auto app = query.find("app");
    std::optional<std::uint32_t> id;
    if (app != query.end()) id = static_cast<std::uint32_t>(std::stoul(app->second));
    if (id && !apps_.contains(*id)) return kNotFound;
    const json& rule = profile_["throttle"];
    return {.body = {{"window_ms", rule["window_ms"]},
                     {"algorithm", rule["algorithm"]},
                     {"scope", rule["scope"]},
                     {"apps", ThrottleRows(id)}}};
  }
  if (route == "usersig") {
    const std::uint32_t id = body.value("sdkappid", body.value("app", 0U));
    if (!apps_.contains(id)) return kNotFound;
    const std::int64_t expire = body.value("expire", 86400);
    const std::int64_t now = Now() / kSecond;
    Learn(seen.value("usersig", ""), {.identifier = body["identifier"],
                                      .sdkappid = id,
                                      .time = now,
                                      .expire = expire,
                                      .key = apps_[id].app["keys"][0]});
    json answer = seen;
    answer["expires_at"] = now + expire;
    return {.body = answer};
  }
  if (route == "metrics") return Metrics();
  if (route == "health") {
    json answer = seen;
    answer["status"] = "ready";
    answer["clock"] = Clock();
    return {.body = answer};
  }
  return {.body = seen};
}

}  // namespace timock::model
