#include "app/serve.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "app/commands.h"
#include "app/line_writer.h"
#include "app/signals.h"
#include "text/url.h"
#include "text/words.h"

namespace timock::app {
namespace {

std::string CountOf(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// {"http":8080,"https":8443,"proxy":8081,"control":8090}, without the ports that are not there.
std::string PortsJson(const Server& server) {
  const bool has_control = server.control_port() != server.port();
  std::string json = R"({"http":)" + std::to_string(server.port());
  for (const auto& [name, port] : {std::pair{"https", server.tls_port()},
                                   {"proxy", server.proxy_port()},
                                   {"control", has_control ? server.control_port() : 0}}) {
    if (port != 0) json.append(",\"").append(name).append("\":").append(std::to_string(port));
  }
  return json + "}";
}

// What to print once connections are accepted: "timock 0.1.0 listening on http://..., https://...,
// proxy http://... (profile ..., 1 app)", and below it where the page is and, for the demo app,
// whose key is not a secret, a curl line that works.
std::string ReadyText(const Settings& settings, Server* server) {
  const std::string& host = settings.server.host;
  const std::vector<App>& apps = settings.server.service.apps;
  std::string text = "timock " TIMOCK_VERSION " listening on " + server->url();
  if (server->tls_port() != 0) text += ", " + UrlOf("https", host, server->tls_port());
  if (server->proxy_port() != 0) text += ", proxy " + UrlOf("http", host, server->proxy_port());
  text += " (profile " + settings.server.service.profile.name() + ", " +
          CountOf(apps.size(), "app") + ")\n";
  const std::string here = ReachableHost(host);
  if (settings.server.control.enabled) {
    text += "page: " + ControlUrl(settings, *server, here) + "/\n";
  }
  const App demo = DemoApp();
  if (apps.empty() || apps.front() != demo) return text;
  const Result<std::string> target =
      server->service().Target("im_set_attr_name", demo.sdkappid, demo.admins.front());
  if (!target.ok()) return text;
  return text + "try:  curl -d " + ShellWord(R"({"AttrNames":{"0":"sex","1":"city"}})") + " " +
         ShellWord(UrlOf("http", here, server->port()) + target.value()) + "\n";
}

// Where the control API is, and the token that was made for it; empty where none was.
std::string ControlNotice(const Settings& settings, const Server& server) {
  if (server.control_token().empty() || !settings.server.control.token.empty()) return {};
  return "control API at " + ControlUrl(settings, server, settings.server.host) +
         "/ with the token " + server.control_token() +
         "; --control-token sets another, --control off serves none";
}

// The log's descriptor, which stays open as long as the process runs.
Result<int> OpenLog(const std::string& path) {
  if (path.empty()) return STDERR_FILENO;
  // Not blocking: a pipe without a reader is refused here and not waited for.
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  return Error{"log file " + path + ": cannot open it: " + std::strerror(errno)};
}

}  // namespace

Result<PortFile> PortFile::Write(const std::string& path, std::string_view text) {
  constexpr mode_t kReadableByAll = 0644;
  const auto written =
      WriteWholeFile(path, text, kReadableByAll, path + ".new." + std::to_string(getpid()));
  if (!written.ok()) return Error{"port file " + written.error().Text()};
  PortFile port_file;
  port_file.file_.reset(new File{path, written.value()});
  return port_file;
}

PortFile::File::~File() {
  if (identity) RemoveRegularFile(path, identity);
}

void Standalone::Notice(const std::string& text) { log->Notice(text, server->service().Now()); }

void Standalone::Stop() {
  port_files.clear();
  server->Stop();
  log->Close();
}

std::string ReachableNotice(const ServerOptions& server) {
  const std::string& host = server.host;
  if (host.starts_with("127.") || host == "localhost" || host == "::1") return {};
  const std::vector<App>& apps = server.service.apps;
  std::string ports;
  if (server.tls) {
    ports = server.proxy_port ? ", by HTTP, HTTPS and as a proxy to itself" : ", by HTTP and HTTPS";
  }
  std::string notice = "listening beyond this machine, on " + host + ports +
                       ": whoever reaches it can set and read the names of " +
                       CountOf(apps.size(), "app") +
                       (server.service.verify_user_sig ? " with a UserSig" : " without a UserSig");
  const auto has_demo_key = [demo = DemoApp()](const App& app) { return app.keys == demo.keys; };
  if (server.service.verify_user_sig && std::any_of(apps.begin(), apps.end(), has_demo_key)) {
    notice += ", and the demo app's key is public";
  }
  return notice + "; --host 127.0.0.1 keeps it to this machine";
}

std::string ReachableHost(const std::string& host) {
  const std::string bare = WithoutBrackets(host);
  return bare == "0.0.0.0" ? "127.0.0.1" : bare == "::" ? "::1" : bare;
}

std::string UrlOf(const std::string& scheme, const std::string& host, std::uint16_t port) {
  return port == 0 ? "" : scheme + "://" + HostAndPort(host, port);
}

std::string ControlUrl(const Settings& settings, const Server& server, const std::string& host) {
  return settings.server.control.enabled ? UrlOf("http", host, server.control_port()) + "/_timock"
                                         : "";
}

Result<Settings> ReadSettings(const Flags& flags, Settings defaults) {
  // Before the config file, which may be large, or wrong.
  for (const auto& [name, variable] :
       {std::pair{"port-file", "TIMOCK_PORT_FILE"}, {"ports-file", "TIMOCK_PORTS_FILE"}}) {
    const auto flag = flags.find(name);
    RemoveRegularFile(flag != flags.end() ? flag->second.back()
                                          : ProcessEnvironment(variable).value_or(""));
  }
  Result<Settings> settings = MergeSettings(flags, ProcessEnvironment, std::move(defaults));
  if (settings.ok()) {
    RemoveRegularFile(settings.value().port_file);
    RemoveRegularFile(settings.value().ports_file);
  }
  return settings;
}

Result<Standalone> StartStandalone(const Settings& settings,
                                   const std::function<void(const CallEvent&)>& also) {
  static const SystemClock clock;
  const Result<int> descriptor = OpenLog(settings.log_file);
  if (!descriptor.ok()) return descriptor.error();
  Standalone running;
  running.log =
      std::make_unique<CallLog>(settings.log, settings.log_level, descriptor.value(), clock);
  ServerOptions options = settings.server;
  if (settings.log != LogFormat::kOff || also) {
    options.service.on_call = [log = running.log.get(), also](const CallEvent& event) {
      log->Record(event);
      if (also) also(event);
    };
  }
  Result<std::unique_ptr<Server>> server = Server::Start(std::move(options));
  if (!server.ok()) return server.error();
  running.server = std::move(server).value();
  for (const std::string& note : settings.notes) running.Notice("note: " + note);
  for (const std::string& notice :
       {ReachableNotice(settings.server), ControlNotice(settings, *running.server)}) {
    if (!notice.empty()) running.Notice(notice);
  }
  for (const auto& [path, text] :
       {std::pair{settings.port_file, std::to_string(running.server->port())},
        {settings.ports_file, PortsJson(*running.server)}}) {
    if (path.empty()) continue;
    Result<PortFile> file = PortFile::Write(path, text + "\n");
    if (!file.ok()) return file.error();
    running.port_files.push_back(std::move(file).value());
  }
  return running;
}

int Serve(const Flags& flags) {
  const Result<Settings> settings =
      ReadSettings(flags, {.server = {.port = 8080}, .tls = {.port = 8443}});
  if (!settings.ok()) return Complain(settings.error().Text(), kExitUsage);
  SignalWaiter signals({.watch_parent = settings.value().exit_with_parent});
  Result<Standalone> running = StartStandalone(settings.value());
  if (!running.ok()) return Complain(running.error().Text(), kExitFailed);
  LineWriter out(STDOUT_FILENO);
  out.Write(ReadyText(settings.value(), running.value().server.get()));
  signals.Wait();
  running.value().Stop();
  return kExitOk;
}

}  // namespace timock::app
