#ifndef TIMOCK_APP_SETTINGS_H_
#define TIMOCK_APP_SETTINGS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "timock/profile.h"
#include "timock/result.h"
#include "timock/server.h"

namespace timock::app {

enum class LogFormat { kText, kJson, kOff };
/// No line has the level trace: as a setting it is the same as debug.
enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError };

/// All that decides how the program serves.
struct Settings {
  ServerOptions server = {};  ///< Its `tls` is set at the end, from the three below.
  std::optional<bool> serve_tls = {};
  bool tls_implied = false;  ///< Decides when serve_tls does not.
  TlsOptions tls = {};
  std::string port_file = {};   ///< Empty: none is written.
  std::string ports_file = {};  ///< Empty: none is written.
  /// "off" or a number; overrides that of the profile at the end.
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

/// A shipped profile by its name, or else the profile file at this path. The Error names the file
/// and the place in it, or says what was expected.
Result<Profile> LoadProfile(const std::string& name_or_path);

/// Overrides `*settings` with the members of a JSON config file. The Error reads "FILE:3:7: reason"
/// for text that is not strict JSON, else "FILE: /apps/0/key: expected ...". The path of a profile
/// file is relative to the config file's folder.
Result<Done> ApplyConfigFile(const std::string& path, Settings* settings);

/// The same for a file's text; `path` is its name in errors and the base of relative paths.
Result<Done> ApplyConfigText(std::string_view text, const std::string& path, Settings* settings);

/// Overrides `defaults` with the config file, that with the environment, and that with the flags. A
/// source is checked even where a later one overrides it. The Error names the flag, the variable or
/// the file and place in it, and what was expected there.
Result<Settings> MergeSettings(const Flags& flags, const Environment& environment,
                               Settings defaults);

}  // namespace timock::app

#endif  // TIMOCK_APP_SETTINGS_H_
