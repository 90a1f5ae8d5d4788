#include "target/in_process.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "cases/case.h"
#include "timock/timock.h"
#include "wire/config_error.h"
#include "wire/http_client.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

// Where recorded requests and fixed UserSigs are valid.
constexpr std::int64_t kStart = 1'795'369'800;

/// The app of the caller, or those of the fake's own: the demo app, and others behind it.
std::vector<App> AppsFor(const InProcessOptions& options) {
  const Identity& admin = options.admin;
  if (!admin.identifier.empty()) {
    return {App{.sdkappid = admin.sdkappid, .keys = {admin.key}, .admins = {admin.identifier}}};
  }
  std::vector<App> apps(options.use.apps, DemoApp());
  for (std::size_t i = 0; i < apps.size(); ++i) {
    apps[i].sdkappid += static_cast<std::uint32_t>(i);
    apps[i].admins.emplace_back(kSecondAdmin);
    if (i > 0) apps[i].keys = {std::string(64, '5')};
  }
  return apps;
}

Identity AdminOf(const App& app) { return {app.sdkappid, app.admins.front(), app.keys.front()}; }

/// A shipped one, or that of a file.
Result<Profile> ProfileOf(const std::string& name_or_path) {
  for (const std::string& name : Profile::ShippedNames()) {
    if (name == name_or_path) return Profile::Named(name);
  }
  std::ifstream file(name_or_path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Profile::Named(name_or_path);  // tells the names that there are
  Result<Profile> profile = Profile::Parse(text.str());
  return profile.ok() ? std::move(profile) : Error{name_or_path + ": " + profile.error().Text()};
}

/// `app` as `setup` says.
App Changed(App app, const AppSetup& setup, UnixTime now) {
  app.enabled = setup.enabled;
  app.region = setup.region;
  app.limit = setup.limit;
  app.feature = {};
  if (setup.feature == AppSetup::Feature::kOff) app.feature.state = Feature::State::kOff;
  if (setup.feature == AppSetup::Feature::kApprovedNow) {
    app.feature = {.state = Feature::State::kApproved, .approved_at = now};
  }
  return app;
}

void Need(const Result<Done>& done) {
  if (!done) throw ConfigError(done.error().Text());
}

/// Straight into the service: what is told by a connection alone is not there.
class HandleConnection final : public Connection {
 public:
  explicit HandleConnection(Service& service) : service_(service) {}

  Reply Send(const Outgoing& request) override {
    HttpRequest view{.method = request.method, .target = request.target, .body = request.body};
    for (const auto& [name, value] : request.headers) view.headers.push_back({name, value});
    const std::chrono::nanoseconds sent = MonotonicNow();
    HttpResponse response = service_.Handle(view);
    Reply reply{.status = response.status,
                .body = std::move(response.body),
                .closed = response.close,
                .sent = sent,
                .answered = MonotonicNow()};
    reply.headers.emplace_back("Content-Type", response.content_type);
    return reply;
  }

 private:
  Service& service_;
};

class InProcess final : public Target {
 public:
  explicit InProcess(const InProcessOptions& options)
      : door_(options.door),
        own_apps_(options.admin.identifier.empty()),
        clock_stands_(options.use.stop_clock) {
    Result<Profile> profile = ProfileOf(options.profile);
    if (!profile) throw ConfigError("--profile: " + profile.error().Text());
    ServerOptions server;
    server.service.apps = AppsFor(options);
    server.service.profile = profile.value();
    if (options.use.stop_clock) {
      server.service.clock_setting = {ClockSetting::Mode::kFrozen, UnixSeconds(kStart)};
    }
    for (const App& app : server.service.apps) apps_.push_back(AdminOf(app));
    if (door_ == Door::kHttps) server.tls.emplace();
    Result<std::unique_ptr<Server>> started = Server::Start(std::move(server));
    if (!started) throw ConfigError("cannot start the fake: " + started.error().Text());
    server_ = std::move(started).value();
    if (door_ == Door::kHttps) WriteAuthority();
    connection_ = Connect();
  }

  ~InProcess() override {
    if (!ca_file_.empty()) std::remove(ca_file_.c_str());
  }

  std::string Describe() const override {
    switch (door_) {
      case Door::kHandle:
        return "the fake, in process";
      case Door::kHttp:
        return "the fake, in process, over HTTP";
      case Door::kHttps:
        break;
    }
    return "the fake, in process, over HTTPS";
  }

  std::string BaseUrl() const override {
    if (door_ != Door::kHttps) return server_->url();
    return "https://127.0.0.1:" + std::to_string(server_->tls_port());
  }

  std::string PlainUrl() const override { return server_->url(); }

  std::set<std::string> Capabilities() const override {
    std::set<std::string> can = {"read_back",  "second_app",  "non_admin",      "sign",
                                 "faults",     "exceed_rate", "region",         "malformed",
                                 "connection", "apps",        "known_app_limit"};
    if (clock_stands_) can.insert("clock");
    if (door_ == Door::kHttps) can.insert("tls");
    return can;
  }

  std::optional<Identity> Who(const std::string& name) const override {
    if (own_apps_) return WhoOf(apps_, name);
    return name == "admin" ? apps_.front() : StrangerTo(apps_.front(), name);
  }
  const std::vector<Identity>& Apps() const override { return apps_; }
  std::string CaFile() const override { return ca_file_; }

  void Reset() override {
    service().Reset();
    connection_ = Connect();
  }

  Reply Send(const Outgoing& request) override {
    return request.raw ? Dial({})->SendAlone(request) : connection_->Send(request);
  }

  std::unique_ptr<Connection> Connect() override {
    if (door_ == Door::kHandle) return std::make_unique<HandleConnection>(service());
    return Dial({});
  }

  std::unique_ptr<HttpClient> Dial(ClientOptions options) override {
    options.ca_file = ca_file_;
    return std::make_unique<HttpClient>(Origin::Parse(BaseUrl()), std::move(options));
  }

  std::chrono::nanoseconds Now() const override {
    return server_->service().Now().time_since_epoch();
  }

  void Advance(std::chrono::nanoseconds by) override { Need(service().AdvanceClock(by)); }

  Identity MakeApp(const AppSetup& setup) override {
    App app = DemoApp();
    app.sdkappid = MadeApp();
    app.keys = {std::string(64, '6')};
    Need(service().PutApp(Changed(app, setup, service().Now())));
    return AdminOf(app);
  }

  void ChangeApp(const AppSetup& setup) override {
    const std::optional<App> app = service().FindApp(MadeApp());
    if (!app) throw ConfigError("no app was made that could be changed");
    Need(service().PutApp(Changed(*app, setup, service().Now())));
  }

  void AddInternalError(std::uint32_t sdkappid, const std::string& command) override {
    const Result<FaultStatus> added =
        service().AddFault({.match = {.sdkappid = sdkappid, .command = command},
                            .action = {.internal_error = true},
                            .times = 1});
    if (!added) throw ConfigError("the fault cannot be added: " + added.error().Text());
  }

 private:
  Service& service() { return server_->service(); }
  /// Behind those of the start.
  std::uint32_t MadeApp() const {
    return DemoApp().sdkappid + static_cast<std::uint32_t>(apps_.size());
  }

  void WriteAuthority() {
    const char* folder = std::getenv("TMPDIR");
    std::string path =
        std::string(folder != nullptr ? folder : P_tmpdir) + "/timock-ca-" + std::string(6, 'X');
    const int descriptor = ::mkstemp(path.data());
    if (descriptor < 0) throw ConfigError("cannot make a temporary file: " + path);
    std::FILE* const file = ::fdopen(descriptor, "w");
    const std::string& pem = server_->ca_certificate();
    std::fwrite(pem.data(), 1, pem.size(), file);
    std::fclose(file);
    ca_file_ = path;
  }

  const Door door_;
  const bool own_apps_;
  const bool clock_stands_;
  std::vector<Identity> apps_;
  std::unique_ptr<Server> server_;
  std::string ca_file_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

std::unique_ptr<Target> MakeInProcessTarget(const InProcessOptions& options) {
  return std::make_unique<InProcess>(options);
}

}  // namespace timock::conformance
