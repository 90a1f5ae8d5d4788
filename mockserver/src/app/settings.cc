#include "app/settings.h"

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/options.h"
#include "base/secrets.h"
#include "http/whole_file.h"
#include "json/fields.h"
#include "json/strict_json.h"
#include "profile/profile_fields.h"
#include "service/state_json.h"
#include "text/words.h"

namespace timock::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxConfigBytes = 1024UL * 1024 * 1024;
constexpr std::size_t kMaxProfileBytes = 1024UL * 1024;

Error NotExpected(const json& member, const std::string& expected) {
  return Error{OneLine(ShownJson(member), 60) + ": expected " + expected};
}

// The value or the error of a Result that a member of the config file is read into.
template <typename T>
Problem Assign(Result<T> read, T* out) {
  if (!read.ok()) return read.error();
  *out = std::move(read).value();
  return {};
}

Problem ReadAppsMember(const json& member, Settings* settings) {
  if (!member.is_array()) return NotExpected(member, "an array of apps");
  return Assign(AppsFromJson(member), &settings->server.service.apps);
}

Problem ReadProfileMember(const json& member, const std::string& folder, Settings* settings) {
  Profile* profile = &settings->server.service.profile;
  if (member.is_object()) return Assign(ProfileFromJson(member), profile);
  if (!member.is_string()) {
    return NotExpected(member, "a profile's name, the path of one, or an object of switches");
  }
  const auto& name = member.get_ref<const std::string&>();
  const bool as_it_is = name.starts_with('/') || Profile::Named(name).ok();
  return Assign(LoadProfile(as_it_is ? name : folder + name), profile);
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

// The members of a config file in `folder`: those of the table of options, of which apps and
// profiles can be written in full here, and the limits.
Fields<Settings> ConfigFields(const std::string& folder) {
  std::vector<Field<Settings>> fields;
  for (const ServeOption& option : ServeOptions()) {
    ServeOption::Reader read = [&option](const json& member, Settings* settings) {
      return option.ReadMember(member, settings);
    };
    if (option.name == "app") read = ReadAppsMember;
    if (option.name == "profile") {
      read = [folder](const json& member, Settings* settings) {
        return ReadProfileMember(member, folder, settings);
      };
    }
    fields.push_back({option.MemberName(), std::move(read), {}, {}});
  }
  const auto read_limits = [](const json& member, Settings* settings) {
    return LimitFields().Read(member, &settings->server.limits);
  };
  fields.push_back({"limits", read_limits, {}, {}});
  return Fields<Settings>(std::move(fields), {.what = "a JSON object, such as {\"port\": 8080}"});
}

std::optional<std::string> ReadVariable(const Environment& environment, std::string_view name) {
  std::optional<std::string> value = environment(std::string(name));
  return value && !value->empty() ? std::move(value) : std::nullopt;
}

Problem ApplyConfig(const Flags& flags, const Environment& environment, Settings* settings) {
  std::optional<std::string> path = ReadVariable(environment, kConfigVariable);
  if (const auto flag = flags.find(kConfigOption); flag != flags.end()) {
    path = flag->second.back();
    if (path->empty()) return Error{"--config: empty; expected a file"};
  }
  if (!path) return {};
  const Result<Done> applied = ApplyConfigFile(*path, settings);
  return applied.ok() ? Problem() : applied.error();
}

// Kubernetes sets NAME_PORT=tcp://ADDRESS:PORT for a Service called NAME, and Docker did for a
// link.
bool IsServiceAddress(std::string_view name, std::string_view text) {
  return name.ends_with("_PORT") &&
         (text.starts_with("tcp://") || text.starts_with("udp://") || text.starts_with("sctp://"));
}

Problem ApplyEnvironment(const Environment& environment, Settings* settings) {
  for (const ServeOption& option : ServeOptions()) {
    const std::string name = option.EnvironmentName();
    const auto text = ReadVariable(environment, name);
    if (!text) continue;
    if (IsServiceAddress(name, *text)) {
      settings->notes.push_back("environment variable " + name + ": '" + OneLine(*text, 100) +
                                "' is the address of a Kubernetes Service and is ignored; --" +
                                std::string(option.name) + " sets the port");
      continue;
    }
    const Problem problem = option.ReadTexts(
        option.repeatable ? SplitText(WithoutEndingSpace(*text), " ;\n") : std::vector{*text},
        settings);
    if (problem) return Error{"environment variable " + name + ": " + problem->Text()};
  }
  return {};
}

Problem ApplyFlags(const Flags& flags, Settings* settings) {
  for (const ServeOption& option : ServeOptions()) {
    const auto flag = flags.find(option.name);
    if (flag == flags.end()) continue;
    const Problem problem = option.ReadTexts(flag->second, settings);
    if (problem) return Error{"--" + std::string(option.name) + ": " + problem->Text()};
  }
  return {};
}

// `--throttle` overrides that of whichever profile was chosen.
Problem ApplyThrottle(Settings* settings) {
  if (!settings->throttle) return {};
  const std::string& number = *settings->throttle;
  Profile* profile = &settings->server.service.profile;
  return Assign(profile->With(number == "off" ? R"({"throttle": {"limit": "none"}})"
                                              : R"({"throttle": {"limit": )" + number +
                                                    R"(, "burst": )" + number + "}}"),
                profile);
}

// Decides whether HTTPS is served, and with what.
Problem ApplyTls(const Environment& environment, Settings* settings) {
  if (!settings->serve_tls.value_or(settings->tls_implied)) {
    if (!settings->server.proxy_port) return {};
    return Error{
        "tls is off, but a proxy-port is given, which needs it; expected tls on, or no proxy-port"};
  }
  TlsOptions tls = settings->tls;
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return Error{"only one of tls-cert and tls-key is given; expected both or none"};
  }
  if (tls.certificate_file.empty()) {
    Problem problem =
        Assign(StateDirectory(tls.state_directory, environment), &tls.state_directory);
    if (problem) return problem;
  }
  settings->server.tls = std::move(tls);
  return {};
}

