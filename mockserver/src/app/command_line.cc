// The command line: the only file of the program that knows CLI11, which takes seconds to compile.
// It fills the plain options of commands.h.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <utility>

#include "app/commands.h"
#include "app/options.h"
#include "text/words.h"

namespace timock::app {
namespace {

constexpr const char* kOverview =
    "A fake of Tencent Cloud IM's REST endpoint v4/all_member_push/im_set_attr_name:\n"
    "it gives a backend's tests the documented answers, and says why it refused a call.";

constexpr const char* kProgramMore = R"(Examples:
  timock serve
  timock serve --port 0 --port-file timock.port --profile lenient
  timock exec -- pytest tests/
  timock exec --proxy-port 0 -- curl -I https://console.tim.qq.com
  timock ca
  timock usersig --sdkappid 1400000000 --identifier administrator --key "$KEY"
  timock errors 90009
  timock explain name_too_long

Exit codes: 0 done, 1 failed, 2 usage or configuration; exec passes on its command's.
`timock COMMAND --help` describes one command.)";

constexpr const char* kSettingsMore =
    R"(Settings: a flag overrides the environment variable named in brackets, which overrides the
config file, which overrides the default. A list of apps replaces the whole list of the source that
it overrides. An empty variable counts as not set.

Config file: strict JSON, every member optional, unknown ones refused. Its paths are relative to the
working folder, except that of a profile.
  {
    "host": "127.0.0.1", "port": 8080, "port_file": "timock.port", "ports_file": "ports.json",
    "tls": true, "tls_port": 8443, "tls_cert": "chain.pem", "tls_key": "key.pem",
    "state_dir": "state", "proxy_port": 8081, "threads": 1,
    "profile": "lenient", or a file next to this one, or switches: {"not_admin": 60010},
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

constexpr const char* kServeMore = R"(
When it accepts connections, it prints one line on stdout that says so, then the URL of the page
and, for the demo app, a curl line that works. The log goes to stderr; a reader that does not keep
up never holds the server back: lines that it misses are counted. SIGTERM, SIGINT and SIGHUP finish
the requests that have begun to arrive. Exit codes: 0 stopped, 1 the address cannot be bound or a
file cannot be written, 2 a setting is wrong.

Examples:
  timock serve
  timock serve --port 0 --port-file /run/timock.port
  timock serve --tls
  timock serve --exit-with-parent --log-file timock.log
  timock serve --proxy-port 8081    # and in the client HTTPS_PROXY=http://127.0.0.1:8081
  timock serve --app 1400000001:0123456789abcdef:root,ops --throttle off
  timock serve --profile my-profile.json --clock @1700000000 --log json
  TIMOCK_PORT=9000 timock serve --config timock.json)";

constexpr const char* kExecMore = R"(
The command finds in its environment TIMOCK_URL (http://HOST:PORT; instead of 0.0.0.0 and ::,
127.0.0.1 and [::1]) and, for the first app, TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER (its first admin),
TIMOCK_SECRET_KEY and TIMOCK_USERSIG (valid for 24 hours); TIMOCK_CONTROL_URL, below which the
control API is, and TIMOCK_CONTROL_TOKEN where one is required; with --tls, TIMOCK_HTTPS_URL and
TIMOCK_CA_FILE, the certificate to trust. The variables that set up the server itself are removed,
so that the command may run a timock of its own. SIGTERM, SIGINT and SIGHUP are passed on to it, and
so is the end of the parent process with --exit-with-parent. SIGKILL cannot be: the command then
runs on without a server.

Calls to TIMOCK_URL bypass your proxies: this machine is added to NO_PROXY and its other spellings,
npm_config_noproxy, GLOBAL_AGENT_NO_PROXY and, where Java is given a proxy, _JAVA_OPTIONS.

With --proxy-port, a command that has a documented host and https hard-coded needs no change. It
finds the proxy in TIMOCK_PROXY_URL, HTTPS_PROXY, HTTP_PROXY and the other variables that name one,
the certificate authority in SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE and
CURL_CA_BUNDLE, and settings for curl (CURL_HOME), Node (NODE_OPTIONS, NODE_USE_ENV_PROXY), PHP
(PHP_INI_SCAN_DIR) and Java (_JAVA_OPTIONS, which Java names on stderr). Your own proxies are
replaced, and exceptions that name a host of the API are dropped; any other host fails unless
NO_PROXY names it and, for HTTPS, its certificate is trusted. --log-level debug lists the variables
that changed. A client that follows none of these is not redirected: PHP's file_get_contents, a Go
Transport without Proxy, a Python session with trust_env off.

Exit codes: the command's own, 128 + N when signal N killed it, 126 when it is not executable, 127
when it was not found; 1 the server could not start, or --fail-on; 2 a setting is wrong.

Examples:
  timock exec -- pytest tests/
  timock exec --proxy-port 0 -- npm test
  timock exec --profile table-2023 --fail-on diagnosis -- ./gradlew test
  timock exec --fail-on diagnosis,no-call --except throttle,random_malformed -- go test ./...
  timock exec -- sh -c 'echo "$TIMOCK_URL $TIMOCK_SDKAPPID $TIMOCK_USERSIG"')";

