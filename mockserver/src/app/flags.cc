#include "app/flags.h"

#include <CLI/CLI.hpp>

#include "app/serve_options.h"

namespace timock::app {
namespace {

void AddFlag(CLI::App* subcommand, const std::shared_ptr<Flags>& flags, std::string_view name,
             std::string_view value_name, const std::string& help, bool repeatable) {
  const std::string key(name);
  CLI::Option* option = subcommand->add_option_function<std::vector<std::string>>(
      "--" + key, [flags, key](const std::vector<std::string>& values) { (*flags)[key] = values; },
      help);
  // One value after each flag: the next word is never taken for another.
  option->type_size(1)->allow_extra_args(false)->expected(repeatable ? -1 : 1);
  option->allow_extra_args(false)->type_name(std::string(value_name));
}

void AddSwitch(CLI::App* subcommand, const std::shared_ptr<Flags>& flags, std::string_view name,
               const std::string& help) {
  const std::string key(name);
  subcommand->add_flag_callback(
      "--" + key, [flags, key] { (*flags)[key] = {"on"}; }, help);
}

}  // namespace

std::shared_ptr<Flags> AddServeFlags(CLI::App* subcommand) {
  auto flags = std::make_shared<Flags>();
  for (const ServeOption& option : ServeOptions()) {
    const std::string help = std::string(option.help) + " [" + option.EnvironmentName() + "]";
    if (option.member == ServeOption::Member::kSwitch) {
      AddSwitch(subcommand, flags, option.name, help);
    } else {
      AddFlag(subcommand, flags, option.name, option.value_name, help, option.repeatable);
    }
  }
  AddFlag(subcommand, flags, kConfigOption, "FILE",
          "Config file, see below [" + std::string(kConfigVariable) + "]", false);
  return flags;
}

std::string ServeHelp() {
  return R"(Settings: a flag wins over the environment variable named in brackets, that over the config
file, that over the default. A list of apps replaces the list of the source beneath. An empty
variable counts as not set.

Config file: strict JSON, every member optional, unknown ones refused. Its paths start at the working
folder, except that of a profile.
  {
    "host": "127.0.0.1", "port": 8080, "port_file": "timock.port", "ports_file": "ports.json",
    "tls": true, "tls_port": 8443, "tls_cert": "chain.pem", "tls_key": "key.pem",
    "state_dir": "state", "proxy_port": 8081, "threads": 1,
    "profile": "lenient", or a file beside this one, or switches: {"not_admin": 60010},
    "throttle": 100 or "off", "usersig": "verify", "clock": "real",
    "log": "text", "log_level": "info", "log_file": "timock.log", "exit_with_parent": false,
    "max_body_bytes": 65536, "max_apps": 1000000,
    "control": "on", "control_port": 8090, "control_token": "...",
    "journal_entries": 10000, "journal_bytes": 16777216,
    "limits": {"request_line_bytes": 16384, "header_bytes": 32768, "header_count": 100,
               "connections": 10000, "request_time_ms": 10000, "write_time_ms": 10000,
               "idle_time_ms": 75000},
    "apps": [{"sdkappid": 1400000000, "key": "..." or "keys": ["...", "..."],
              "admins": ["administrator"] (the default), "enabled": true, "region": "any",
              "feature": "on", "off" or {"approved_at": UNIX seconds},
              "limit": 100 or "none", "names": {"0": "sex"}}]
  }
)";
}

}  // namespace timock::app
