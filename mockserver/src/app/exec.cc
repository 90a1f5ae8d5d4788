// The command `exec`: runs another program alongside a server, with all that its clients need in
// its environment, and judges what they called.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "app/client_environment.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/serve.h"
#include "app/signals.h"
#include "apps/hosts.h"
#include "http/authority.h"

namespace timock::app {
namespace {

// Where the command's clients are to go.
ClientTarget TargetOf(const Settings& settings, const Server& server) {
  ClientTarget target = {.host = ReachableHost(settings.server.host),
                         .port = server.port(),
                         .tls_port = server.tls_port(),
                         .proxy_port = server.proxy_port(),
                         .hosts = ServedHosts(settings.server.extra_hosts)};
  if (!server.ca_certificate().empty()) {
    const AuthorityFiles files = AuthorityFilesIn(settings.server.tls->state_directory);
    target.ca_file = files.certificate;
    target.trust_store = files.trust_store;
  }
  return target;
}

// What the command needs to call the server. The value of what is not there is empty.
Result<Variables> Exports(const Settings& settings, const ClientTarget& target, Server* server) {
  const std::vector<App>& apps = settings.server.service.apps;
  const App* const app = apps.empty() ? nullptr : &apps.front();
  std::string admin;
  std::string user_sig;
  if (app != nullptr && !app->admins.empty()) {
    admin = app->admins.front();
    Result<std::string> signed_for = server->service().Sign(app->sdkappid, admin);
    if (!signed_for.ok()) return signed_for.error();
    user_sig = std::move(signed_for).value();
  }
  return Variables{{"TIMOCK_URL", UrlOf("http", target.host, target.port)},
                   {"TIMOCK_SDKAPPID", app != nullptr ? std::to_string(app->sdkappid) : ""},
                   {"TIMOCK_IDENTIFIER", admin},
                   {"TIMOCK_SECRET_KEY", app != nullptr ? app->keys.front() : ""},
                   {"TIMOCK_USERSIG", user_sig},
                   {"TIMOCK_HTTPS_URL", UrlOf("https", target.host, target.tls_port)},
                   {"TIMOCK_CA_FILE", target.ca_file},
                   {"TIMOCK_PROXY_URL", UrlOf("http", target.host, target.proxy_port)},
                   {"TIMOCK_CONTROL_URL", ControlUrl(settings, *server, target.host)},
                   {"TIMOCK_CONTROL_TOKEN", server->control_token()}};
}

// Which variables of Exports are missing, and why; empty when all are there.
std::string MissingCredentials(const std::vector<App>& apps) {
  if (apps.empty()) {
    return "no app is declared: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, TIMOCK_SECRET_KEY and "
           "TIMOCK_USERSIG are not exported";
  }
  if (!apps.front().admins.empty()) return {};
  return "the first app, " + std::to_string(apps.front().sdkappid) +
         ", has no admin: TIMOCK_IDENTIFIER and TIMOCK_USERSIG are not exported";
}

// Adds what leads the command's clients here. The files are needed as long as it runs.
Result<ClientFiles> LeadCommand(const Settings& settings, const ClientTarget& target,
                                Standalone* running, Variables* exports) {
  Result<ClientFiles> files = target.proxy_port != 0 ? ClientFiles::Write(target) : ClientFiles();
  if (!files.ok()) return files;
  const Variables inherited = InheritedVariables();
  const Variables changes = LeadClients(target, files.value().folder(), inherited);
  const std::string described = DescribeChanges(changes, inherited);
  if (!described.empty() && settings.log != LogFormat::kOff &&
      settings.log_level <= LogLevel::kDebug) {
    running->Notice("exec: of the command's environment, " + described);
  }
  exports->insert(exports->end(), changes.begin(), changes.end());
  return files;
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
    if (!exported && !IsServerVariable(name)) environment.emplace_back(text);
  }
  for (const auto& [name, value] : exports) {
    if (!value.empty()) environment.emplace_back(name).append("=").append(value);
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>* texts) {
  std::vector<char*> pointers;
  for (std::string& text : *texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Starts the command with the signal state that this process itself was started with: SignalWaiter
// has blocked what it waits for and ignored SIGPIPE, and both would be inherited. Returns 0 or an
// errno.
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

// The status of `child` once it has ended. All children are waited for and not just that one: a
// process 1, or one that the system made a reaper, adopts others, and no other process would take
// their status. One SIGCHLD may report many ends, so that this asks until none is left.
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
      // What the terminal sends (SI_KERNEL: Ctrl-C), the command gets without us.
      if (signal.si_code != SI_KERNEL) kill(child, signal.si_signo);
      continue;
    }
    if (const std::optional<int> status = Reap(child)) {
      return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
    }
  }
}

// What the calls of one run amount to.
class Verdict {
 public:
  explicit Verdict(const ExecOptions& options) : options_(options), tally_(options.except) {}

  void Add(const CallEvent& event) {
    // A HEAD of "/" has neither command nor rule: it asks whether somebody is there.
    if ((!event.command.empty() || !event.rule.empty()) && event.rule != "proxy_refused" &&
        event.rule != "http_malformed") {
      called_ = true;
    }
    if (options_.fail_on_diagnosis) tally_.Add(event);
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
    if (!called_ && options_.fail_on_no_call) {
      exit_code = Complain("--fail-on no-call: " + std::string(kNoCall), failed);
    } else if (!called_ && has_proxy) {
      Complain(
          "warning: exec: no call reached the fake; --fail-on no-call says what to do about it",
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
  - trust the certificate authority of `timock ca`? A refused handshake is not a call.)";

  const ExecOptions& options_;
  DiagnosisTally tally_;
  std::atomic<bool> called_{false};
};

}  // namespace

int Exec(const ExecOptions& options) {
  if (options.command.empty()) {
    return Complain("exec: expected -- COMMAND ARGUMENTS... at the end", kExitUsage);
  }
  if (!options.except.empty() && !options.fail_on_diagnosis) {
    return Complain("exec: --except is given without --fail-on diagnosis", kExitUsage);
  }
  const Result<Settings> read = ReadSettings(options.flags, {});
  if (!read.ok()) return Complain(read.error().Text(), kExitUsage);
  const Settings& settings = read.value();
  SignalWaiter signals({.watch_child = true, .watch_parent = settings.exit_with_parent});
  Verdict verdict(options);
  Result<Standalone> running =
      StartStandalone(settings, [&verdict](const CallEvent& event) { verdict.Add(event); });
  if (!running.ok()) return Complain(running.error().Text(), kExitFailed);
  Server* const server = running.value().server.get();
  const ClientTarget target = TargetOf(settings, *server);
  Result<Variables> exports = Exports(settings, target, server);
  if (!exports.ok()) return Complain(exports.error().Text(), kExitFailed);
  const Result<ClientFiles> files =
      LeadCommand(settings, target, &running.value(), &exports.value());
  if (!files.ok()) return Complain(files.error().Text(), kExitFailed);
  if (const std::string missing = MissingCredentials(settings.server.service.apps);
      !missing.empty()) {
    running.value().Notice("warning: exec: " + missing);
  }
  pid_t child = 0;
  if (const int error =
          Spawn(options.command, CommandEnvironment(exports.value()), signals, &child)) {
    return Complain("cannot run " + options.command.front() + ": " + std::strerror(error),
                    error == ENOENT ? kExitNotFound : kExitNotExecutable);
  }
  const int exit_code = Await(child, &signals);
  running.value().Stop();
  return verdict.Report(exit_code, target.proxy_port != 0);
}

}  // namespace timock::app
