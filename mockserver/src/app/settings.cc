#include "app/settings.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "app/config_file.h"
#include "app/serve_options.h"
#include "app/text_values.h"
#include "base/secrets.h"

namespace timock::app {
namespace {

std::optional<std::string> ReadVariable(const Environment& environment, const std::string& name) {
  std::optional<std::string> value = environment(name);
  return value && !value->empty() ? std::move(value) : std::nullopt;
}

Result<Done> ApplyConfigFile(const Flags& flags, const Environment& environment,
                             Settings* settings) {
  if (const auto flag = flags.find(kConfigOption); flag != flags.end()) {
    if (flag->second.back().empty()) {
      return Error{"--config: empty; expected a file"};
    }
    return ApplyConfigFile(flag->second.back(), settings);
  }
  if (const auto path = ReadVariable(environment, std::string(kConfigVariable))) {
    return ApplyConfigFile(*path, settings);
  }
  return Done{};
}

// Kubernetes sets NAME_PORT=tcp://ADDRESS:PORT for a Service called NAME, and Docker did for a
// link.
bool IsServiceAddress(const std::string& name, const std::string& text) {
  return name.ends_with("_PORT") &&
         (text.starts_with("tcp://") || text.starts_with("udp://") || text.starts_with("sctp://"));
}

Result<Done> ApplyEnvironment(const Environment& environment, Settings* settings) {
  for (const ServeOption& option : ServeOptions()) {
    const auto text = ReadVariable(environment, option.EnvironmentName());
    if (!text) {
      continue;
    }
    if (IsServiceAddress(option.EnvironmentName(), *text)) {
      constexpr std::size_t kMaxShown = 100;
      settings->notes.push_back("environment variable " + option.EnvironmentName() + ": '" +
                                OneLine(*text, kMaxShown) +
                                "' is the address of a Kubernetes Service and is ignored; --" +
                                std::string(option.name) + " sets the port");
      continue;
    }
    const std::vector<std::string> values = option.repeatable
                                                ? SplitText(WithoutEndingSpace(*text), " ;\n")
                                                : std::vector<std::string>{*text};
    const Result<Done> set = SetOption(option, values, settings);
    if (!set.ok()) {
      return Error{"environment variable " + option.EnvironmentName() + ": " + set.error().Text()};
    }
  }
  return Done{};
}

Result<Done> ApplyFlags(const Flags& flags, Settings* settings) {
  for (const ServeOption& option : ServeOptions()) {
    const auto flag = flags.find(option.name);
    if (flag == flags.end()) {
      continue;
    }
    const Result<Done> set = SetOption(option, flag->second, settings);
    if (!set.ok()) {
      return Error{"--" + std::string(option.name) + ": " + set.error().Text()};
    }
  }
  return Done{};
}

// `--throttle` is laid over whichever profile was chosen.
Result<Done> ApplyThrottle(Settings* settings) {
  if (!settings->throttle) {
    return Done{};
  }
  const std::string& number = *settings->throttle;
  const std::string rule =
      number == "off" ? R"({"throttle": {"limit": "none"}})"
                      : R"({"throttle": {"limit": )" + number + R"(, "burst": )" + number + "}}";
  Result<Profile> profile = settings->server.service.profile.With(rule);
  if (!profile.ok()) {
    return profile.error();
  }
  settings->server.service.profile = std::move(profile).value();
  return Done{};
}

// Decides whether HTTPS is served, and with what.
Result<Done> ApplyTls(const Environment& environment, Settings* settings) {
  if (!settings->serve_tls.value_or(settings->tls_implied)) {
    return settings->server.proxy_port
               ? Result<Done>(Error{"tls is off, but a proxy-port is given, which needs it; "
                                    "expected tls on, or no proxy-port"})
               : Done{};
  }
  TlsOptions tls = settings->tls;
  if (tls.certificate_file.empty() != tls.key_file.empty()) {
    return Error{"only one of tls-cert and tls-key is given; expected both or none"};
  }
  if (tls.certificate_file.empty()) {
    Result<std::string> directory = StateDirectory(tls.state_directory, environment);
    if (!directory.ok()) {
      return directory.error();
    }
    tls.state_directory = std::move(directory).value();
  }
  settings->server.tls = std::move(tls);
  return Done{};
}

Result<Done> CheckAppCount(const ServiceOptions& service) {
  if (service.apps.size() > service.max_apps) {
    return Error{"max-apps is " + std::to_string(service.max_apps) + ", but " +
                 std::to_string(service.apps.size()) + " apps are declared; expected no more"};
  }
  return Done{};
}

}  // namespace

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

Result<std::string> StateDirectory(const std::string& given, const Environment& environment) {
  if (!given.empty()) {
    return std::filesystem::absolute(given).string();
  }
  // A relative path in either variable is not valid and does not count.
  const std::string state_home = environment("XDG_STATE_HOME").value_or("");
  if (state_home.starts_with('/')) {
    return state_home + "/timock";
  }
  const std::string home = environment("HOME").value_or("");
  if (home.starts_with('/')) {
    return home + "/.local/state/timock";
  }
  return Error{
      "no place for the certificate authority: neither XDG_STATE_HOME nor HOME is set; expected "
      "--state-dir DIR"};
}

Result<Settings> MergeSettings(const Flags& flags, const Environment& environment,
                               Settings defaults) {
  Settings settings = std::move(defaults);
  Result<Done> step = ApplyConfigFile(flags, environment, &settings);
  if (step.ok()) {
    step = ApplyEnvironment(environment, &settings);
  }
  if (step.ok()) {
    step = ApplyFlags(flags, &settings);
  }
  if (step.ok()) {
    step = ApplyThrottle(&settings);
  }
  if (step.ok()) {
    step = ApplyTls(environment, &settings);
  }
  if (step.ok()) {
    step = CheckAppCount(settings.server.service);
  }
  if (!step.ok()) {
    return step.error();
  }
  return settings;
}

}  // namespace timock::app
