#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "app/client_environment.h"
#include "app/commands.h"
#include "app/diagnosis_tally.h"
#include "app/flags.h"
#include "app/serve_options.h"
#include "app/settings.h"
#include "app/signals.h"
#include "app/standalone.h"
#include "apps/hosts.h"
#include "http/listener.h"
#include "http/tls_identity.h"

namespace timock::app {
namespace {

constexpr const char* kExecMore = R"(
The command finds in its environment TIMOCK_URL (http://HOST:PORT; of 0.0.0.0 and ::, 127.0.0.1
and [::1]) and, for the first app, TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER (its first admin), TIMOCK_SECRET_KEY and TIMOCK_USERSIG (valid
for 24 hours); TIMOCK_CONTROL_URL, below which the control API is, and TIMOCK_CONTROL_TOKEN where
one is demanded; with --tls, TIMOCK_HTTPS_URL and TIMOCK_CA_FILE, the certificate to trust. The
variables that set up the server itself are removed, so that the command may run a timock of its
own. SIGTERM, SIGINT and SIGHUP are passed on to it, and so is the end of the parent process with
--exit-with-parent. SIGKILL cannot be: the command then runs on without a server.

No proxy of yours is asked for calls to TIMOCK_URL: NO_PROXY gains this machine, and so do its other
spellings, npm_config_noproxy, GLOBAL_AGENT_NO_PROXY and, where Java is given a proxy, _JAVA_OPTIONS.

With --proxy-port, a command that has a documented host and https hard-coded needs no change: beside
TIMOCK_PROXY_URL it finds that proxy in HTTPS_PROXY, HTTP_PROXY and what else names one, the
certificate authority in SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE,
and settings for curl (CURL_HOME), Node (NODE_OPTIONS, NODE_USE_ENV_PROXY), PHP (PHP_INI_SCAN_DIR)
and Java (_JAVA_OPTIONS, which Java names on stderr). Your own proxies are replaced, and exceptions
that name a host of the API are dropped; any other host fails unless NO_PROXY names it and, for
HTTPS, its certificate is trusted. --log-level debug lists the variables that changed. A client that
follows none of this is not led: PHP's file_get_contents, a Go Transport without Proxy, a Python
session with trust_env off.

Exit codes: the command's own, 128 + N when signal N killed it, 126 when it is not executable, 127
when it was not found; 1 the server could not start, or --fail-on; 2 a setting is wrong.

Examples:
  timock exec -- pytest tests/
  timock exec --proxy-port 0 -- npm test
  timock exec --profile table-2023 --fail-on diagnosis -- ./gradlew test
  timock exec --fail-on diagnosis,no-call --except throttle,random_malformed -- go test ./...
  timock exec -- sh -c 'echo "$TIMOCK_URL $TIMOCK_SDKAPPID $TIMOCK_USERSIG"')";

// How to reach the server by HTTPS.
void AppendTlsExports(const Server& server, const std::string& ca_file, Variables* variables) {
  const bool has_tls = server.tls_port() != 0;
  const bool has_proxy = server.proxy_port() != 0;
  variables->emplace_back(
      "TIMOCK_HTTPS_URL",
      has_tls ? ReachableUrl(UrlOnPort(server, "https", server.tls_port())) : "");
  variables->emplace_back("TIMOCK_CA_FILE", ca_file);
  variables->emplace_back(
      "TIMOCK_PROXY_URL",
      has_proxy ? ReachableUrl(UrlOnPort(server, "http", server.proxy_port())) : "");
}

// Where the command's clients are to go.
ClientTarget TargetOf(const Settings& settings, const Server& server) {
  ClientTarget target = {.port = server.port(),
                         .tls_port = server.tls_port(),
                         .proxy_port = server.proxy_port(),
                         .hosts = ServedHosts(settings.server.extra_hosts)};
  const std::string url = ReachableUrl(server.url());
  const std::size_t host = url.find("://") + 3;
  target.host = WithoutBrackets(url.substr(host, url.rfind(':') - host));
  if (!server.ca_certificate().empty()) {
    const AuthorityFiles files = AuthorityFilesIn(settings.server.tls->state_directory);
    target.ca_file = files.certificate;
    target.trust_store = files.trust_store;
  }
  return target;
}

Variables InheritedVariables() {
  Variables variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t name = std::min(text.find('='), text.size());
    variables.emplace_back(text.substr(0, name), text.substr(std::min(name + 1, text.size())));
  }
  return variables;
}

