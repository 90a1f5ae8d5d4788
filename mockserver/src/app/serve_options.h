#ifndef TIMOCK_APP_SERVE_OPTIONS_H_
#define TIMOCK_APP_SERVE_OPTIONS_H_

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"

namespace timock::app {

/// One option of `serve` and `exec`. It lives here once; flags, environment and config file read
/// their part of it.
struct ServeOption {
  /// How the config file writes its value.
  enum class Member { kText, kTexts, kNumber, kNumberOrText, kSwitch, kOwnReader };

  std::string_view name;        ///< "port-file": the flag is --port-file, see the two below.
  std::string_view value_name;  ///< For --help.
  std::string_view help;
  std::string_view expected;  ///< Completes "expected ...".
  /// The flag of a kSwitch takes no value; its variable is on or off, its member true or false.
  Member member = Member::kText;
  bool repeatable = false;
  bool secret = false;  ///< No message may show the value.
  /// Reads the value in its JSON form into `*settings`, from wherever it came.
  using Reader = std::function<std::optional<Error>(const nlohmann::json& value, Settings*)>;
  Reader read = {};

  std::string EnvironmentName() const;  ///< "TIMOCK_PORT_FILE"; of usersig "TIMOCK_USERSIG_CHECK"
  /// "port_file"; "max-body" is "max_body_bytes"; of a repeatable one in the plural, "apps".
  std::string MemberName() const;
};

std::span<const ServeOption> ServeOptions();

/// The option that names the config file, which no Settings hold.
inline constexpr std::string_view kConfigOption = "config";
inline constexpr std::string_view kConfigVariable = "TIMOCK_CONFIG";

/// Reads values into the settings. The Error reads "'VALUE': expected ...".
Result<Done> SetOption(const ServeOption& option, const std::vector<std::string>& values,
                       Settings* settings);

}  // namespace timock::app

#endif  // TIMOCK_APP_SERVE_OPTIONS_H_
