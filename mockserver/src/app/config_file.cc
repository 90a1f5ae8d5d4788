#include "app/config_file.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/profile_source.h"
#include "app/serve_options.h"
#include "app/text_file.h"
#include "app/text_values.h"
#include "core/state_json.h"
#include "json/json_pointer.h"
#include "json/strict_json.h"

namespace timock::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMostConfigBytes = 1024UL * 1024 * 1024;
constexpr std::size_t kMostValueBytes = 60;  // bytes of a bad value
constexpr std::uint64_t kMostLimitMs = 86'400'000;
constexpr std::uint64_t kMostLimitCount = 1'000'000'000;

// Every message below starts with the JSON pointer of the bad member.
Error BadMember(const std::string& pointer, const json& value, const std::string& expected) {
  const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return Error{pointer + ": " + OneLine(text, kMostValueBytes) + ": expected " + expected};
}

std::string PointerBelow(std::string_view parent, const std::string& key) {
  return JsonPointerBelow(
      parent, key.size() > kMostValueBytes ? key.substr(0, kMostValueBytes) + "..." : key);
}

bool IsQuotedNumber(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty() &&
         value.get_ref<const std::string&>().find_first_not_of("0123456789") == std::string::npos;
}

Result<Done> ReadTexts(const json& value, const ServeOption& option, Settings* settings) {
  const std::string pointer = "/" + option.MemberName();
  const bool fits =
      value.is_array() &&
      std::all_of(value.begin(), value.end(), [](const json& one) { return one.is_string(); });
  if (!fits) {
    return BadMember(pointer, value, "an array of strings: " + std::string(option.expected));
  }
  const Result<Done> set = SetOption(option, value.get<std::vector<std::string>>(), settings);
  return set.ok() ? set : Error{pointer + ": " + set.error().message};
}

Result<Done> ReadOption(const json& value, const ServeOption& option, Settings* settings) {
  using Member = ServeOption::Member;
  const std::string pointer = "/" + option.MemberName();
  const bool takes_text = option.member == Member::kText || option.member == Member::kNumberOrText;
  const bool takes_number =
      option.member == Member::kNumber || option.member == Member::kNumberOrText;
  std::string text;
  if (option.member == Member::kTexts) {
    return ReadTexts(value, option, settings);
  }
  if (option.member == Member::kSwitch) {
    if (!value.is_boolean()) {
      return BadMember(pointer, value, "true or false");
    }
    text = value.get<bool>() ? "on" : "off";
  } else if (takes_text && value.is_string()) {
    text = value.get<std::string>();
  } else if (takes_number && value.is_number()) {
    text = value.dump();
  } else {
    const std::string kind = option.member == Member::kText ? "a string: " : "";
    const std::string expected = kind + std::string(option.expected) +
                                 (takes_number && IsQuotedNumber(value) ? ", without quotes" : "");
    return option.secret ? Error{pointer + ": expected " + expected}
                         : BadMember(pointer, value, expected);
  }
  const Result<Done> set = SetOption(option, {text}, settings);
  return set.ok() ? set : Error{pointer + ": " + set.error().message};
}

Result<Done> ReadApps(const json& value, Settings* settings) {
  if (!value.is_array()) {
    return BadMember("/apps", value, "an array of apps");
  }
  Result<std::vector<App>> apps = AppsFromJson(value);
  if (!apps.ok()) {
    return Error{"/apps" + apps.error().message};
  }
  settings->server.service.apps = std::move(apps).value();
  return Done{};
}

Result<Done> ReadProfile(const json& value, const std::string& folder, Settings* settings) {
  Result<Profile> profile = Error{};
  if (value.is_object()) {
    profile = ProfileFromJson(value);
    if (!profile.ok()) {
      return Error{"/profile" + profile.error().message};
    }
  } else if (value.is_string()) {
    const auto& name = value.get_ref<const std::string&>();
    const bool shipped = Profile::Named(name).ok();
    profile = LoadProfile(shipped || name.starts_with('/') ? name : folder + name);
  } else {
    return BadMember("/profile", value,
                     "a profile's name, the path of one, or an object of switches");
  }
  if (!profile.ok()) {
    return Error{"/profile: " + profile.error().message};
  }
  settings->server.service.profile = std::move(profile).value();
  return Done{};
}