// What the command needs to call the server. Empty values stand for an app or admin that is not
// there.
Result<Variables> Exports(const Settings& settings, const ClientTarget& target, Server* server) {
  Variables variables = {{"TIMOCK_URL", ReachableUrl(server->url())},
                         {"TIMOCK_SDKAPPID", ""},
                         {"TIMOCK_IDENTIFIER", ""},
                         {"TIMOCK_SECRET_KEY", ""},
                         {"TIMOCK_USERSIG", ""}};
  AppendTlsExports(*server, target.ca_file, &variables);
  variables.emplace_back("TIMOCK_CONTROL_URL", ReachableUrl(ControlUrl(settings, *server)));
  variables.emplace_back("TIMOCK_CONTROL_TOKEN", server->control_token());
  const std::vector<App>& apps = settings.server.service.apps;
  if (apps.empty()) {
    return variables;
  }
  const App& app = apps.front();
  variables[1].second = std::to_string(app.sdkappid);
  variables[3].second = app.keys.front();
  if (app.admins.empty()) {
    return variables;
  }
  Result<std::string> user_sig = server->service().Sign(app.sdkappid, app.admins.front());
  if (!user_sig.ok()) {
    return user_sig.error();
  }
  variables[2].second = app.admins.front();
  variables[4].second = std::move(user_sig).value();
  return variables;
}

// Adds what leads the command's clients. They need the files as long as it runs.
Result<ClientFiles> LeadCommand(const Settings& settings, const ClientTarget& target,
                                Standalone* running, Variables* exports) {
  Result<ClientFiles> files = ClientFiles();
  if (target.proxy_port != 0) {
    files = ClientFiles::Write(target);
    if (!files.ok()) {
      return files;
    }
  }
  const Variables inherited = InheritedVariables();
  const Variables changes = LeadClients(target, files.value().folder(), inherited);
  const std::string told = DescribeChanges(changes, inherited);
  if (!told.empty() && settings.log != LogFormat::kOff && settings.log_level <= LogLevel::kDebug) {
    running->Notice("exec: of the command's environment, " + told);
  }
  exports->insert(exports->end(), changes.begin(), changes.end());
  return files;
}

// Which variables of Exports stay away, and why; empty when all are there.
std::string MissingCredentials(const std::vector<App>& apps) {
  if (apps.empty()) {
    return "no app is declared: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, TIMOCK_SECRET_KEY and "
           "TIMOCK_USERSIG are not exported";
  }
  if (apps.front().admins.empty()) {
    return "the first app, " + std::to_string(apps.front().sdkappid) +
           ", has no admin: TIMOCK_IDENTIFIER and TIMOCK_USERSIG are not exported";
  }
  return {};
}

bool IsServerVariable(std::string_view name) {
  const auto options = ServeOptions();
  return name == kConfigVariable ||
         std::any_of(options.begin(), options.end(),
                     [&](const ServeOption& option) { return name == option.EnvironmentName(); });
}

// This process's environment without the server's variables, and with `exports`.
std::vector<std::string> CommandEnvironment(const Variables& exports) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool exported = std::any_of(exports.begin(), exports.end(),
                                      [&](const auto& variable) { return variable.first == name; });
    if (!exported && !IsServerVariable(name)) {
      environment.emplace_back(text);
    }
  }
  for (const auto& [name, value] : exports) {
    if (!value.empty()) {
      environment.push_back(name);
      environment.back().append("=").append(value);
    }
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the command with the signal state that this process itself was started with. Returns 0 or
// an errno.
int Spawn(std::vector<std::string> command, std::vector<std::string> environment,
          const SignalWaiter& signals, pid_t* child) {
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &signals.original_mask());
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(child, command.front().c_str(), nullptr, &attributes,
                                 Pointers(&command).data(), Pointers(&environment).data());
  posix_spawnattr_destroy(&attributes);
  return error;
}

// The status of `child` once it has ended. Other children are those that a process 1, or one that
// the system made a reaper, has adopted: nobody else would take their status.
std::optional<int> Reap(pid_t child) {
  std::optional<int> found;
  int status = 0;
  while (const pid_t ended = waitpid(-1, &status, WNOHANG)) {
    if (ended < 0) break;
    if (ended == child) found = status;
  }
  return found;
}

// Waits for the command and passes signals on to it. Returns its exit code, 128 + N for signal N.
int Await(pid_t child, SignalWaiter* signals) {
  for (;;) {
    const siginfo_t signal = signals->Wait();
    if (signal.si_signo != SIGCHLD) {
      // The terminal has sent its own signals to the command, too.
      if (signal.si_code != SI_KERNEL) {
        kill(child, signal.si_signo);
      }
      continue;
    }
    if (const std::optional<int> status = Reap(child)) {
      return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
    }
  }
}

int CannotRun(const std::string& command, int error) {
  return Complain("cannot run " + command + ": " + std::strerror(error),
                  error == ENOENT ? kExitNotFound : kExitNotExecutable);
}

// What makes exec fail where its command succeeded.
struct FailOn {
  bool diagnosis = false;
  bool no_call = false;
  std::vector<std::string> except = {};  // rules whose diagnoses do not count
};

// What the calls of one run amount to.
class Verdict {
 public:
  explicit Verdict(FailOn fail_on) : fail_on_(std::move(fail_on)), tally_(fail_on_.except) {}

  void Add(const CallEvent& event) {
    // A HEAD of "/" has neither command nor rule: it asks whether somebody is there.
    if ((!event.command.empty() || !event.rule.empty()) && event.rule != "proxy_refused" &&
        event.rule != "http_malformed") {
      called_ = true;
    }
    if (fail_on_.diagnosis) {
      tally_.Add(event);
    }
  }

