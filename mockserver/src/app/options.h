#ifndef TIMOCK_APP_OPTIONS_H_
#define TIMOCK_APP_OPTIONS_H_

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settings.h"

namespace timock::app {

/// One option of `serve` and `exec`. It is described once, in the table of options.cc; the flag,
/// the environment variable and the member of the config file all follow from that.
struct ServeOption {
  /// Reads the value in its JSON form into `*settings`, from wherever it came.
  using Reader = std::function<std::optional<Error>(const nlohmann::json& value, Settings*)>;
  enum class Kind {
    kText,
    kNumber,    ///< Digits are a number in JSON; any other text is for the reader to judge.
    kSwitch,    ///< The flag has no value, the variable is on or off, the member true or false.
    kOwnError,  ///< A text whose reader says itself what is wrong with it.
  };
  /// What the option takes, and where it goes.
  struct Value {
    Value() = default;
    Value(std::string what, Reader reader, Kind how = Kind::kText)
        : expected(std::move(what)), read(std::move(reader)), kind(how) {}

    std::string expected;  ///< Completes "expected ...".
    Reader read;
    Kind kind = Kind::kText;
  };

  std::string_view name;        ///< "port-file": the flag is --port-file, see the two below.
  std::string_view value_name;  ///< For --help.
  std::string_view help;
  Value value;
  bool repeatable = false;  ///< The reader then gets an array.
  bool secret = false;      ///< No message may show the value.

  std::string EnvironmentName() const;  ///< "TIMOCK_PORT_FILE"; of usersig "TIMOCK_USERSIG_CHECK"
  /// "port_file"; "max-body" is "max_body_bytes"; of a repeatable one in the plural, "apps".
  std::string MemberName() const;

  /// Reads what a flag or a variable holds, more than one text only for a repeatable option. The
  /// Error reads "'VALUE': expected ...".
  std::optional<Error> ReadTexts(const std::vector<std::string>& texts, Settings* settings) const;
  /// Reads the member of a config file. The Error reads "VALUE: expected ...".
  std::optional<Error> ReadMember(const nlohmann::json& member, Settings* settings) const;
};

/// All of them, in the order of --help.
std::span<const ServeOption> ServeOptions();

/// The option that names the config file, which no Settings hold.
inline constexpr std::string_view kConfigOption = "config";
inline constexpr std::string_view kConfigVariable = "TIMOCK_CONFIG";

}  // namespace timock::app

#endif  // TIMOCK_APP_OPTIONS_H_
