#include "app/serve_options.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/app_text.h"
#include "app/profile_source.h"
#include "app/text_values.h"
#include "core/hosts.h"
#include "core/secret_text.h"
#include "core/time_text.h"

namespace timock::app {
namespace {

using Values = std::vector<std::string>;
using Member = ServeOption::Member;

constexpr std::uint64_t kMostThrottle = 1'000'000;
constexpr std::uint64_t kMostBodyBytes = 1024UL * 1024 * 1024;
constexpr std::uint64_t kMostApps = 100'000'000;
constexpr std::uint64_t kMostThreads = 64;
constexpr std::uint64_t kMostJournalEntries = 100'000'000;
constexpr std::uint64_t kMostJournalBytes = 1024UL * 1024 * 1024 * 1024;
constexpr std::size_t kMostTokenBytes = 200;
constexpr std::size_t kMostShown = 200;  // bytes of a bad value

bool SetHost(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->server.host = values.back();
  return !values.back().empty();
}

bool ReadPort(const Values& values, std::uint16_t* out) {
  const auto port = ParseUnsigned(values.back(), 0, 65'535);
  *out = static_cast<std::uint16_t>(port.value_or(0));
  return port.has_value();
}

bool SetPort(const Values& values, Settings* settings, std::string* /*expected*/) {
  return ReadPort(values, &settings->server.port);
}

bool ReadPath(const Values& values, std::string* out) {
  *out = values.back();
  return !out->empty();
}

template <std::string Settings::*path>
bool SetPath(const Values& values, Settings* settings, std::string* /*expected*/) {
  return ReadPath(values, &(settings->*path));
}

bool SetTls(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->serve_tls = values.back() == "on";
  return values.back() == "on" || values.back() == "off";
}

bool SetExitWithParent(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->exit_with_parent = values.back() == "on";
  return values.back() == "on" || values.back() == "off";
}

bool SetTlsPort(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->tls_implied = true;
  return ReadPort(values, &settings->tls.port);
}

bool SetTlsCertificate(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->tls_implied = true;
  return ReadPath(values, &settings->tls.certificate_file);
}

bool SetTlsKey(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->tls_implied = true;
  return ReadPath(values, &settings->tls.key_file);
}

bool SetStateDirectory(const Values& values, Settings* settings, std::string* /*expected*/) {
  return ReadPath(values, &settings->tls.state_directory);
}

bool SetProxyPort(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->tls_implied = true;
  return ReadPort(values, &settings->server.proxy_port.emplace());
}

bool SetExtraHosts(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->server.extra_hosts = values;
  return std::all_of(values.begin(), values.end(),
                     [](const std::string& host) { return ReadHostName(host).has_value(); });
}

bool SetThreads(const Values& values, Settings* settings, std::string* /*expected*/) {
  const auto threads = ParseUnsigned(values.back(), 1, kMostThreads);
  settings->server.threads = static_cast<unsigned>(threads.value_or(1));
  return threads.has_value();
}

bool SetApps(const Values& values, Settings* settings, std::string* expected) {
  std::vector<App> apps;
  for (const std::string& text : values) {
    Result<App> app = AppFromText(text);
    if (!app.ok()) {
      *expected = app.error().Text();
      return false;
    }
    const std::uint32_t sdkappid = app.value().sdkappid;
    if (std::any_of(apps.begin(), apps.end(),
                    [&](const App& other) { return other.sdkappid == sdkappid; })) {
      *expected = "app " + std::to_string(sdkappid) + " stands twice; expected each SDKAppID once";
      return false;
    }
    apps.push_back(std::move(app).value());
  }
  settings->server.service.apps = std::move(apps);
  return true;
}

bool SetProfile(const Values& values, Settings* settings, std::string* expected) {
  Result<Profile> profile = LoadProfile(values.back());
  if (!profile.ok()) {
    *expected = profile.error().Text();
    return false;
  }
  settings->server.service.profile = std::move(profile).value();
  return true;
}

bool SetThrottle(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->throttle = values.back();
  return values.back() == "off" || ParseUnsigned(values.back(), 1, kMostThrottle);
}

bool SetUserSig(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->server.service.verify_user_sig = values.back() == "verify";
  return values.back() == "verify" || values.back() == "off";
}

bool SetClock(const Values& values, Settings* settings, std::string* /*expected*/) {
  const std::optional<ClockSetting> clock = ClockFromText(values.back());
  settings->server.service.clock_setting = clock.value_or(ClockSetting{});
  return clock.has_value();
}

template <typename E, std::size_t N>
bool SetChoice(const std::string& text, const std::pair<std::string_view, E> (&choices)[N],
               E* out) {
  for (const auto& [name, value] : choices) {
    if (text == name) {
      *out = value;
      return true;
    }
  }
  return false;
}

bool SetLog(const Values& values, Settings* settings, std::string* /*expected*/) {
  constexpr std::pair<std::string_view, LogFormat> kFormats[] = {
      {"text", LogFormat::kText}, {"json", LogFormat::kJson}, {"off", LogFormat::kOff}};
  return SetChoice(values.back(), kFormats, &settings->log);
}

bool SetLogLevel(const Values& values, Settings* settings, std::string* /*expected*/) {
  constexpr std::pair<std::string_view, LogLevel> kLevels[] = {{"trace", LogLevel::kTrace},
                                                               {"debug", LogLevel::kDebug},
                                                               {"info", LogLevel::kInfo},
                                                               {"warn", LogLevel::kWarn},
                                                               {"error", LogLevel::kError}};
  return SetChoice(values.back(), kLevels, &settings->log_level);
}

bool SetSize(const Values& values, std::uint64_t most, std::size_t* out) {
  const auto size = ParseUnsigned(values.back(), 1, most);
  *out = static_cast<std::size_t>(size.value_or(0));
  return size.has_value();
}

bool SetMaxBody(const Values& values, Settings* settings, std::string* /*expected*/) {
  return SetSize(values, kMostBodyBytes, &settings->server.service.max_body_bytes);
}

bool SetMaxApps(const Values& values, Settings* settings, std::string* /*expected*/) {
  return SetSize(values, kMostApps, &settings->server.service.max_apps);
}

bool SetControl(const Values& values, Settings* settings, std::string* /*expected*/) {
  settings->server.control.enabled = values.back() == "on";
  return values.back() == "on" || values.back() == "off";
}

bool SetControlPort(const Values& values, Settings* settings, std::string* /*expected*/) {
  return ReadPort(values, &settings->server.control.port.emplace());
}

// What an Authorization header can carry.
bool SetControlToken(const Values& values, Settings* settings, std::string* /*expected*/) {
  const std::string token(WithoutEndingSpace(values.back()));
  settings->server.control.token = token;
  return !token.empty() && token.size() <= kMostTokenBytes &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
}

bool SetJournalEntries(const Values& values, Settings* settings, std::string* /*expected*/) {
  const auto entries = ParseUnsigned(values.back(), 0, kMostJournalEntries);
  JournalOptions& journal = settings->server.service.journal;
  journal.enabled = entries.value_or(0) > 0;
  journal.max_entries = static_cast<std::size_t>(entries.value_or(0));
  return entries.has_value();
}

bool SetJournalBytes(const Values& values, Settings* settings, std::string* /*expected*/) {
  return SetSize(values, kMostJournalBytes, &settings->server.service.journal.max_bytes);
}

constexpr ServeOption kOptions[] = {
    {.name = "host",
     .value_name = "ADDRESS",
     .help = "Address to listen on (default 127.0.0.1); localhost is 127.0.0.1 and ::1",
     .expected = "an address such as 127.0.0.1",
     .set = SetHost},
    {.name = "port",
     .value_name = "PORT",
     .help = "Port to listen on; 0 takes a free one",
     .expected = "a whole number from 0 to 65535",
     .member = Member::kNumber,
     .set = SetPort},
    {.name = "port-file",
     .value_name = "FILE",
     .help = "File that holds the port while connections are accepted; removed at exit",
     .expected = "a path",
     .set = SetPath<&Settings::port_file>},
    {.name = "ports-file",
     .value_name = "FILE",
     .help = "The same for all ports, as JSON: {\"http\":8080,\"https\":8443,\"proxy\":8081}",
     .expected = "a path",
     .set = SetPath<&Settings::ports_file>},
    {.name = "tls",
     .value_name = "",
     .help = "Serve HTTPS, too; --tls-port, --tls-cert and --proxy-port imply it",
     .expected = "on or off",
     .member = Member::kSwitch,
     .set = SetTls},
    {.name = "tls-port",
     .value_name = "PORT",
     .help = "Port of HTTPS; 0 takes a free one",
     .expected = "a whole number from 0 to 65535",
     .member = Member::kNumber,
     .set = SetTlsPort},
    {.name = "tls-cert",
     .value_name = "FILE",
     .help = "Own certificate chain, PEM (default: one for every documented host, from a\n"
             "certificate authority of this machine's own; see `timock ca`)",
     .expected = "a path",
     .set = SetTlsCertificate},
    {.name = "tls-key",
     .value_name = "FILE",
     .help = "Key of --tls-cert, PEM",
     .expected = "a path",
     .set = SetTlsKey},
    {.name = "state-dir",
     .value_name = "DIR",
     .help = "Where the certificate authority is kept (default $XDG_STATE_HOME/timock or\n"
             "$HOME/.local/state/timock)",
     .expected = "a path",
     .set = SetStateDirectory},
    {.name = "proxy-port",
     .value_name = "PORT",
     .help = "Port of an HTTP proxy that brings the documented hosts here and refuses all\n"
             "others; 0 takes a free one",
     .expected = "a whole number from 0 to 65535",
     .member = Member::kNumber,
     .set = SetProxyPort},
    {.name = "extra-host",
     .value_name = "NAME",
     .help = "A further host that the proxy brings here and the certificate is for; may be\n"
             "repeated (in the environment, apart by a space or a semicolon)",
     .expected = "a host's name, without scheme, port or wildcard",
     .member = Member::kTexts,
     .repeatable = true,
     .set = SetExtraHosts},
    {.name = "threads",
     .value_name = "N",
     .help = "Threads that serve (default 1)",
     .expected = "a whole number from 1 to 64",
     .member = Member::kNumber,
     .set = SetThreads},
    {.name = "app",
     .value_name = "ID:KEY[:ADMIN,...]",
     .help = "An app; may be repeated (default: the demo app: SDKAppID\n"
             "1400000000, admin administrator, key 0123456789abcdef four times). In the\n"
             "environment, a space, a newline or a semicolon is between two",
     .expected = "ID:KEY[:ADMIN,...]",
     .member = Member::kOwnReader,
     .repeatable = true,
     .secret = true,
     .set = SetApps},
    {.name = "profile",
     .value_name = "NAME|FILE",
     .help = "What answers what: seed-2022-04 (default), table-2023, lenient, or a file",
     .expected = "a profile's name or file",
     .member = Member::kOwnReader,
     .set = SetProfile},
    {.name = "throttle",
     .value_name = "N|off",
     .help = "Calls that one app may make of one command in a window (default: the\n"
             "profile's, 100 a second)",
     .expected = "a whole number from 1 to 1000000, or off",
     .member = Member::kNumberOrText,
     .set = SetThrottle},
    {.name = "usersig",
     .value_name = "verify|off",
     .help = "Whether UserSigs are checked (default verify)",
     .expected = "verify or off",
     .set = SetUserSig},
    {.name = "clock",
     .value_name = "real|@UNIX|+UNIX",
     .help = "The machine's time (default), a moment at which it stands still, or one from\n"
             "which it runs, in UNIX seconds, decimals allowed. At @UNIX a throttled call\n"
             "stays throttled until the clock moves: use --throttle off or +UNIX",
     .expected = "real, @UNIX (stands still there) or +UNIX (runs from there), in seconds from 0 "
                 "to 9000000000",
     .set = SetClock},
    {.name = "log",
     .value_name = "text|json|off",
     .help = "How calls are logged on stderr (default text)",
     .expected = "text, json or off",
     .set = SetLog},
    {.name = "log-level",
     .value_name = "LEVEL",
     .help = "debug (every call), info (calls with something to note, the default), warn\n"
             "(refused calls) or error. But for debug, a few calls of a kind are listed in\n"
             "ten seconds, and the others are counted",
     .expected = "trace, debug, info, warn or error",
     .set = SetLogLevel},
    {.name = "log-file",
     .value_name = "FILE",
     .help = "Log to the end of this file instead of stderr",
     .expected = "a path",
     .set = SetPath<&Settings::log_file>},
    {.name = "exit-with-parent",
     .value_name = "",
     .help = "Stop, as SIGTERM does, when the process that started this one ends",
     .expected = "on or off",
     .member = Member::kSwitch,
     .set = SetExitWithParent},
    {.name = "max-body",
     .value_name = "BYTES",
     .help = "Largest request body (default 65536)",
     .expected = "a whole number of bytes from 1 to 1073741824",
     .member = Member::kNumber,
     .set = SetMaxBody},
    {.name = "max-apps",
     .value_name = "N",
     .help = "Most apps at one time (default 1000000)",
     .expected = "a whole number from 1 to 100000000",
     .member = Member::kNumber,
     .set = SetMaxApps},
    {.name = "control",
     .value_name = "on|off",
     .help = "Whether the control API and the page are served, at /_timock/ (default on)",
     .expected = "on or off",
     .set = SetControl},
    {.name = "control-port",
     .value_name = "PORT",
     .help = "Serve them on a port of their own; 0 takes a free one",
     .expected = "a whole number from 0 to 65535",
     .member = Member::kNumber,
     .set = SetControlPort},
    {.name = "control-token",
     .value_name = "TOKEN",
     .help = "What their callers must send as Authorization: Bearer TOKEN (default: none on a\n"
             "loopback address; elsewhere one is made and logged)",
     .expected = "1 to 200 visible ASCII characters",
     .secret = true,
     .set = SetControlToken},
    {.name = "journal-entries",
     .value_name = "N",
     .help = "Most calls that are recorded (default 10000); 0 records none",
     .expected = "a whole number from 0 to 100000000",
     .member = Member::kNumber,
     .set = SetJournalEntries},
    {.name = "journal-bytes",
     .value_name = "BYTES",
     .help = "Most memory for recorded calls (default 16777216)",
     .expected = "a whole number of bytes from 1 to 1099511627776",
     .member = Member::kNumber,
     .set = SetJournalBytes},
};

std::string Shown(const ServeOption& option, const Values& values) {
  return option.secret ? "" : "'" + OneLine(values.back(), kMostShown) + "': ";
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

std::span<const ServeOption> ServeOptions() { return kOptions; }

Result<Done> SetOption(const ServeOption& option, const std::vector<std::string>& values,
                       Settings* settings) {
  std::string expected = "expected " + std::string(option.expected);
  if (!option.set(values, settings, &expected)) {
    return Error{Shown(option, values) + expected};
  }
  return Done{};
}

}  // namespace timock::app
