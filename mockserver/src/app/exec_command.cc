#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "app/client_environment.h"
#include "app/commands.h"
#include "app/diagnosis_tally.h"
#include "app/flags.h"
#include "app/serve_options.h"
#include "app/settings.h"
#include "app/signals.h"
#include "app/standalone.h"
#include "core/hosts.h"
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
own. SIGTERM and SIGINT are passed on to it.

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
  timock exec -- sh -c 'echo "$TIMOCK_URL $TIMOCK_SDKAPPID $TIMOCK_USERSIG"')";

// A client cannot call 0.0.0.0 everywhere, and by HTTPS nowhere: no certificate names it.
std::string ReachableUrl(std::string url) {
  constexpr std::pair<std::string_view, std::string_view> kHosts[] = {
      {"//0.0.0.0:", "//127.0.0.1:"}, {"//[::]:", "//[::1]:"}};
  for (const auto& [anywhere, here] : kHosts) {
    if (const std::size_t place = url.find(anywhere); place != std::string::npos) {
      url.replace(place, anywhere.size(), here);
    }
  }
  return url;
}

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

// Waits for the command and passes signals on to it. Returns its exit code, 128 + N for signal N.
int Await(pid_t child, const SignalWaiter& signals) {
  for (;;) {
    const siginfo_t signal = signals.Wait();
    if (signal.si_signo != SIGCHLD) {
      // The terminal has sent its own signals to the command, too.
      if (signal.si_code != SI_KERNEL) {
        kill(child, signal.si_signo);
      }
      continue;
    }
    int status = 0;
    if (waitpid(child, &status, WNOHANG) != child) {
      continue;
    }
    if (WIFEXITED(status)) {
      return WEXITSTATUS(status);
    }
    if (WIFSIGNALED(status)) {
      return 128 + WTERMSIG(status);
    }
  }
}

int RunCommand(const std::vector<std::string>& command, const Variables& exports,
               const SignalWaiter& signals) {
  pid_t child = 0;
  const int error = Spawn(command, CommandEnvironment(exports), signals, &child);
  if (error != 0) {
    return Complain("cannot run " + command.front() + ": " + std::strerror(error),
                    error == ENOENT ? kExitNotFound : kExitNotExecutable);
  }
  return Await(child, signals);
}

int Exec(const Flags& flags, const std::vector<std::string>& command, bool fail_on_diagnosis) {
  if (command.empty()) {
    return Complain("exec: expected -- COMMAND ARGUMENTS... at the end", kExitUsage);
  }
  const Result<Settings> settings = MergeSettings(flags, ProcessEnvironment, {});
  if (!settings.ok()) {
    return Complain(settings.error().message, kExitUsage);
  }
  const SignalWaiter signals(SignalWaiter::Child::kWatch);
  DiagnosisTally tally;
  std::function<void(const CallEvent&)> count;
  if (fail_on_diagnosis) {
    count = [&tally](const CallEvent& event) { tally.Add(event); };
  }
  Result<Standalone> running = StartStandalone(settings.value(), count);
  if (!running.ok()) {
    return Complain(running.error().message, kExitFailed);
  }
  Server* const server = running.value().server.get();
  const ClientTarget target = TargetOf(settings.value(), *server);
  Result<Variables> exports = Exports(settings.value(), target, server);
  if (!exports.ok()) {
    return Complain(exports.error().message, kExitFailed);
  }
  const Result<ClientFiles> files =
      LeadCommand(settings.value(), target, &running.value(), &exports.value());
  if (!files.ok()) {
    return Complain(files.error().message, kExitFailed);
  }
  if (const std::string missing = MissingCredentials(settings.value().server.service.apps);
      !missing.empty()) {
    running.value().Notice("warning: exec: " + missing);
  }
  const int exit_code = RunCommand(command, exports.value(), signals);
  running.value().Stop();
  if (tally.empty()) {
    return exit_code;
  }
  std::string report = tally.Report();
  report.pop_back();
  Complain("--fail-on diagnosis: the fake had something to note:\n" + report, kExitFailed);
  return exit_code == kExitOk ? kExitFailed : exit_code;
}

}  // namespace

void AddExecCommand(CLI::App* program, std::vector<std::string> command, Run* run) {
  CLI::App* exec = program->add_subcommand(
      "exec", "Run a command beside a server: timock exec [OPTIONS] -- COMMAND ARGUMENTS...");
  const std::shared_ptr<Flags> flags = AddServeFlags(exec);
  exec->get_option("--port")->description("Port to listen on, default 0: a free one [TIMOCK_PORT]");
  exec->add_option("--fail-on",
                   "Exit 1 when any call gave the fake something to diagnose, and list "
                   "what,\neven where the command succeeded")
      ->type_name("diagnosis")
      ->check(CLI::IsMember({"diagnosis"}).description(""));
  exec->footer(ServeHelp() + kExecMore);
  exec->callback([exec, flags, run, command = std::move(command)] {
    const bool fail_on_diagnosis = exec->get_option("--fail-on")->count() > 0;
    *run = [flags, command, fail_on_diagnosis] { return Exec(*flags, command, fail_on_diagnosis); };
  });
}

}  // namespace timock::app