  // Reports on stderr; returns the exit code for a command that ended with `exit_code`.
  int Report(int exit_code, bool has_proxy) const {
    const int failed = exit_code == kExitOk ? kExitFailed : exit_code;
    if (!tally_.empty()) {
      std::string report = tally_.Report();
      report.pop_back();
      exit_code =
          Complain("--fail-on diagnosis: the fake had something to note:\n" + report, failed);
    }
    if (!called_ && fail_on_.no_call) {
      exit_code = Complain("--fail-on no-call: " + std::string(kNoCall), failed);
    } else if (!called_ && has_proxy) {
      Complain(
          "warning: exec: no call reached the fake; --fail-on no-call tells what to do about it",
          exit_code);
    }
    return exit_code;
  }

 private:
  static constexpr std::string_view kNoCall =
      R"(no call reached the fake. Does the client
  - take its URL from TIMOCK_URL? Where the vendor's host is hard-coded, exec needs --proxy-port 0.
  - obey HTTPS_PROXY? Go's http.Transport{} does not: http.Transport{Proxy: http.ProxyFromEnvironment}.
    A client that cannot be changed is led here by a hosts file in a mount namespace, with
    --tls-port 443: see "Clients that ignore proxy variables" in mockserver/README.md.
  - trust the certificate authority of `timock ca`? A refused handshake is no call.)";

  const FailOn fail_on_;
  DiagnosisTally tally_;
  std::atomic<bool> called_{false};
};

int Exec(const Flags& flags, const std::vector<std::string>& command, const FailOn& fail_on) {
  if (command.empty()) {
    return Complain("exec: expected -- COMMAND ARGUMENTS... at the end", kExitUsage);
  }
  if (!fail_on.except.empty() && !fail_on.diagnosis) {
    return Complain("exec: --except is given without --fail-on diagnosis", kExitUsage);
  }
  const Result<Settings> settings = ReadSettings(flags, {});
  if (!settings.ok()) {
    return Complain(settings.error().Text(), kExitUsage);
  }
  SignalWaiter signals({.watch_child = true, .watch_parent = settings.value().exit_with_parent});
  Verdict verdict(fail_on);
  Result<Standalone> running =
      StartStandalone(settings.value(), [&verdict](const CallEvent& event) { verdict.Add(event); });
  if (!running.ok()) {
    return Complain(running.error().Text(), kExitFailed);
  }
  Server* const server = running.value().server.get();
  const ClientTarget target = TargetOf(settings.value(), *server);
  Result<Variables> exports = Exports(settings.value(), target, server);
  if (!exports.ok()) {
    return Complain(exports.error().Text(), kExitFailed);
  }
  const Result<ClientFiles> files =
      LeadCommand(settings.value(), target, &running.value(), &exports.value());
  if (!files.ok()) {
    return Complain(files.error().Text(), kExitFailed);
  }
  if (const std::string missing = MissingCredentials(settings.value().server.service.apps);
      !missing.empty()) {
    running.value().Notice("warning: exec: " + missing);
  }
  pid_t child = 0;
  if (const int error = Spawn(command, CommandEnvironment(exports.value()), signals, &child)) {
    return CannotRun(command.front(), error);
  }
  const int exit_code = Await(child, &signals);
  running.value().Stop();
  return verdict.Report(exit_code, server->proxy_port() != 0);
}

// An option that takes a list, and may be repeated.
CLI::Option* AddList(CLI::App* exec, const char* name, std::vector<std::string>* out,
                     const char* help) {
  return exec->add_option(name, *out, help)
      ->type_size(1)
      ->delimiter(',')
      ->expected(-1)
      ->allow_extra_args(false);
}

}  // namespace

void AddExecCommand(CLI::App* program, std::vector<std::string> command, Run* run) {
  CLI::App* exec = program->add_subcommand(
      "exec", "Run a command beside a server: timock exec [OPTIONS] -- COMMAND ARGUMENTS...");
  const std::shared_ptr<Flags> flags = AddServeFlags(exec);
  exec->get_option("--port")->description("Port to listen on, default 0: a free one [TIMOCK_PORT]");
  auto events = std::make_shared<std::vector<std::string>>();
  auto fail_on = std::make_shared<FailOn>();
  AddList(exec, "--fail-on", events.get(),
          "Exit 1 and say why, even where the command succeeded: diagnosis, when any call\n"
          "gave the fake something to diagnose; no-call, when none reached it")
      ->type_name("diagnosis|no-call")
      ->check(CLI::IsMember({"diagnosis", "no-call"}).description(""));
  AddList(exec, "--except", &fail_on->except,
          "Rules whose diagnoses do not count for --fail-on diagnosis")
      ->type_name("RULE[,...]");
  exec->footer(ServeHelp() + kExecMore);
  exec->callback([flags, events, fail_on, run, command = std::move(command)] {
    const auto has = [&](const char* event) {
      return std::find(events->begin(), events->end(), event) != events->end();
    };
    fail_on->diagnosis = has("diagnosis");
    fail_on->no_call = has("no-call");
    *run = [flags, command, fail_on] { return Exec(*flags, command, *fail_on); };
  });
}

}  // namespace timock::app