constexpr const char* kUserSigMore =
    R"(Other users of the machine can read a command line: TIMOCK_SECRET_KEY keeps the key out of it.
Exit codes: 0 printed; 1 what --decode was given is not a UserSig or, with a key, is expired or
signed with another key; 2 usage.

Examples:
  timock usersig --sdkappid 1400000000 --identifier administrator --key "$KEY"
  TIMOCK_SECRET_KEY="$KEY" timock usersig --sdkappid 1400000000 --identifier ops --expire 3600
  timock usersig --decode "$USERSIG" --key "$KEY")";

constexpr const char* kCaMore =
    R"help(The authority is a root whose key is discarded and, below it, an issuer that can certify
only the documented hosts, localhost and this machine's own addresses, 127.0.0.1 and ::1. The
issuer's key stays in the state directory and is readable only by you. To get a new authority,
delete ca.pem there.
Exit codes: 0 printed, 1 it cannot be made or used, 2 usage.

Examples:
  timock ca
  curl --cacert "$(timock ca | head -n 1)" https://127.0.0.1:8443
  timock ca --json | jq -r .trust.java)help";

constexpr const char* kErrorsMore =
    R"(Marks: D the vendor documents the text, O it was observed, A it is our own.
Exit codes: 0 printed, 1 no such code, 2 usage.

Examples:
  timock errors
  timock errors 90009
  timock errors --json | jq '.[] | select(.layer == "access")')";

constexpr const char* kExplainMore =
    R"(Exit codes: 0 printed, 1 there is no such rule, switch, diagnosis or code, 2 usage.

Examples:
  timock explain R8
  timock explain name_too_long
  timock explain 60007)";

constexpr const char* kHealthMore =
    R"(Prints nothing when the server is ready. Waits at most 5 s for an answer.
Exit codes: 0 ready, 1 not, with the reason on stderr, 2 usage.

Examples:
  timock health http://127.0.0.1:8080
  until timock health "$TIMOCK_URL"; do sleep 1; done)";

constexpr const char* kProfileMore =
    R"(A profile file is strict JSON and overrides switches of the shipped profile that its member
"base" names (seed-2022-04 when absent): {"base": "lenient", "not_admin": 60010}
--explain prints a switch's value, its mark (D documented, O observed, I inferred, A assumed) and
its source, and below it the other values that have a source. With a profile: all its switches.
Exit codes: 0 printed, so the profile is valid; 2 it is not, with the place on stderr.

Examples:
  timock profile
  timock profile --list
  timock profile gateway-2026 --explain not_admin
  timock profile --explain table-2023
  timock profile my-profile.json > /dev/null && echo valid)";

// What the chosen command does once the command line is read; returns the exit code.
using Run = std::function<int()>;

