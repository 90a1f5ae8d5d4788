#include "timock/server.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "apps/hosts.h"
#include "base/mutex.h"
#include "base/secrets.h"
#include "control/control_api.h"
#include "http/authority.h"
#include "http/call_handler.h"
#include "http/server_loop.h"
#include "text/url.h"

namespace timock {

struct Server::Impl {
  Impl(ServerOptions&& the_options, std::unique_ptr<Service> the_service)
      : options(std::move(the_options)),
        service(std::move(the_service)),
        shared{.service = *service,
               .limits = options.limits,
               .hosts = ServedHosts(options.extra_hosts)} {}
  ~Impl() { Stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<Done> Open();
  Result<Done> OpenTls();
  Result<Done> ListenOnPorts();
  Result<Done> Listen(PortRole role, std::uint16_t port, std::uint16_t* bound);
  void OpenControl();
  void Run();
  void Stop();

  ServerOptions options;
  std::unique_ptr<Service> service;
  std::string ca_certificate;
  std::unique_ptr<TlsContext> tls;
  Shared shared;
  std::unique_ptr<ControlApi> control;
  std::vector<std::unique_ptr<ServerLoop>> loops;
  std::uint16_t proxy_port = 0;
  std::uint16_t control_port = 0;
  bool loopback = false;  // all that is bound
  Mutex stop_mutex;       // held by a Stop until all loops have ended
  std::vector<std::thread> threads
      TIMOCK_GUARDED_BY(stop_mutex);  // of the last loops, in reverse order
};

namespace {

/// Event loops of one server, each a thread.
constexpr unsigned kMaxThreads = 256;
constexpr std::size_t kMaxTokenBytes = 1024;

struct NamedLimit {
  std::string_view name;
  std::int64_t value;
  std::int64_t max;
};

/// Fails when a limit is zero, negative, or longer than a year, naming it.
Result<Done> CheckLimits(const HttpLimits& limits) {
  constexpr std::int64_t kMaxBytes = std::int64_t{1} << 30;
  constexpr std::int64_t kMaxTime = std::chrono::milliseconds(std::chrono::hours(24 * 365)).count();
  const auto size = [](std::size_t value) {
    return static_cast<std::int64_t>(std::min<std::size_t>(value, INT64_MAX));
  };
  const std::array<NamedLimit, 7> all = {{
      {"request_line_bytes", size(limits.request_line_bytes), kMaxBytes},
      {"header_bytes", size(limits.header_bytes), kMaxBytes},
      {"header_count", size(limits.header_count), kMaxBytes},
      {"connections", size(limits.connections), kMaxBytes},
      {"request_time", limits.request_time.count(), kMaxTime},
      {"write_time", limits.write_time.count(), kMaxTime},
      {"idle_time", limits.idle_time.count(), kMaxTime},
  }};
  for (const NamedLimit& limit : all) {
    if (limit.value >= 1 && limit.value <= limit.max) continue;
    return Error{"limits." + std::string(limit.name) + " is " + std::to_string(limit.value) +
                 ": give a number from 1 to " + std::to_string(limit.max)};
  }
  return Done{};
}

/// Replaces the names by the form in which they are compared.
Result<Done> ReadExtraHosts(std::vector<std::string>* hosts) {
  for (std::string& host : *hosts) {
    std::optional<std::string> name = ReadHostName(host);
    if (!name) {
      return Error{"extra_hosts has \"" + host +
                   "\": give a host's name, with no scheme, port or wildcard"};
    }
    host = std::move(*name);
  }
  return Done{};
}

Result<Done> CheckOptions(const ServerOptions& options) {
  if (options.threads < 1 || options.threads > kMaxThreads) {
    return Error{"threads is " + std::to_string(options.threads) + ": give a number from 1 to " +
                 std::to_string(kMaxThreads)};
  }
  if (options.proxy_port && !options.tls) {
    return Error{
        "proxy_port is given without tls: the proxy ends its tunnels in the server's own TLS"};
  }
  if (options.control.port && !options.control.enabled) {
    return Error{"control.port is given, but control.enabled is false"};
  }
  const std::string& token = options.control.token;
  const bool sendable =
      std::all_of(token.begin(), token.end(), [](char byte) { return byte > ' ' && byte <= '~'; });
  if (!sendable || token.size() > kMaxTokenBytes) {
    return Error{"control.token must be at most " + std::to_string(kMaxTokenBytes) +
                 " bytes of printable ASCII without spaces, to fit into a header"};
  }
  return CheckLimits(options.limits);
}

}  // namespace

/// Prepares TLS and the loops, and binds every port.
Result<Done> Server::Impl::Open() {
  if (const Result<Done> opened = OpenTls(); !opened) return opened.error();
  std::vector<ServerLoop*> all;
  for (unsigned loop = 0; loop < options.threads; ++loop) {
    loops.push_back(std::make_unique<ServerLoop>(shared));
    all.push_back(loops.back().get());
  }
  loops.front()->DistributeTo(std::move(all));
  if (const Result<Done> opened = ListenOnPorts(); !opened) return opened.error();
  OpenControl();
  return Done{};
}

Result<Done> Server::Impl::OpenTls() {
  if (!options.tls) return Done{};
  Result<TlsIdentity> identity = MakeTlsIdentity(*options.tls, shared.hosts);
  if (!identity) return identity.error();
  Result<std::unique_ptr<TlsContext>> context = TlsContext::Create(identity.value());
  if (!context) return context.error();
  tls = std::move(context).value();
  shared.tls = tls.get();
  ca_certificate = std::move(identity.value().ca_certificate);
  return Done{};
}

Result<Done> Server::Impl::ListenOnPorts() {
  Result<Done> listens = Listen(PortRole::kHttp, options.port, &shared.own_ports.http);
  if (listens && options.tls) {
    listens = Listen(PortRole::kTls, options.tls->port, &shared.own_ports.tls);
  }
  if (listens && options.proxy_port) {
    listens = Listen(PortRole::kProxy, *options.proxy_port, &proxy_port);
  }
  control_port = shared.own_ports.http;
  if (listens && options.control.port) {
    listens = Listen(PortRole::kControl, *options.control.port, &control_port);
  }
  return listens;
}

Result<Done> Server::Impl::Listen(PortRole role, std::uint16_t port, std::uint16_t* bound) {
  Result<ListeningSockets> listening = ListenOn(options.host, port);
  if (!listening) return listening.error();
  loopback = listening.value().loopback;
  *bound = listening.value().port;
  loops.front()->Listen(std::move(listening.value().sockets), role);
  return Done{};
}

/// Called before Run: no connection is served yet.
void Server::Impl::OpenControl() {
  if (!options.control.enabled) {
    options.control.token.clear();
    return;
  }
  if (options.control.token.empty() && !loopback) options.control.token = RandomHex(16);
  control = std::make_unique<ControlApi>(
      *service,
      ServerView{.version = TIMOCK_VERSION,
                 .host = options.host,
                 .token = options.control.token,
                 .shared = options.control.shared,
                 .connections = [this] { return shared.served.load(std::memory_order_relaxed); },
                 .turned_away = [this] { return shared.refused.load(std::memory_order_relaxed); }});
  shared.control = [this](const HttpRequestView& request, Tick now, HttpResponse* response) {
    return control->Handle(request, now, response);
  };
  shared.control_on_all_ports = !options.control.port;
}

/// The loop that accepts starts last, when all others run.
void Server::Impl::Run() {
  const MutexLock lock(stop_mutex);
  for (std::size_t loop = loops.size(); loop-- > 0;) {
    threads.emplace_back([running = loops[loop].get()] { running->Run(); });
  }
}

void Server::Impl::Stop() {
  const MutexLock lock(stop_mutex);
  if (threads.empty()) return;
  if (threads.size() == loops.size()) {
    loops.front()->Stop();
  } else {  // not all threads could be started
    for (std::size_t begun = 0; begun < threads.size(); ++begun) {
      loops[loops.size() - 1 - begun]->Stop();
    }
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
}

Result<std::unique_ptr<Server>> Server::Start(ServerOptions options) {
  return ServerAccess::StartWith(std::move(options), {});
}

Result<std::unique_ptr<Server>> ServerAccess::StartWith(ServerOptions options,
                                                        CallHandler handler) {
  if (Result<Done> checked = CheckOptions(options); !checked) return checked.error();
  if (Result<Done> read = ReadExtraHosts(&options.extra_hosts); !read) return read.error();
  Result<std::unique_ptr<Service>> service = Service::Create(std::move(options.service));
  if (!service) return service.error();
  options.service = {};
  try {
    auto impl = std::make_unique<Server::Impl>(std::move(options), std::move(service).value());
    if (handler) {
      impl->shared.call_handler = [handler = std::move(handler)](Service& called,
                                                                 const HttpRequestView& request,
                                                                 HttpResponse* response) {
        try {
          handler(called, request, response);
        } catch (...) {
          called.AnswerException(response);
        }
      };
    }
    if (Result<Done> opened = impl->Open(); !opened) return opened.error();
    impl->Run();
    return std::unique_ptr<Server>(new Server(std::move(impl)));
  } catch (const std::runtime_error& error) {
    return Error{std::string("cannot start the server: ") + error.what() +
                 "; raise `ulimit -n` (open files) or `ulimit -u` (threads)"};
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Stop(); }

std::uint16_t Server::port() const { return impl_->shared.own_ports.http; }

std::string Server::url() const { return "http://" + HostAndPort(impl_->options.host, port()); }

std::uint16_t Server::tls_port() const { return impl_->shared.own_ports.tls; }

std::uint16_t Server::proxy_port() const { return impl_->proxy_port; }

std::uint16_t Server::control_port() const { return impl_->control_port; }

const std::string& Server::control_token() const { return impl_->options.control.token; }

const std::string& Server::ca_certificate() const { return impl_->ca_certificate; }

Service& Server::service() { return *impl_->service; }

void Server::Stop() { impl_->Stop(); }

}  // namespace timock
