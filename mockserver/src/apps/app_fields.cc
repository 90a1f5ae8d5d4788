#include "apps/app_fields.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "apps/hosts.h"
#include "base/secrets.h"
#include "clock/clock_fields.h"
#include "clock/controlled_clock.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::int64_t kMaxUnixSeconds = 9'000'000'000;  // in the range of UnixTime's nanoseconds
constexpr std::uint32_t kMaxLimit = 1'000'000;
constexpr WholeType<std::int64_t> kApprovedAt{0, kMaxUnixSeconds, "UNIX seconds, 0 to 9000000000"};

struct KeyType : TextType {
  Problem Read(const json& value, std::string* out) const {
    Problem problem = TextType::Read(value, out);
    out->resize(WithoutEndingSpace(*out).size());
    return problem;
  }
};

struct FeatureType {
  Problem Read(const json& value, Feature* out) const {
    if (value == "on" || value == "off") {
      *out = {.state = value == "on" ? Feature::State::kOn : Feature::State::kOff};
      return {};
    }
    if (!value.is_object() || value.size() != 1 || !value.contains("approved_at")) {
      return Expected(R"("on", "off" or {"approved_at": UNIX seconds})");
    }
    std::int64_t seconds = 0;
    if (Problem problem = kApprovedAt.Read(value["approved_at"], &seconds)) {
      return problem->Below("/approved_at");
    }
    *out = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(seconds)};
    return {};
  }
  ordered_json Write(const Feature& feature) const {
    if (feature.state == Feature::State::kOn) return "on";
    if (feature.state == Feature::State::kOff) return "off";
    const auto at = std::chrono::floor<std::chrono::seconds>(feature.approved_at);
    return {{"approved_at", at.time_since_epoch().count()}};
  }
  json Schema() const {
    const json approved = {{"type", "object"},
                           {"properties", {{"approved_at", kApprovedAt.Schema()}}},
                           {"required", {"approved_at"}},
                           {"additionalProperties", false}};
    return {{"oneOf", {{{"enum", {"on", "off"}}}, approved}}};
  }
};

// An app's own limit, or "none"; absent or null for the profile's.
struct OwnLimitType {
  WholeType<std::uint32_t> calls{1, kMaxLimit};

  Problem Read(const json& value, std::optional<std::uint32_t>* out) const {
    if (value == "none") {
      *out = kNoLimit;
    } else if (value.is_null()) {
      out->reset();
    } else if (calls.Read(value, &out->emplace())) {
      return Expected(calls.What() + " or \"none\"");
    }
    return {};
  }
  ordered_json Write(const std::optional<std::uint32_t>& limit) const {
    if (limit == kNoLimit) return "none";
    return limit ? ordered_json(*limit) : ordered_json();
  }
  json Schema() const {
    return {{"oneOf", {calls.Schema(), {{"const", "none"}}, {{"type", "null"}}}}};
  }
};

struct NamesType {
  Problem Read(const json& value, AttrNames* out) const {
    if (!value.is_object()) return Expected(R"(an object such as {"0": "sex"})");
    for (const auto& [key, name] : value.items()) {
      const std::string pointer = JsonPointerBelow("", key);
      // R8: keys are exactly "0" to "9".
      if (key.size() != 1 || key[0] < '0' || key[0] > '9') {
        return Expected("one of the keys \"0\" to \"9\"", pointer);
      }
      if (Problem problem = TextType().Read(name, &(*out)[key[0] - '0'])) {
        return problem->Below(pointer);
      }
    }
    return {};
  }
  ordered_json Write(const AttrNames& names) const {
    auto out = ordered_json::object();
    for (const auto& [slot, name] : names) out[std::to_string(slot)] = name;
    return out;
  }
  json Schema() const {
    return {{"type", "object"},
            {"patternProperties", {{"^[0-9]$", {{"type", "string"}}}}},
            {"additionalProperties", false}};
  }
};

// An app's own clock; null for the service's.
struct OwnClockType {
  Problem Read(const json& value, std::optional<ClockSetting>* out) const {
    out->reset();
    return value.is_null() ? Problem() : Take(ClockFromJson(value), out);
  }
  ordered_json Write(const std::optional<ClockSetting>& clock) const {
    return clock ? ClockFields().Write(*clock) : ordered_json();
  }
  json Schema() const {
    const json set = {{"oneOf", {{{"type", "string"}}, ClockFields().Schema()}}};
    return {{"oneOf", {set, {{"type", "null"}}}}};
  }
};