// What the options are read into, for all commands.
struct CommandLine {
  Flags serve = {};
  ExecOptions exec = {};
  UserSigOptions user_sig = {};
  std::string state_directory = {};
  std::string error_code = {};
  std::string profile = {};
  std::string explained = {};
  std::string health_url = {};
  bool list_profiles = false;
  std::optional<std::string> explain = {};
  bool as_json = false;
  Run run = {};
};

// Adds a command that does `run` when it is chosen.
CLI::App* AddCommand(CLI::App* program, CommandLine* line, const char* name, const char* help,
                     const std::string& more, Run run) {
  CLI::App* command = program->add_subcommand(name, help);
  command->footer(more);
  command->callback([line, run = std::move(run)] { line->run = run; });
  return command;
}

using Store = std::function<void(const std::vector<std::string>& values)>;

// Adds an option that takes one value, the next word, each time that it is given.
CLI::Option* AddOption(CLI::App* command, const std::string& flag, std::string_view value_name,
                       const std::string& help, bool repeatable, const Store& store) {
  return command->add_option_function<std::vector<std::string>>(flag, store, help)
      ->type_size(1)
      ->expected(repeatable ? -1 : 1)
      ->allow_extra_args(false)
      ->type_name(std::string(value_name));
}

void AddServeFlag(CLI::App* command, Flags* flags, const ServeOption& option) {
  const std::string name(option.name);
  const std::string help = std::string(option.help) + " [" + option.EnvironmentName() + "]";
  if (option.value.kind == ServeOption::Kind::kSwitch) {
    command->add_flag_callback(
        "--" + name, [flags, name] { (*flags)[name] = {"on"}; }, help);
  } else {
    AddOption(command, "--" + name, option.value_name, help, option.repeatable,
              [flags, name](const auto& values) { (*flags)[name] = values; });
  }
}

// Adds the options that `serve` and `exec` have in common.
void AddServeFlags(CLI::App* command, Flags* flags) {
  for (const ServeOption& option : ServeOptions()) AddServeFlag(command, flags, option);
  ServeOption config;
  config.name = kConfigOption;
  config.value_name = "FILE";
  config.help = "Config file, see below";
  AddServeFlag(command, flags, config);
}

void AddServe(CLI::App* program, CommandLine* line) {
  CLI::App* serve =
      AddCommand(program, line, "serve", "Answer HTTP calls until stopped",
                 std::string(kSettingsMore) + kServeMore, [line] { return Serve(line->serve); });
  AddServeFlags(serve, &line->serve);
  serve->get_option("--port")->description(
      "Port to listen on, default 8080; 0 takes a free one [TIMOCK_PORT]");
  serve->get_option("--tls-port")
      ->description("Port of HTTPS, default 8443; 0 takes a free one [TIMOCK_TLS_PORT]");
}

void AddExec(CLI::App* program, CommandLine* line) {
  constexpr const char* kHelp =
      "Run a command alongside a server: timock exec [OPTIONS] -- COMMAND ARGUMENTS...";
  constexpr const char* kFailOnHelp =
      "Exit 1 and say why, even where the command succeeded: diagnosis, when any call\n"
      "gave the fake something to diagnose; no-call, when none reached it";
  ExecOptions* options = &line->exec;
  CLI::App* exec = AddCommand(program, line, "exec", kHelp, std::string(kSettingsMore) + kExecMore,
                              [options] { return Exec(*options); });
  AddServeFlags(exec, &options->flags);
  exec->get_option("--port")->description("Port to listen on, default 0: a free one [TIMOCK_PORT]");
  AddOption(exec, "--fail-on", "diagnosis|no-call", kFailOnHelp, true,
            [options](const auto& events) {
              for (const std::string& event : events) {
                (event == "no-call" ? options->fail_on_no_call : options->fail_on_diagnosis) = true;
              }
            })
      ->delimiter(',')
      ->check(CLI::IsMember({"diagnosis", "no-call"}).description(""));
  AddOption(exec, "--except", "RULE[,...]",
            "Rules whose diagnoses do not count for --fail-on diagnosis", true,
            [options](const auto& rules) { options->except = rules; })
      ->delimiter(',');
}