Problem CheckAppCount(const ServiceOptions& service) {
  if (service.apps.size() <= service.max_apps) return {};
  return Error{"max-apps is " + std::to_string(service.max_apps) + ", but " +
               std::to_string(service.apps.size()) + " apps are declared; expected no more"};
}

}  // namespace

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

Result<std::string> StateDirectory(const std::string& given, const Environment& environment) {
  if (!given.empty()) return std::filesystem::absolute(given).string();
  // A relative path in either variable is not valid and is ignored.
  const std::string state_home = environment("XDG_STATE_HOME").value_or("");
  if (state_home.starts_with('/')) return state_home + "/timock";
  const std::string home = environment("HOME").value_or("");
  if (home.starts_with('/')) return home + "/.local/state/timock";
  return Error{
      "no place for the certificate authority: neither XDG_STATE_HOME nor HOME is set; expected "
      "--state-dir DIR"};
}

Result<Profile> LoadProfile(const std::string& name_or_path) {
  if (Result<Profile> shipped = Profile::Named(name_or_path); shipped.ok()) return shipped;
  const Result<std::string> text = ReadWholeFile(name_or_path, kMaxProfileBytes);
  if (!text.ok()) {
    return Error{"expected one of " + JoinText(Profile::ShippedNames(), ", ") +
                 ", or a profile file (" + name_or_path + ": " + text.error().message + ")"};
  }
  Result<Profile> profile = Profile::Parse(text.value());
  return profile.ok() ? std::move(profile) : Error{name_or_path + ": " + profile.error().Text()};
}

Result<Done> ApplyConfigText(std::string_view text, const std::string& path, Settings* settings) {
  const Result<json> document = ParseStrictJson(text);
  if (!document.ok()) {
    const Error& error = document.error();
    return Error{path + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) +
                 ": " + error.message + "; expected strict JSON"};
  }
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  const Problem problem = ConfigFields(folder).Read(document.value(), settings);
  return problem ? Result<Done>(Error{path + ": " + problem->Text()}) : Done{};
}

Result<Done> ApplyConfigFile(const std::string& path, Settings* settings) {
  const Result<std::string> text = ReadWholeFile(path, kMaxConfigBytes);
  if (!text.ok()) {
    return Error{path + ": " + text.error().message + "; expected a JSON config file"};
  }
  return ApplyConfigText(text.value(), path, settings);
}

Result<Settings> MergeSettings(const Flags& flags, const Environment& environment,
                               Settings defaults) {
  Settings settings = std::move(defaults);
  Problem problem = ApplyConfig(flags, environment, &settings);
  if (!problem) problem = ApplyEnvironment(environment, &settings);
  if (!problem) problem = ApplyFlags(flags, &settings);
  if (!problem) problem = ApplyThrottle(&settings);
  if (!problem) problem = ApplyTls(environment, &settings);
  if (!problem) problem = CheckAppCount(settings.server.service);
  if (problem) return *problem;
  JournalOptions& journal = settings.server.service.journal;
  journal.enabled = journal.max_entries > 0;
  return settings;
}

}  // namespace timock::app