// One key, in place of `keys`, which is how it is written.
Field<App> SingleKey() {
  const auto read = [](const json& value, App* app) {
    app->keys.resize(1);
    return KeyType().Read(value, &app->keys.front());
  };
  return {"key", read, [](const App&) { return ordered_json(); }, KeyType().Schema()};
}

Problem CheckRegion(const std::string& region) {
  const std::vector<std::string>& known = RegionNames();
  if (region == "any" || std::find(known.begin(), known.end(), region) != known.end()) {
    return {};
  }
  std::string names = "\"any\"";
  for (const std::string& name : known) {
    names += ", \"" + name + '"';
  }
  return Expected("one of " + names, "/region");
}

}  // namespace

const Fields<App>& AppFields() {
  static const Fields<App> fields(
      {Describe("sdkappid", &App::sdkappid, WholeType<std::uint32_t>()), SingleKey(),
       Describe("keys", &App::keys, ListType<KeyType>()),
       Describe("admins", &App::admins, ListType<TextType>()),
       Describe("enabled", &App::enabled, FlagType()), Describe("region", &App::region, TextType()),
       Describe("feature", &App::feature, FeatureType()),
       Describe("limit", &App::limit, OwnLimitType()), Describe("names", &App::names, NamesType()),
       Describe("clock", &App::clock, OwnClockType())},
      {.what = "an object, one app"});
  return fields;
}

Result<App> AppFromJson(const json& json) {
  App app;
  if (Problem problem = AppFields().Read(json, &app)) return *std::move(problem);
  if (!json.contains("sdkappid")) return Error{"missing", "/sdkappid"};
  if (!json.contains("key") && !json.contains("keys")) return Error{"missing", "/keys"};
  if (json.contains("key") && json.contains("keys")) {
    return Error{"an app has either key or keys", "/keys"};
  }
  if (const Result<Done> fits = CheckApp(app); !fits.ok()) return fits.error();
  return app;
}

ordered_json AppToJson(const App& app) { return AppFields().Write(app); }

Result<AttrNames> AttrNamesFromJson(const json& json) {
  AttrNames names;
  if (Problem problem = NamesType().Read(json, &names)) return *std::move(problem);
  return names;
}

ordered_json AttrNamesToJson(const AttrNames& names) { return NamesType().Write(names); }

Result<Done> CheckApp(const App& app) {
  const auto empty = [](const std::string& text) { return text.empty(); };
  if (app.keys.empty() || std::any_of(app.keys.begin(), app.keys.end(), empty)) {
    return Error{"an app needs at least one secret key, none of them empty", "/keys"};
  }
  for (const std::string& key : app.keys) {
    if (const auto problem = ControlCharacterIn(key)) return Error{*problem, "/keys"};
  }
  if (std::any_of(app.admins.begin(), app.admins.end(), empty)) {
    return Error{"an admin's identifier must not be empty", "/admins"};
  }
  if (Problem problem = CheckRegion(app.region)) {
    return *std::move(problem);
  }
  const UnixTime approved_at = app.feature.approved_at;
  if (app.feature.state == Feature::State::kApproved &&
      (approved_at < UnixTime{} || approved_at > UnixSeconds(kMaxUnixSeconds))) {
    return Error{"expected UNIX seconds, 0 to 9000000000", "/feature/approved_at"};
  }
  if (app.limit && *app.limit != kNoLimit && (*app.limit == 0 || *app.limit > kMaxLimit)) {
    return Error{"expected 1 to 1000000, or no limit", "/limit"};
  }
  if (app.clock) {
    if (const Result<Done> fits = CheckClock(*app.clock); !fits) {
      return fits.error().Below("/clock/unix");
    }
  }
  for (const auto& [slot, name] : app.names) {
    if (slot < 0 || slot > 9) {
      return Error{"there is no slot " + std::to_string(slot) + ", only 0 to 9", "/names"};
    }
  }
  return Done{};
}

App DemoApp() {
  const std::string quarter = "0123456789abcdef";
  return {.sdkappid = 1'400'000'000,
          .keys = {quarter + quarter + quarter + quarter},
          .admins = {"administrator"}};
}

}  // namespace timock