void AddUserSig(CLI::App* program, CommandLine* line) {
  UserSigOptions* options = &line->user_sig;
  CLI::App* user_sig = AddCommand(program, line, "usersig", "Sign a UserSig, or decode one",
                                  kUserSigMore, [options] { return PrintUserSig(*options); });
  const auto add = [&](const char* flag, auto* value, const char* value_name, const char* help) {
    return user_sig->add_option(flag, *value, help)->type_name(value_name);
  };
  add("--sdkappid", &options->sdkappid, "ID", "The app [TIMOCK_SDKAPPID]");
  add("--identifier", &options->identifier, "TEXT", "The user it is for [TIMOCK_IDENTIFIER]");
  add("--key", &options->key, "KEY",
      "The app's secret key, as the console prints it\n"
      "[TIMOCK_SECRET_KEY]");
  add("--expire", &options->expire, "SECONDS",
      "How long it is valid (default 86400); 0 or less: already expired");
  add("--time", &options->time, "UNIX", "When it is signed, or judged (default now)");
  add("--userbuf", &options->userbuf, "BASE64", "User buffer to sign as well");
  CLI::Option* decode =
      add("--decode", &options->decode, "USERSIG",
          "Print what this UserSig claims as JSON, whether it is expired, and with a key\n"
          "whether it verifies");
  for (const char* const signing : {"--sdkappid", "--identifier", "--expire", "--userbuf"}) {
    decode->excludes(user_sig->get_option(signing));
  }
}

void AddPrinters(CLI::App* program, CommandLine* line) {
  CLI::App* ca =
      AddCommand(program, line, "ca",
                 "Print the certificate authority of --tls and how to trust it; make it if need be",
                 kCaMore, [line] { return PrintAuthority(line->state_directory, line->as_json); });
  ca->add_option("--state-dir", line->state_directory,
                 "Where it is kept (default $XDG_STATE_HOME/timock or\n"
                 "$HOME/.local/state/timock) [TIMOCK_STATE_DIR]")
      ->type_name("DIR");
  ca->add_flag("--json", line->as_json, "As one JSON object");

  CLI::App* errors = AddCommand(program, line, "errors", "Print the error catalogue", kErrorsMore,
                                [line] { return PrintErrors(line->error_code, line->as_json); });
  errors->add_option("code", line->error_code, "One ErrorCode; all of them when absent")
      ->type_name("CODE");
  errors->add_flag("--json", line->as_json, "As JSON: an array, or one object");

  CLI::App* explain =
      AddCommand(program, line, "explain",
                 "Tell a rule, a switch or an error code: its source, and what to do", kExplainMore,
                 [line] { return Explain(line->explained); });
  explain->add_option("word", line->explained, "R1 to R14, P1 to P10, a name or a code")
      ->type_name("RULE|NAME|CODE")
      ->required();

  CLI::App* health = AddCommand(program, line, "health",
                                "Exit 0 when a server answers, for a container's health check",
                                kHealthMore, [line] { return PrintHealth(line->health_url); });
  health->add_option("url", line->health_url, "The server, http://HOST:PORT")
      ->type_name("URL")
      ->required();

  CLI::App* profile =
      AddCommand(program, line, "profile", "Print or check a profile, every switch of it",
                 kProfileMore, [line] {
                   if (line->list_profiles) return PrintProfileNames();
                   return line->explain ? ExplainProfile(line->profile, *line->explain)
                                        : PrintProfile(line->profile);
                 });
  profile
      ->add_option("profile", line->profile,
                   "A shipped profile or a file (default seed-2022-04) [TIMOCK_PROFILE]")
      ->type_name("NAME|FILE");
  profile->add_flag("--list", line->list_profiles, "List the shipped profiles");
  profile
      ->add_option("--explain", line->explain,
                   "Print where the value of a switch comes from, and its alternatives")
      ->type_name("SWITCH|PROFILE");

  CLI::App* version =
      AddCommand(program, line, "version", "Print the version, compiler and libraries",
                 "Examples:\n  timock version\n  timock version --json",
                 [line] { return PrintVersion(line->as_json); });
  version->add_flag("--json", line->as_json, "As one JSON object");
}

