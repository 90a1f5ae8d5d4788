#include "app/standalone.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "app/serve_options.h"
#include "app/text_values.h"

namespace timock::app {
namespace {

std::string CountOf(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::function<void(const CallEvent&)> Listener(const Settings& settings, CallLog* log,
                                               const std::function<void(const CallEvent&)>& also) {
  if (settings.log == LogFormat::kOff) {
    return also;
  }
  if (!also) {
    return [log](const CallEvent& event) { log->Record(event); };
  }
  return [log, also](const CallEvent& event) {
    log->Record(event);
    also(event);
  };
}

// {"http":8080,"https":8443,"proxy":8081,"control":8090}, without the ports that are not there.
std::string PortsJson(const Server& server) {
  std::string json = R"({"http":)" + std::to_string(server.port());
  if (server.tls_port() != 0) {
    json += R"(,"https":)" + std::to_string(server.tls_port());
  }
  if (server.proxy_port() != 0) {
    json += R"(,"proxy":)" + std::to_string(server.proxy_port());
  }
  if (server.control_port() != server.port()) {
    json += R"(,"control":)" + std::to_string(server.control_port());
  }
  return json + "}";
}

// Where the page is, and for the demo app, whose key is no secret, how to call it.
std::string Invitation(const Settings& settings, Server* server) {
  std::string text;
  if (settings.server.control.enabled) {
    text = "\npage: " + ReachableUrl(ControlUrl(settings, *server)) + "/";
  }
  const App demo = DemoApp();
  const std::vector<App>& apps = settings.server.service.apps;
  if (apps.empty() || apps.front() != demo) {
    return text;
  }
  const Result<std::string> target =
      server->service().Target("im_set_attr_name", demo.sdkappid, demo.admins.front());
  if (!target.ok()) {
    return text;
  }
  return text + "\ntry:  curl -d " + ShellWord(R"({"AttrNames":{"0":"sex","1":"city"}})") + " " +
         ShellWord(ReachableUrl(server->url()) + target.value());
}

std::string Urls(const Server& server) {
  std::string urls = server.url();
  if (server.tls_port() != 0) {
    urls += ", " + UrlOnPort(server, "https", server.tls_port());
  }
  if (server.proxy_port() != 0) {
    urls += ", proxy " + UrlOnPort(server, "http", server.proxy_port());
  }
  return urls;
}

// Where the control API is, and the token that was made for it; empty where none was.
std::string ControlNotice(const Settings& settings, const Server& server) {
  if (server.control_token().empty() || !settings.server.control.token.empty()) {
    return {};
  }
  return "control API at " + ControlUrl(settings, server) + "/ with the token " +
         server.control_token() + "; --control-token sets another, --control off serves none";
}

// The log's descriptor, which stays open as long as the process runs.
Result<int> OpenLog(const std::string& path) {
  if (path.empty()) {
    return STDERR_FILENO;
  }
  // Not blocking: a pipe without a reader is refused here and not waited for.
  const int file =
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
  if (file < 0) {
    return Error{"log file " + path + ": cannot open it: " + std::strerror(errno)};
  }
  return file;
}

Result<Done> WritePortFile(const std::string& path, const std::string& text, PortFile* out) {
  if (path.empty()) {
    return Done{};
  }
  Result<PortFile> file = PortFile::Write(path, text + "\n");
  if (!file.ok()) {
    return file.error();
  }
  *out = std::move(file).value();
  return Done{};
}

Result<Done> WritePortFiles(const Settings& settings, Standalone* running) {
  const Server& server = *running->server;
  const Result<Done> one =
      WritePortFile(settings.port_file, std::to_string(server.port()), &running->port_file);
  return one.ok() ? WritePortFile(settings.ports_file, PortsJson(server), &running->ports_file)
                  : one;
}

}  // namespace

std::string ReachableNotice(const ServerOptions& server) {
  const std::string& host = server.host;
  if (host.starts_with("127.") || host == "localhost" || host == "::1") {
    return {};
  }
  const std::vector<App>& apps = server.service.apps;
  std::string ports;
  if (server.tls) {
    ports = server.proxy_port ? ", by HTTP, HTTPS and as a proxy to itself" : ", by HTTP and HTTPS";
  }
  std::string notice = "listening beyond this machine, on " + host + ports +
                       ": whoever reaches it can " + "set and read the names of " +
                       CountOf(apps.size(), "app") +
                       (server.service.verify_user_sig ? " with a UserSig" : " without a UserSig");
  const App demo = DemoApp();
  if (server.service.verify_user_sig && std::any_of(apps.begin(), apps.end(), [&](const App& app) {
        return app.keys == demo.keys;
      })) {
    notice += ", and the demo app's key is public";
  }
  return notice + "; --host 127.0.0.1 keeps it to this machine";
}

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

std::string ControlUrl(const Settings& settings, const Server& server) {
  return settings.server.control.enabled
             ? UrlOnPort(server, "http", server.control_port()) + "/_timock"
             : "";
}

std::string UrlOnPort(const Server& server, const std::string& scheme, std::uint16_t port) {
  const std::string url = server.url();
  const std::size_t host = url.find("://");
  return scheme + url.substr(host, url.rfind(':') - host + 1) + std::to_string(port);
}

void Standalone::Notice(const std::string& text) { log->Notice(text, server->service().Now()); }

void Standalone::Stop() {
  port_file.Remove();
  ports_file.Remove();
  server->Stop();
  log->Close();
}

Result<Settings> ReadSettings(const Flags& flags, Settings defaults) {
  // Before the config file, which may be large, or wrong.
  for (const ServeOption& option : ServeOptions()) {
    if (option.name == "port-file" || option.name == "ports-file") {
      const auto flag = flags.find(option.name);
      RemoveRegularFile(flag != flags.end()
                            ? flag->second.back()
                            : ProcessEnvironment(option.EnvironmentName()).value_or(""));
    }
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
  const Result<int> log = OpenLog(settings.log_file);
  if (!log.ok()) {
    return log.error();
  }
  Standalone running;
  running.log = std::make_unique<CallLog>(settings.log, settings.log_level, log.value(), clock);
  ServerOptions options = settings.server;
  options.service.on_call = Listener(settings, running.log.get(), also);
  Result<std::unique_ptr<Server>> server = Server::Start(std::move(options));
  if (!server.ok()) {
    return server.error();
  }
  running.server = std::move(server).value();
  for (const std::string& note : settings.notes) {
    running.Notice("note: " + note);
  }
  if (const std::string notice = ReachableNotice(settings.server); !notice.empty()) {
    running.Notice(notice);
  }
  if (const std::string notice = ControlNotice(settings, *running.server); !notice.empty()) {
    running.Notice(notice);
  }
  const Result<Done> told = WritePortFiles(settings, &running);
  if (!told.ok()) {
    return told.error();
  }
  const ServiceOptions& service = settings.server.service;
  running.ready_text = "timock " TIMOCK_VERSION " listening on " + Urls(*running.server) +
                       " (profile " + service.profile.name() + ", " +
                       CountOf(service.apps.size(), "app") + ")" +
                       Invitation(settings, running.server.get());
  return running;
}

}  // namespace timock::app
