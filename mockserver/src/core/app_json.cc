#include "core/app_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/hosts.h"
#include "core/secret_text.h"
#include "json/json_pointer.h"

namespace timock {
namespace {

using nlohmann::json;
using Problem = std::optional<Error>;

constexpr std::int64_t kMostUnixSeconds = 9'000'000'000;  // in the range of UnixTime's nanoseconds
constexpr std::uint32_t kMostLimit = 1'000'000;

Problem Expected(const std::string& at, const std::string& expected) {
  return Error{at + ": expected " + expected};
}

Problem ReadText(const json& value, const std::string& at, std::string* out) {
  if (!value.is_string()) {
    return Expected(at, "a string");
  }
  *out = value.get<std::string>();
  return {};
}

Problem ReadKey(const json& value, const std::string& at, std::string* out) {
  Problem problem = ReadText(value, at, out);
  out->resize(WithoutEndingSpace(*out).size());
  return problem;
}

Problem ReadTexts(const json& value, const std::string& at, std::vector<std::string>* out,
                  Problem (*read)(const json&, const std::string&, std::string*) = ReadText) {
  if (!value.is_array()) {
    return Expected(at, "an array of strings");
  }
  out->clear();
  for (std::size_t i = 0; i < value.size(); ++i) {
    std::string text;
    if (Problem problem = read(value[i], JsonPointerBelow(at, std::to_string(i)), &text)) {
      return problem;
    }
    out->push_back(std::move(text));
  }
  return {};
}

Problem ReadFeature(const json& value, const std::string& at, Feature* out) {
  if (value == "on") {
    *out = {.state = Feature::State::kOn};
    return {};
  }
  if (value == "off") {
    *out = {.state = Feature::State::kOff};
    return {};
  }
  if (value.is_object() && value.size() == 1 && value.contains("approved_at")) {
    const json& at_seconds = value["approved_at"];
    if (at_seconds.is_number_integer() && at_seconds >= 0 && at_seconds <= kMostUnixSeconds) {
      *out = {.state = Feature::State::kApproved,
              .approved_at = UnixSeconds(at_seconds.get<std::int64_t>())};
      return {};
    }
    return Expected(at + "/approved_at", "UNIX seconds, 0 to 9000000000");
  }
  return Expected(at, R"("on", "off" or {"approved_at": UNIX seconds})");
}

Problem ReadLimit(const json& value, const std::string& at, std::optional<std::uint32_t>* out) {
  if (value == "none") {
    *out = kNoLimit;
    return {};
  }
  if (!value.is_number_integer() || value < 1 || value > kMostLimit) {
    return Expected(at, "a whole number from 1 to 1000000 or \"none\"");
  }
  *out = value.get<std::uint32_t>();
  return {};
}

Problem ReadNames(const json& value, const std::string& at, AttrNames* out) {
  if (!value.is_object()) {
    return Expected(at, R"(an object such as {"0": "sex"})");
  }
  for (const auto& [key, name] : value.items()) {
    // R8: keys are exactly "0" to "9".
    if (key.size() != 1 || key[0] < '0' || key[0] > '9') {
      return Error{JsonPointerBelow(at, key) + ": expected one of the keys \"0\" to \"9\""};
    }
    if (Problem problem = ReadText(name, JsonPointerBelow(at, key), &(*out)[key[0] - '0'])) {
      return problem;
    }
  }
  return {};
}

Problem ReadMember(const std::string& key, const json& value, App* app) {
  const std::string at = JsonPointerBelow("", key);
  if (key == "sdkappid") {
    if (!value.is_number_integer() || value < 0 || value > UINT32_MAX) {
      return Expected(at, "a whole number from 0 to 4294967295");
    }
    app->sdkappid = value.get<std::uint32_t>();
    return {};
  }
  if (key == "key") {
    app->keys.resize(1);
    return ReadKey(value, at, &app->keys.front());
  }
  if (key == "keys") {
    return ReadTexts(value, at, &app->keys, ReadKey);
  }
  if (key == "admins") {
    return ReadTexts(value, at, &app->admins);
  }
  if (key == "enabled") {
    if (!value.is_boolean()) {
      return Expected(at, "true or false");
    }
    app->enabled = value.get<bool>();
    return {};
  }
  if (key == "region") {
    return ReadText(value, at, &app->region);
  }
  if (key == "feature") {
    return ReadFeature(value, at, &app->feature);
  }
  if (key == "limit") {
    return ReadLimit(value, at, &app->limit);
  }
  if (key == "names") {
    return ReadNames(value, at, &app->names);
  }
  return Error{at +
               ": unknown member; an app has sdkappid, key or keys, admins, enabled, region, "
               "feature, limit, names"};
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
  return Expected("/region", "one of " + names);
}

}  // namespace

Result<App> AppFromJson(const json& json) {
  if (!json.is_object()) {
    return Error{": expected an object, one app"};
  }
  for (const char* needed : {"sdkappid", json.contains("key") ? "key" : "keys"}) {
    if (!json.contains(needed)) {
      return Error{"/" + std::string(needed) + ": missing"};
    }
  }
  if (json.contains("key") && json.contains("keys")) {
    return Error{"/keys: an app has either key or keys"};
  }
  App app;
  for (const auto& [key, value] : json.items()) {
    if (Problem problem = ReadMember(key, value, &app)) {
      return *std::move(problem);
    }
  }
  const Result<Done> fits = CheckApp(app);
  if (!fits.ok()) {
    return fits.error();
  }
  return app;
}

nlohmann::ordered_json AppToJson(const App& app) {
  nlohmann::ordered_json out;
  out["sdkappid"] = app.sdkappid;
  out["keys"] = app.keys;
  out["admins"] = app.admins;
  out["enabled"] = app.enabled;
  out["region"] = app.region;
  switch (app.feature.state) {
    case Feature::State::kOn:
      out["feature"] = "on";
      break;
    case Feature::State::kOff:
      out["feature"] = "off";
      break;
    case Feature::State::kApproved:
      out["feature"]["approved_at"] =
          std::chrono::floor<std::chrono::seconds>(app.feature.approved_at)
              .time_since_epoch()
              .count();
      break;
  }
  if (app.limit == kNoLimit) {
    out["limit"] = "none";
  } else if (app.limit) {
    out["limit"] = *app.limit;
  }
  out["names"] = AttrNamesToJson(app.names);
  return out;
}

Result<AttrNames> AttrNamesFromJson(const json& json) {
  AttrNames names;
  if (Problem problem = ReadNames(json, "", &names)) {
    return *std::move(problem);
  }
  return names;
}

nlohmann::ordered_json AttrNamesToJson(const AttrNames& names) {
  auto out = nlohmann::ordered_json::object();
  for (const auto& [slot, name] : names) {
    out[std::to_string(slot)] = name;
  }
  return out;
}

Result<Done> CheckApp(const App& app) {
  const auto empty = [](const std::string& text) { return text.empty(); };
  if (app.keys.empty() || std::any_of(app.keys.begin(), app.keys.end(), empty)) {
    return Error{"/keys: an app needs at least one secret key, none of them empty"};
  }
  for (const std::string& key : app.keys) {
    if (const auto problem = ControlCharacterIn(key)) return Error{"/keys: " + *problem};
  }
  if (std::any_of(app.admins.begin(), app.admins.end(), empty)) {
    return Error{"/admins: an admin's identifier must not be empty"};
  }
  if (Problem problem = CheckRegion(app.region)) {
    return *std::move(problem);
  }
  const UnixTime approved_at = app.feature.approved_at;
  if (app.feature.state == Feature::State::kApproved &&
      (approved_at < UnixTime{} || approved_at > UnixSeconds(kMostUnixSeconds))) {
    return Error{"/feature/approved_at: expected UNIX seconds, 0 to 9000000000"};
  }
  if (app.limit && *app.limit != kNoLimit && (*app.limit == 0 || *app.limit > kMostLimit)) {
    return Error{"/limit: expected 1 to 1000000, or no limit"};
  }
  for (const auto& [slot, name] : app.names) {
    if (slot < 0 || slot > 9) {
      return Error{"/names: there is no slot " + std::to_string(slot) + ", only 0 to 9"};
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
