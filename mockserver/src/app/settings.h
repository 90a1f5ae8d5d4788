#ifndef TIMOCK_APP_SETTINGS_H_
#define TIMOCK_APP_SETTINGS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "timock/result.h"
#include "timock/server.h"

namespace timock::app {

enum class LogFormat { kText, kJson, kOff };
enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };

/// All that decides how the program serves.
struct Settings {
  ServerOptions server = {};  ///< Its `tls` is set at the end, from the three below.
  std::optional<bool> serve_tls = {};
  bool tls_implied = false;  ///< Decides when serve_tls does not.
  TlsOptions tls = {};
  std::string port_file = {};   ///< Empty: none is written.
  std::string ports_file = {};  ///< Empty: none is written.
  /// "off" or a number; laid over the profile at the end.
  std::optional<std::string> throttle = {};
  LogFormat log = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  std::string log_file = {};  ///< Empty: stderr.
  bool exit_with_parent = false;
  std::vector<std::string> notes = {};  ///< What the user should know of how the rest was read.
};

/// What the command line says: an option's name without dashes, and its values in order.
using Flags = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Reads an environment variable; empty when it is not set. An empty value counts as not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The variables of this process.
std::optional<std::string> ProcessEnvironment(const std::string& name);

/// The absolute path of the state directory: `given`, or where the XDG specification puts it when
/// that is empty. Fails when the environment does not say where.
Result<std::string> StateDirectory(const std::string& given, const Environment& environment);

/// Lays the config file, the environment and the flags over `defaults`, in this order. A source is
/// checked even where a later one overrides it. The Error names the flag, the variable or the file
/// and place in it, and what was expected there.
Result<Settings> MergeSettings(const Flags& flags, const Environment& environment,
                               Settings defaults);

}  // namespace timock::app

#endif  // TIMOCK_APP_SETTINGS_H_