// What follows the first "--" belongs to exec's command and not to the options: CLI11 would split
// an argument such as "[a,b]".
std::vector<std::string> TakeCommand(std::vector<std::string>* arguments) {
  if (arguments->empty() || arguments->front() != "exec") return {};
  const auto mark = std::find(arguments->begin(), arguments->end(), "--");
  if (mark == arguments->end()) return {};
  std::vector<std::string> command(mark + 1, arguments->end());
  arguments->erase(mark, arguments->end());
  return command;
}

// Why `name` is not a command; empty when it is one.
std::string UnknownCommand(CLI::App* program, const std::string& name) {
  const std::vector<CLI::App*> commands = program->get_subcommands({});
  std::string names;
  for (const CLI::App* command : commands) {
    if (command->get_name() == name) return {};
    if (command != commands.front()) names += command == commands.back() ? " or " : ", ";
    names += command->get_name();
  }
  return "unknown command \"" + OneLine(name, 60) + "\"; expected " + names;
}

// What to say of the words that no option of the chosen command takes.
std::string UnexpectedText(const CLI::App& chosen, const std::vector<std::string>& arguments,
                           bool has_mark) {
  constexpr std::size_t kMaxShown = 200;
  const std::vector<std::string> extras = chosen.remaining();
  if (extras.empty()) return "unexpected arguments";
  std::string words;
  for (const std::string& extra : extras) words += " " + OneLine(ShellWord(extra), kMaxShown);
  if (chosen.get_name() != "exec" || has_mark || extras.front().starts_with('-')) {
    return std::string("unexpected argument") + (extras.size() > 1 ? "s" : "") + ":" + words;
  }
  // An option's value may be a secret, so that options are not repeated here.
  const auto first = std::find(arguments.begin() + 1, arguments.end(), extras.front());
  const bool whole = std::equal(first, arguments.end(), extras.begin(), extras.end());
  return std::string("exec: put -- before the command: timock exec ") +
         (first - arguments.begin() > 1 ? "OPTIONS... " : "") + "--" +
         (whole ? words : " " + OneLine(ShellWord(extras.front()), kMaxShown) + " ...");
}

}  // namespace

int RunProgram(std::vector<std::string> arguments) {
  const std::size_t given = arguments.size();
  CommandLine line;
  line.exec.command = TakeCommand(&arguments);
  const bool has_mark = arguments.size() < given;
  CLI::App program(kOverview, "timock");
  program.set_version_flag("--version", std::string("timock " TIMOCK_VERSION));
  program.require_subcommand(1);
  program.footer(kProgramMore);
  program.get_formatter()->column_width(34);
  AddServe(&program, &line);
  AddExec(&program, &line);
  AddUserSig(&program, &line);
  AddPrinters(&program, &line);
  const auto refuse = [](const std::string& why, const CLI::App* command) {
    const std::string name = command != nullptr ? command->get_name() + " " : "";
    return Complain(why + "\nSee timock " + name + "--help", kExitUsage);
  };
  if (!arguments.empty() && !arguments.front().starts_with('-')) {
    const std::string unknown = UnknownCommand(&program, arguments.front());
    if (!unknown.empty()) return refuse(unknown, nullptr);
  }
  try {
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return program.exit(error);  // --help or --version
    const std::vector<CLI::App*> chosen = program.get_subcommands();
    if (chosen.empty()) return refuse(error.what(), nullptr);
    const bool has_extras = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
    return refuse(has_extras ? UnexpectedText(*chosen.front(), arguments, has_mark) : error.what(),
                  chosen.front());
  }
  return line.run();
}

}  // namespace timock::app