struct LimitMember {
  std::string_view name;
  std::size_t HttpLimits::*count = nullptr;
  std::chrono::milliseconds HttpLimits::*time = nullptr;
};

constexpr LimitMember kLimitMembers[] = {
    {.name = "request_line_bytes", .count = &HttpLimits::request_line_bytes},
    {.name = "header_bytes", .count = &HttpLimits::header_bytes},
    {.name = "header_count", .count = &HttpLimits::header_count},
    {.name = "connections", .count = &HttpLimits::connections},
    {.name = "request_time_ms", .time = &HttpLimits::request_time},
    {.name = "write_time_ms", .time = &HttpLimits::write_time},
    {.name = "idle_time_ms", .time = &HttpLimits::idle_time},
};

Result<Done> ReadLimit(const std::string& key, const json& value, HttpLimits* limits) {
  const std::string pointer = PointerBelow("/limits", key);
  std::string known;
  for (const LimitMember& member : kLimitMembers) {
    known += (known.empty() ? "" : ", ") + std::string(member.name);
    if (key != member.name) {
      continue;
    }
    const std::uint64_t most = member.count != nullptr ? kMostLimitCount : kMostLimitMs;
    if (!value.is_number_unsigned() || value < 1U || value > most) {
      return BadMember(pointer, value, "a whole number from 1 to " + std::to_string(most));
    }
    if (member.count != nullptr) {
      limits->*member.count = value.get<std::size_t>();
    } else {
      limits->*member.time = std::chrono::milliseconds{value.get<std::int64_t>()};
    }
    return Done{};
  }
  return Error{pointer + ": unknown member; expected one of " + known};
}

Result<Done> ReadLimits(const json& value, HttpLimits* limits) {
  if (!value.is_object()) {
    return BadMember("/limits", value, "an object");
  }
  for (const auto& [key, member] : value.items()) {
    Result<Done> read = ReadLimit(key, member, limits);
    if (!read.ok()) {
      return read;
    }
  }
  return Done{};
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
    return ReadLimits(value, &settings->server.limits);
  }
  for (const ServeOption& option : ServeOptions()) {
    if (key == option.MemberName()) {
      return ReadOption(value, option, settings);
    }
  }
  return Error{PointerBelow("", key) + ": unknown member; expected one of " + KnownMembers()};
}

// "FILE:3:7: reason" from "line 3, column 7: reason".
Error SyntaxError(const std::string& path, const std::string& message) {
  unsigned long line = 0;
  unsigned long column = 0;
  int start = 0;
  if (std::sscanf(message.c_str(), "line %lu, column %lu: %n", &line, &column, &start) == 2 &&
      start > 0) {
    return Error{path + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
                 message.substr(static_cast<std::size_t>(start)) + "; expected strict JSON"};
  }
  return Error{path + ": " + message};
}

}  // namespace

Result<Done> ApplyConfigText(std::string_view text, const std::string& path, Settings* settings) {
  const Result<json> document = ParseStrictJson(text);
  if (!document.ok()) {
    return SyntaxError(path, document.error().message);
  }
  if (!document.value().is_object()) {
    return Error{path + ": expected a JSON object, such as {\"port\": 8080}"};
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  for (const auto& [key, value] : document.value().items()) {
    const Result<Done> read = ReadMember(key, value, folder, settings);
    if (!read.ok()) {
      return Error{path + ": " + read.error().message};
    }
  }
  return Done{};
}

Result<Done> ApplyConfigFile(const std::string& path, Settings* settings) {
  const Result<std::string> text = ReadTextFile(path, kMostConfigBytes);
  if (!text.ok()) {
    return Error{text.error().message + "; expected a JSON config file"};
  }
  return ApplyConfigText(text.value(), path, settings);
}

}  // namespace timock::app
