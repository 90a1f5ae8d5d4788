#include "app/serve_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/app_text.h"
#include "app/profile_source.h"
#include "app/text_values.h"
#include "apps/hosts.h"
#include "base/secrets.h"
#include "json/fields.h"
#include "text/time.h"

namespace timock::app {
namespace {

using nlohmann::json;
using Member = ServeOption::Member;

constexpr std::size_t kMaxTokenBytes = 200;
constexpr std::size_t kMaxShown = 200;  // bytes of a bad value
constexpr WholeType<std::uint16_t> kPort;
constexpr WholeType<std::uint32_t> kThrottle{1, 1'000'000};
constexpr WholeType<std::size_t> kJournalEntries{0, 100'000'000};

struct NonEmptyType : TextType {
  Problem Read(const json& value, std::string* out) const {
    Problem problem = TextType::Read(value, out);
    if (!problem && out->empty()) return Expected("a text that is not empty");
    return problem;
  }
};

struct HostNameType : TextType {
  Problem Read(const json& value, std::string* out) const {
    Problem problem = TextType::Read(value, out);
    if (!problem && !ReadHostName(*out)) return Expected("a host's name");
    return problem;
  }
};

// Reads a value into the place that `place(settings)` refers to.
template <typename Type, typename Place>
ServeOption::Reader Into(Type type, Place place) {
  return [type, place](const json& value, Settings* settings) -> Problem {
    return type.Read(value, &place(*settings));
  };
}

ServeOption::Reader Text(std::string Settings::*member) {
  return Into(
      NonEmptyType(), [member](Settings & settings) -> auto& { return settings.*member; });
}

// The same, for an option that asks for HTTPS.
ServeOption::Reader ImpliesTls(ServeOption::Reader read) {
  return [read = std::move(read)](const json& value, Settings* settings) -> Problem {
    settings->tls_implied = true;
    return read(value, settings);
  };
}

Problem ReadApps(const json& texts, Settings* settings) {
  std::vector<App> apps;
  for (const json& text : texts) {
    Result<App> app = AppFromText(text.get<std::string>());
    if (!app.ok()) return app.error();
    const std::uint32_t sdkappid = app.value().sdkappid;
    if (std::any_of(apps.begin(), apps.end(),
                    [&](const App& other) { return other.sdkappid == sdkappid; })) {
      return Error{"app " + std::to_string(sdkappid) +
                   " is given twice; expected each SDKAppID once"};
    }
    apps.push_back(std::move(app).value());
  }
  settings->server.service.apps = std::move(apps);
  return {};
}

Problem ReadProfile(const json& text, Settings* settings) {
  Result<Profile> profile = LoadProfile(text.get<std::string>());
  if (!profile.ok()) return profile.error();
  settings->server.service.profile = std::move(profile).value();
  return {};
}

Problem ReadThrottle(const json& value, Settings* settings) {
  std::uint32_t limit = 0;
  settings->throttle = "off";
  if (value == "off") return {};
  Problem problem = kThrottle.Read(value, &limit);
  settings->throttle = std::to_string(limit);
  return problem;
}

Problem ReadClock(const json& value, Settings* settings) {
  const std::optional<ClockSetting> clock =
      value.is_string() ? ClockFromText(value.get_ref<const std::string&>()) : std::nullopt;
  if (!clock) return Expected("a clock");
  settings->server.service.clock_setting = *clock;
  return {};
}

// What an Authorization header can carry.
Problem ReadControlToken(const json& value, Settings* settings) {
  std::string token;
  if (Problem problem = TextType().Read(value, &token)) return problem;
  token.resize(WithoutEndingSpace(token).size());
  settings->server.control.token = token;
  if (!token.empty() && token.size() <= kMaxTokenBytes &&
      std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    return {};
  }
  return Expected("a token");
}

Problem ReadJournalEntries(const json& value, Settings* settings) {
  JournalOptions& journal = settings->server.service.journal;
  Problem problem = kJournalEntries.Read(value, &journal.max_entries);
  journal.enabled = journal.max_entries > 0;
  return problem;
}

// NOLINTNEXTLINE(readability-function-size): it is a table.
const std::vector<ServeOption>& Options() {
  static const std::vector<ServeOption> options = {
      {.name = "host",
       .value_name = "ADDRESS",
       .help = "Address to listen on (default 127.0.0.1); localhost is 127.0.0.1 and ::1",
       .expected = "an address such as 127.0.0.1",
       .read = Into(
           NonEmptyType(), [](Settings & s) -> auto& { return s.server.host; })},
      {.name = "port",
       .value_name = "PORT",
       .help = "Port to listen on; 0 takes a free one",
       .expected = "a whole number from 0 to 65535",
       .member = Member::kNumber,
       .read = Into(
           kPort, [](Settings & s) -> auto& { return s.server.port; })},
      {.name = "port-file",
       .value_name = "FILE",
       .help = "File that holds the port while connections are accepted; removed at exit",
       .expected = "a path",
       .read = Text(&Settings::port_file)},
      {.name = "ports-file",
       .value_name = "FILE",
       .help = "The same for all ports, as JSON: {\"http\":8080,\"https\":8443,\"proxy\":8081}",
       .expected = "a path",
       .read = Text(&Settings::ports_file)},
      {.name = "tls",
       .value_name = "",
       .help = "Serve HTTPS, too; --tls-port, --tls-cert and --proxy-port imply it",
       .expected = "on or off",
       .member = Member::kSwitch,
       .read = Into(
           FlagType(), [](Settings & s) -> auto& { return s.serve_tls.emplace(); })},
      {.name = "tls-port",
       .value_name = "PORT",
       .help = "Port of HTTPS; 0 takes a free one",
       .expected = "a whole number from 0 to 65535",
       .member = Member::kNumber,
       .read = ImpliesTls(Into(
           kPort, [](Settings & s) -> auto& { return s.tls.port; }))},
      {.name = "tls-cert",
       .value_name = "FILE",
       .help = "Own certificate chain, PEM (default: one for every documented host, from a\n"
               "certificate authority of this machine's own; see `timock ca`)",
       .expected = "a path",
       .read = ImpliesTls(Into(
           NonEmptyType(), [](Settings & s) -> auto& { return s.tls.certificate_file; }))},
      {.name = "tls-key",
       .value_name = "FILE",
       .help = "Key of --tls-cert, PEM",
       .expected = "a path",
       .read = ImpliesTls(Into(
           NonEmptyType(), [](Settings & s) -> auto& { return s.tls.key_file; }))},
      {.name = "state-dir",
       .value_name = "DIR",
       .help = "Where the certificate authority is kept (default $XDG_STATE_HOME/timock or\n"
               "$HOME/.local/state/timock)",
       .expected = "a path",
       .read = Into(
           NonEmptyType(), [](Settings & s) -> auto& { return s.tls.state_directory; })},
      {.name = "proxy-port",
       .value_name = "PORT",
       .help = "Port of an HTTP proxy that brings the documented hosts here and refuses all\n"
               "others; 0 takes a free one",
       .expected = "a whole number from 0 to 65535",
       .member = Member::kNumber,
       .read = ImpliesTls(Into(
           kPort, [](Settings & s) -> auto& { return s.server.proxy_port.emplace(); }))},
      {.name = "extra-host",
       .value_name = "NAME",
       .help = "A further host that the proxy brings here and the certificate is for; may be\n"
               "repeated (in the environment, apart by a space or a semicolon)",
       .expected = "a host's name, without scheme, port or wildcard",
       .member = Member::kTexts,
       .repeatable = true,
       .read = Into(
           ListType<HostNameType>(), [](Settings & s) -> auto& { return s.server.extra_hosts; })},
      {.name = "threads",
       .value_name = "N",
       .help = "Threads that serve (default 1)",
       .expected = "a whole number from 1 to 64",
       .member = Member::kNumber,
       .read = Into(
           WholeType<unsigned>{1, 64}, [](Settings & s) -> auto& { return s.server.threads; })},
      {.name = "app",
       .value_name = "ID:KEY[:ADMIN,...]",
       .help = "An app; may be repeated (default: the demo app: SDKAppID\n"
               "1400000000, admin administrator, key 0123456789abcdef four times). In the\n"
               "environment, a space, a newline or a semicolon is between two",
       .expected = "ID:KEY[:ADMIN,...]",
       .member = Member::kOwnReader,
       .repeatable = true,
       .secret = true,
       .read = ReadApps},
      {.name = "profile",
       .value_name = "NAME|FILE",
       .help = "What answers what: seed-2022-04 (default), table-2023, lenient, or a file",
       .expected = "a profile's name or file",
       .member = Member::kOwnReader,
       .read = ReadProfile},
      {.name = "throttle",
       .value_name = "N|off",
       .help = "Calls that one app may make of one command in a window (default: the\n"
               "profile's, 100 a second)",
       .expected = "a whole number from 1 to 1000000, or off",
       .member = Member::kNumberOrText,
       .read = ReadThrottle},
      {.name = "usersig",
       .value_name = "verify|off",
       .help = "Whether UserSigs are checked (default verify)",
       .expected = "verify or off",
       .read = Into(
           ChoiceType<bool>{{{"verify", true}, {"off", false}}},
           [](Settings & s) -> auto& { return s.server.service.verify_user_sig; })},
      {.name = "clock",
       .value_name = "real|@UNIX|+UNIX",
       .help = "The machine's time (default), a moment at which it stands still, or one from\n"
               "which it runs, in UNIX seconds, decimals allowed. At @UNIX a throttled call\n"
               "stays throttled until the clock moves: use --throttle off or +UNIX",
       .expected = "real, @UNIX (stands still there) or +UNIX (runs from there), in seconds from 0 "
                   "to 9000000000",
       .read = ReadClock},
      {.name = "log",
       .value_name = "text|json|off",
       .help = "How calls are logged on stderr (default text)",
       .expected = "text, json or off",
       .read = Into(
           ChoiceType<LogFormat>{
               {{"text", LogFormat::kText}, {"json", LogFormat::kJson}, {"off", LogFormat::kOff}}},
           [](Settings & s) -> auto& { return s.log; })},
      {.name = "log-level",
       .value_name = "LEVEL",
       .help = "debug (every call), info (calls with something to note, the default), warn\n"
               "(refused calls) or error. But for debug, a few calls of a kind are listed in\n"
               "ten seconds, and the others are counted",
       .expected = "trace, debug, info, warn or error",
       .read = Into(
           ChoiceType<LogLevel>{{{"trace", LogLevel::kTrace},
                                 {"debug", LogLevel::kDebug},
                                 {"info", LogLevel::kInfo},
                                 {"warn", LogLevel::kWarn},
                                 {"error", LogLevel::kError}}},
           [](Settings & s) -> auto& { return s.log_level; })},
      {.name = "log-file",
       .value_name = "FILE",
       .help = "Log to the end of this file instead of stderr",
       .expected = "a path",
       .read = Text(&Settings::log_file)},
      {.name = "exit-with-parent",
       .value_name = "",
       .help = "Stop, as SIGTERM does, when the process that started this one ends",
       .expected = "on or off",
       .member = Member::kSwitch,
       .read = Into(
           FlagType(), [](Settings & s) -> auto& { return s.exit_with_parent; })},
      {.name = "max-body",
       .value_name = "BYTES",
       .help = "Largest request body (default 65536)",
       .expected = "a whole number of bytes from 1 to 1073741824",
       .member = Member::kNumber,
       .read = Into(
           WholeType<std::size_t>{1, 1024UL * 1024 * 1024},
           [](Settings & s) -> auto& { return s.server.service.max_body_bytes; })},
      {.name = "max-apps",
       .value_name = "N",
       .help = "Most apps at one time (default 1000000)",
       .expected = "a whole number from 1 to 100000000",
       .member = Member::kNumber,
       .read = Into(
           WholeType<std::size_t>{1, 100'000'000},
           [](Settings & s) -> auto& { return s.server.service.max_apps; })},
      {.name = "control",
       .value_name = "on|off",
       .help = "Whether the control API and the page are served, at /_timock/ (default on)",
       .expected = "on or off",
       .read = Into(
           ChoiceType<bool>{{{"on", true}, {"off", false}}},
           [](Settings & s) -> auto& { return s.server.control.enabled; })},
      {.name = "control-port",
       .value_name = "PORT",
       .help = "Serve them on a port of their own; 0 takes a free one",
       .expected = "a whole number from 0 to 65535",
       .member = Member::kNumber,
       .read = Into(
           kPort, [](Settings & s) -> auto& { return s.server.control.port.emplace(); })},
      {.name = "control-token",
       .value_name = "TOKEN",
       .help = "What their callers must send as Authorization: Bearer TOKEN (default: none on a\n"
               "loopback address; elsewhere one is made and logged)",
       .expected = "1 to 200 visible ASCII characters",
       .secret = true,
       .read = ReadControlToken},
      {.name = "journal-entries",
       .value_name = "N",
       .help = "Most calls that are recorded (default 10000); 0 records none",
       .expected = "a whole number from 0 to 100000000",
       .member = Member::kNumber,
       .read = ReadJournalEntries},
      {.name = "journal-bytes",
       .value_name = "BYTES",
       .help = "Most memory for recorded calls (default 16777216)",
       .expected = "a whole number of bytes from 1 to 1099511627776",
       .member = Member::kNumber,
       .read = Into(
           WholeType<std::size_t>{1, 1024UL * 1024 * 1024 * 1024},
           [](Settings & s) -> auto& { return s.server.service.journal.max_bytes; })},
  };
  return options;
}

// The JSON form of an option's texts. What is not a number where one belongs stays a text, which
// its reader refuses.
json JsonOf(const ServeOption& option, const std::vector<std::string>& texts) {
  const std::string& text = texts.back();
  if (option.repeatable) return texts;
  if (option.member == Member::kSwitch && (text == "on" || text == "off")) return text == "on";
  if (option.member == Member::kNumber || option.member == Member::kNumberOrText) {
    if (const auto number = ParseUnsigned(text, 0, UINT64_MAX)) return *number;
  }
  return text;
}

}  // namespace

std::string ServeOption::EnvironmentName() const {
  // TIMOCK_USERSIG is the UserSig that exec hands to its command.
  if (name == "usersig") {
    return "TIMOCK_USERSIG_CHECK";
  }
  std::string variable = "TIMOCK_";
  for (const char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  }
  return variable;
}

std::string ServeOption::MemberName() const {
  if (name == "max-body") {
    return "max_body_bytes";
  }
  std::string text(name);
  if (repeatable) {
    text += 's';
  }
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

std::span<const ServeOption> ServeOptions() { return Options(); }

Result<Done> SetOption(const ServeOption& option, const std::vector<std::string>& values,
                       Settings* settings) {
  const Problem problem = option.read(JsonOf(option, values), settings);
  if (!problem) return Done{};
  const std::string shown = option.secret ? "" : "'" + OneLine(values.back(), kMaxShown) + "': ";
  const bool has_own_text = option.member == Member::kOwnReader;
  return Error{shown +
               (has_own_text ? problem->Text() : "expected " + std::string(option.expected))};
}

}  // namespace timock::app
