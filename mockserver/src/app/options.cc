#include "app/options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "apps/app_fields.h"
#include "apps/hosts.h"
#include "base/secrets.h"
#include "json/fields.h"
#include "text/time.h"
#include "text/words.h"

namespace timock::app {
namespace {

using nlohmann::json;
using Kind = ServeOption::Kind;
using Reader = ServeOption::Reader;
using Value = ServeOption::Value;

constexpr std::size_t kMaxTokenBytes = 200;

// Paths to the members of Settings.
constexpr auto kServer = &Settings::server;
constexpr auto kTls = &Settings::tls;
constexpr auto kService = &ServerOptions::service;
constexpr auto kControl = &ServerOptions::control;
constexpr auto kJournal = &ServiceOptions::journal;

struct CheckedTextType {
  bool (*is_valid)(const std::string&) = [](const std::string& text) { return !text.empty(); };

  Problem Read(const json& value, std::string* out) const {
    Problem problem = TextType().Read(value, out);
    return problem || is_valid(*out) ? problem : Expected("another text");
  }
};

bool IsHostName(const std::string& text) { return ReadHostName(text).has_value(); }

// Reads a value of `type` into the member at the end of `path`, also where that is an optional.
template <typename Type, typename... Path>
Reader Into(Type type, Path... path) {
  return [=](const json& value, Settings* settings) -> Problem {
    auto& member = (*settings.*....*path);
    if constexpr (requires { member.emplace(); }) {
      return type.Read(value, &member.emplace());
    } else {
      return type.Read(value, &member);
    }
  };
}

template <typename... Path>
Value Text(const char* expected, Path... path) {
  return {expected, Into(CheckedTextType(), path...)};
}

template <typename Integer, typename... Path>
Value Number(WholeType<Integer> type, Path... path) {
  return {type.What(), Into(type, path...), Kind::kNumber};
}

template <typename... Path>
Value Port(Path... path) {
  return Number(WholeType<std::uint16_t>(), path...);
}

template <typename... Path>
Value Bytes(std::size_t max, Path... path) {
  Value value = Number(WholeType<std::size_t>{1, max}, path...);
  value.expected = "a whole number of bytes from 1 to " + std::to_string(max);
  return value;
}

template <typename... Path>
Value Switch(Path... path) {
  return {"on or off", Into(FlagType(), path...), Kind::kSwitch};
}

template <typename T, typename... Path>
Value Choice(std::vector<std::pair<std::string_view, T>> choices, Path... path) {
  std::string expected;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    expected += i == 0 ? "" : i + 1 < choices.size() ? ", " : " or ";
    expected += choices[i].first;
  }
  return {expected, Into(ChoiceType<T>{std::move(choices)}, path...)};
}

// The same, for an option that asks for HTTPS.
Value ImplyingTls(Value value) {
  value.read = [read = std::move(value.read)](const json& given, Settings* settings) -> Problem {
    settings->tls_implied = true;
    return read(given, settings);
  };
  return value;
}

// An app from "ID:KEY" or "ID:KEY:ADMIN,...", with the usual admin where none is named. White
// space at the end of the key and of the whole is dropped. The Error does not show the key.
Result<App> AppFromText(const std::string& text) {
  const std::size_t id_end = text.find(':');
  const auto sdkappid = WholeFromText<std::uint32_t>(std::string_view(text).substr(0, id_end));
  if (!sdkappid) {
    return Error{"expected ID:KEY or ID:KEY:ADMIN,..., where ID is a number up to 4294967295"};
  }
  const std::string which = "app " + std::to_string(*sdkappid) + ": ";
  if (id_end == std::string::npos) {
    return Error{which + "expected a colon and the secret key after the ID"};
  }
  const std::size_t key_end = text.find(':', id_end + 1);
  json app = {{"sdkappid", *sdkappid},
              {"key", text.substr(id_end + 1, key_end - id_end - 1)},
              {"admins", {kDefaultAdmin}}};
  if (key_end != std::string::npos) {
    app["admins"] = SplitText(WithoutEndingSpace(text).substr(key_end + 1), ",");
    if (app["admins"].empty()) {
      return Error{which + "expected at least one admin after the second colon"};
    }
  }
  Result<App> read = AppFromJson(app);
  return read.ok() ? std::move(read) : Error{which + read.error().Text()};
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
  Problem problem = WholeType<std::uint32_t>{1, 1'000'000}.Read(value, &limit);
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

// The JSON form of an option's texts. What is not a number or a switch where one belongs remains a
// text, which its reader refuses.
json JsonOf(const ServeOption& option, const std::vector<std::string>& texts) {
  const std::string& text = texts.back();
  const Kind kind = option.value.kind;
  if (option.repeatable) return texts;
  if (kind == Kind::kSwitch && (text == "on" || text == "off")) return text == "on";
  if (kind == Kind::kNumber) {
    if (const auto number = WholeFromText<std::uint64_t>(text)) return *number;
  }
  return text;
}

bool IsQuotedNumber(const json& value) {
  return value.is_string() && !value.get_ref<const std::string&>().empty() &&
         value.get_ref<const std::string&>().find_first_not_of("0123456789") == std::string::npos;
}

// What a config file should have had instead of `member`.
std::string ExpectedMember(const ServeOption& option, const json& member) {
  const auto& [expected, read, kind] = option.value;
  if (kind == Kind::kSwitch) return "true or false";
  if (option.repeatable) return (member.is_array() ? "" : "an array of strings: ") + expected;
  if (kind == Kind::kText) return (member.is_string() ? "" : "a string: ") + expected;
  return expected + (IsQuotedNumber(member) ? ", without quotes" : "");
}

}  // namespace

std::string ServeOption::EnvironmentName() const {
  // TIMOCK_USERSIG is the UserSig that exec hands to its command.
  if (name == "usersig") return "TIMOCK_USERSIG_CHECK";
  std::string variable = "TIMOCK_";
  for (const char c : name) {
    variable += c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
  }
  return variable;
}

std::string ServeOption::MemberName() const {
  if (name == "max-body") return "max_body_bytes";
  std::string text(name);
  if (repeatable) text += 's';
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

Problem ServeOption::ReadTexts(const std::vector<std::string>& texts, Settings* settings) const {
  const Problem problem = value.read(JsonOf(*this, texts), settings);
  if (!problem) return {};
  return Error{(secret ? "" : "'" + OneLine(texts.back(), 200) + "': ") +
               (value.kind == Kind::kOwnError ? problem->Text() : "expected " + value.expected)};
}

Problem ServeOption::ReadMember(const json& member, Settings* settings) const {
  if (!value.read(member, settings)) return {};
  return Error{(secret ? "" : OneLine(ShownJson(member), 60) + ": ") + "expected " +
               ExpectedMember(*this, member)};
}

// NOLINTNEXTLINE(readability-function-size): it is a table.
std::span<const ServeOption> ServeOptions() {
  static const ServeOption options[] = {
      {"host", "ADDRESS",
       "Address to listen on (default 127.0.0.1); localhost is 127.0.0.1 and ::1",
       Text("an address such as 127.0.0.1", kServer, &ServerOptions::host)},
      {"port", "PORT", "Port to listen on; 0 takes a free one",
       Port(kServer, &ServerOptions::port)},
      {"port-file", "FILE",
       "File that holds the port while connections are accepted; removed at exit",
       Text("a path", &Settings::port_file)},
      {"ports-file", "FILE",
       "The same for all ports, as JSON: {\"http\":8080,\"https\":8443,\"proxy\":8081}",
       Text("a path", &Settings::ports_file)},
      {"tls", "", "Serve HTTPS as well; --tls-port, --tls-cert and --proxy-port imply it",
       Switch(&Settings::serve_tls)},
      {"tls-port", "PORT", "Port of HTTPS; 0 takes a free one",
       ImplyingTls(Port(kTls, &TlsOptions::port))},
      {"tls-cert", "FILE",
       "Own certificate chain, PEM (default: one for every documented host, from a\n"
       "certificate authority of this machine's own; see `timock ca`)",
       ImplyingTls(Text("a path", kTls, &TlsOptions::certificate_file))},
      {"tls-key", "FILE", "Key of --tls-cert, PEM",
       ImplyingTls(Text("a path", kTls, &TlsOptions::key_file))},
      {"state-dir", "DIR",
       "Where the certificate authority is kept (default $XDG_STATE_HOME/timock or\n"
       "$HOME/.local/state/timock)",
       Text("a path", kTls, &TlsOptions::state_directory)},
      {"proxy-port", "PORT",
       "Port of an HTTP proxy that brings the documented hosts here and refuses all\n"
       "others; 0 takes a free one",
       ImplyingTls(Port(kServer, &ServerOptions::proxy_port))},
      {"extra-host",
       "NAME",
       "A further host that the proxy brings here and the certificate is for; may be\n"
       "repeated (in the environment, separated by a space or a semicolon)",
       {"a host's name, without scheme, port or wildcard",
        Into(ListType<CheckedTextType>{{.is_valid = IsHostName}}, kServer,
             &ServerOptions::extra_hosts)},
       /*repeatable=*/true},
      {"threads", "N", "Threads that serve (default 1)",
       Number(WholeType<unsigned>{1, 64}, kServer, &ServerOptions::threads)},
      {"app",
       "ID:KEY[:ADMIN,...]",
       "An app; may be repeated (default: the demo app: SDKAppID\n"
       "1400000000, admin administrator, key 0123456789abcdef four times). In the\n"
       "environment, a space, a newline or a semicolon separates two",
       {"ID:KEY[:ADMIN,...]", ReadApps, Kind::kOwnError},
       /*repeatable=*/true,
       /*secret=*/true},
      {"profile",
       "NAME|FILE",
       "What answers what: seed-2022-04 (default), table-2023, gateway-2026,\nlenient, or a file",
       {"a profile's name or file", ReadProfile, Kind::kOwnError}},
      {"throttle",
       "N|off",
       "Calls that one app may make of one command in a window (default: the\n"
       "profile's, 100 a second)",
       {"a whole number from 1 to 1000000, or off", ReadThrottle, Kind::kNumber}},
      {"usersig", "verify|off", "Whether UserSigs are checked (default verify)",
       Choice<bool>({{"verify", true}, {"off", false}}, kServer, kService,
                    &ServiceOptions::verify_user_sig)},
      {"clock",
       "real|@UNIX|+UNIX",
       "The machine's time (default), a moment at which it is frozen, or one from\n"
       "which it runs, in UNIX seconds, decimals allowed. At @UNIX a throttled call\n"
       "stays throttled until the clock moves: use --throttle off or +UNIX",
       {"real, @UNIX (frozen there) or +UNIX (runs from there), in seconds from 0 to "
        "9000000000",
        ReadClock}},
      {"log", "text|json|off", "How calls are logged on stderr (default text)",
       Choice<LogFormat>(
           {{"text", LogFormat::kText}, {"json", LogFormat::kJson}, {"off", LogFormat::kOff}},
           &Settings::log)},
      {"log-level", "LEVEL",
       "debug or trace (every call), info (calls with something to note, the default),\n"
       "warn (refused calls) or error (none). But for the first two, a few calls of a\n"
       "kind are listed in ten seconds, and the others are counted",
       Choice<LogLevel>({{"trace", LogLevel::kTrace},
                         {"debug", LogLevel::kDebug},
                         {"info", LogLevel::kInfo},
                         {"warn", LogLevel::kWarn},
                         {"error", LogLevel::kError}},
                        &Settings::log_level)},
      {"log-file", "FILE", "Log to the end of this file instead of stderr",
       Text("a path", &Settings::log_file)},
      {"exit-with-parent", "", "Stop, as SIGTERM does, when the process that started this one ends",
       Switch(&Settings::exit_with_parent)},
      {"max-body", "BYTES", "Largest request body (default 65536)",
       Bytes(1024UL * 1024 * 1024, kServer, kService, &ServiceOptions::max_body_bytes)},
      {"max-apps", "N", "Maximum number of apps at one time (default 1000000)",
       Number(WholeType<std::size_t>{1, 100'000'000}, kServer, kService,
              &ServiceOptions::max_apps)},
      {"control", "on|off",
       "Whether the control API and the page are served, at /_timock/ (default on)",
       Choice<bool>({{"on", true}, {"off", false}}, kServer, kControl, &ControlOptions::enabled)},
      {"control-port", "PORT", "Serve them on a port of their own; 0 takes a free one",
       Port(kServer, kControl, &ControlOptions::port)},
      {"control-token",
       "TOKEN",
       "What their callers must send as Authorization: Bearer TOKEN (default: none on a\n"
       "loopback address; elsewhere one is made and logged)",
       {"1 to 200 visible ASCII characters", ReadControlToken},
       /*repeatable=*/false,
       /*secret=*/true},
      {"shared", "",
       "Several test runs use this server: the control API refuses what would touch the\n"
       "apps of others (the server's clock, the profile, a reset or fault without an app)",
       Switch(kServer, kControl, &ControlOptions::shared)},
      {"journal-entries", "N", "Maximum number of recorded calls (default 10000); 0 records none",

       Number(WholeType<std::size_t>{0, 100'000'000}, kServer, kService, kJournal,
              &JournalOptions::max_entries)},
      {"journal-bytes", "BYTES", "Maximum memory for recorded calls (default 16777216)",
       Bytes(1024UL * 1024 * 1024 * 1024, kServer, kService, kJournal, &JournalOptions::max_bytes)},
  };
  return options;
  // The analyzer loses track of what a std::function in a table owns.
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace timock::app
