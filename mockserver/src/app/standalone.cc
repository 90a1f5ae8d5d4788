#include "app/standalone.h"

#include <algorithm>
#include <utility>

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
}

Result<Standalone> StartStandalone(const Settings& settings,
                                   const std::function<void(const CallEvent&)>& also) {
  Standalone running;
  running.log = std::make_unique<CallLog>(settings.log, settings.log_level);
  ServerOptions options = settings.server;
  options.service.on_call = Listener(settings, running.log.get(), also);
  Result<std::unique_ptr<Server>> server = Server::Start(std::move(options));
  if (!server.ok()) {
    return server.error();
  }
  running.server = std::move(server).value();
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
  running.ready_line = "timock " TIMOCK_VERSION " listening on " + Urls(*running.server) +
                       " (profile " + service.profile.name() + ", " +
                       CountOf(service.apps.size(), "app") + ")";
  return running;
}

}  // namespace timock::app
