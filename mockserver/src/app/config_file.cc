#include "app/config_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/profile_source.h"
#include "app/serve_options.h"
#include "app/text_file.h"
#include "app/text_values.h"
#include "json/fields.h"
#include "json/strict_json.h"
#include "profile/profile_fields.h"
#include "service/state_json.h"

namespace timock::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxConfigBytes = 1024UL * 1024 * 1024;
constexpr std::size_t kMaxValueBytes = 60;  // bytes of a bad value

Error BadMember(std::string pointer, const json& value, const std::string& expected) {
  return {.message = OneLine(ShownJson(value), kMaxValueBytes) + ": expected " + expected,
          .pointer = std::move(pointer)};
}

bool IsQuotedNumber(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty() &&
         value.get_ref<const std::string&>().find_first_not_of("0123456789") == std::string::npos;
}

Result<Done> ReadOption(const json& value, const ServeOption& option, Settings* settings) {
  using Member = ServeOption::Member;
  if (!option.read(value, settings)) return Done{};
  std::string expected(option.expected);
  if (option.member == Member::kSwitch) {
    expected = "true or false";
  } else if (option.member == Member::kTexts && !value.is_array()) {
    expected = "an array of strings: " + expected;
  } else if (option.member == Member::kText && !value.is_string()) {
    expected = "a string: " + expected;
  } else if (option.member != Member::kText && IsQuotedNumber(value)) {
    expected += ", without quotes";
  }
  std::string pointer = "/" + option.MemberName();
  return option.secret ? Expected(expected, pointer) : BadMember(pointer, value, expected);
}

Result<Done> ReadApps(const json& value, Settings* settings) {
  if (!value.is_array()) {
    return BadMember("/apps", value, "an array of apps");
  }
  Result<std::vector<App>> apps = AppsFromJson(value);
  if (!apps.ok()) {
    return apps.error().Below("/apps");
  }
  settings->server.service.apps = std::move(apps).value();
  return Done{};
}

Result<Done> ReadProfile(const json& value, const std::string& folder, Settings* settings) {
  Result<Profile> profile = Error{};
  if (value.is_object()) {
    profile = ProfileFromJson(value);
  } else if (value.is_string()) {
    const auto& name = value.get_ref<const std::string&>();
    const bool shipped = Profile::Named(name).ok();
    profile = LoadProfile(shipped || name.starts_with('/') ? name : folder + name);
  } else {
    return BadMember("/profile", value,
                     "a profile's name, the path of one, or an object of switches");
  }
  if (!profile.ok()) return profile.error().Below("/profile");
  settings->server.service.profile = std::move(profile).value();
  return Done{};
}

const Fields<HttpLimits>& LimitFields() {
  constexpr WholeType<std::size_t> kCount{1, 1'000'000'000};
  constexpr MillisecondsType kTime{{1, 86'400'000}};
  static const Fields<HttpLimits> fields(
      {Describe("request_line_bytes", &HttpLimits::request_line_bytes, kCount),
       Describe("header_bytes", &HttpLimits::header_bytes, kCount),
       Describe("header_count", &HttpLimits::header_count, kCount),
       Describe("connections", &HttpLimits::connections, kCount),
       Describe("request_time_ms", &HttpLimits::request_time, kTime),
       Describe("write_time_ms", &HttpLimits::write_time, kTime),
       Describe("idle_time_ms", &HttpLimits::idle_time, kTime)},
      {.shows_values = true});
  return fields;
}

std::string KnownMembers() {
  std::string known;
  for (const ServeOption& option : ServeOptions()) {
    known += option.MemberName() + ", ";
  }
  return known + "limits";
}

Result<Done> ReadMember(const std::string& key, const json& value, const std::string& folder,
                        Settings* settings) {
  if (key == "apps") {
    return ReadApps(value, settings);
  }
  if (key == "profile") {
    return ReadProfile(value, folder, settings);
  }
  if (key == "limits") {
    const Problem problem = LimitFields().Read(value, &settings->server.limits);
    return problem ? Result<Done>(problem->Below("/limits")) : Done{};
  }
  for (const ServeOption& option : ServeOptions()) {
    if (key == option.MemberName()) {
      return ReadOption(value, option, settings);
    }
  }
  return Error{"unknown member; expected one of " + KnownMembers(), JsonPointerBelow("", key)};
}

}  // namespace

Result<Done> ApplyConfigText(std::string_view text, const std::string& path, Settings* settings) {
  const Result<json> document = ParseStrictJson(text);
  if (!document.ok()) {
    const Error& error = document.error();
    return Error{path + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                 ": " + error.message + "; expected strict JSON"};
  }
  if (!document.value().is_object()) {
    return Error{path + ": expected a JSON object, such as {\"port\": 8080}"};
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  for (const auto& [key, value] : document.value().items()) {
    const Result<Done> read = ReadMember(key, value, folder, settings);
    if (!read.ok()) {
      return Error{path + ": " + read.error().Text()};
    }
  }
  return Done{};
}

Result<Done> ApplyConfigFile(const std::string& path, Settings* settings) {
  const Result<std::string> text = ReadTextFile(path, kMaxConfigBytes);
  if (!text.ok()) {
    return Error{text.error().Text() + "; expected a JSON config file"};
  }
  return ApplyConfigText(text.value(), path, settings);
}

}  // namespace timock::app
