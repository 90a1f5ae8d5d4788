#include "target/url.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "target/control_api.h"
#include "wire/child.h"
#include "wire/config_error.h"
#include "wire/http_client.h"
#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

/// The app of the control API's JSON, changed as `setup` says.
json Changed(json app, const AppSetup& setup, std::int64_t now) {
  app["enabled"] = setup.enabled;
  app["region"] = setup.region;
  app["limit"] = setup.limit ? json(*setup.limit) : json();
  app["feature"] = setup.feature == AppSetup::Feature::kOff ? "off" : "on";
  if (setup.feature == AppSetup::Feature::kApprovedNow) app["feature"] = {{"approved_at", now}};
  return app;
}

/// What the run takes of a server with a control API; it is given back at the end of this.
class Lease {
 public:
  explicit Lease(ControlApi control) : api(std::move(control)) {}

  ~Lease() {
    const InterruptShield shield;
    try {
      for (const std::uint32_t app : apps_) api.RemoveApp(app);
      GiveClockBack();
    } catch (const std::exception&) {
      // The server has gone; there is nothing left to tidy up.
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Identity NewApp() {
    Identity admin = api.MakeApp({"administrator", kSecondAdmin});
    apps_.push_back(admin.sdkappid);
    return admin;
  }

  /// Stops the server's clock and returns its time.
  std::chrono::nanoseconds StopClock() {
    const json clock = api.Clock();
    clock_before_ = {{"mode", clock.at("mode")}};
    if (clock.at("mode") != "real") clock_before_["unix_ns"] = clock.at("unix_ns");
    clock_read_ = UnixNow();
    // On a whole second, for features are approved on one.
    const auto second = std::chrono::floor<std::chrono::seconds>(UnixNow());
    return api.SetClock({{"mode", "frozen"}, {"unix", second.count()}});
  }

  ControlApi api;

 private:
  void GiveClockBack() {
    if (clock_before_.is_null()) return;
    if (clock_before_["mode"] == "offset") {  // which has run on meanwhile
      const std::int64_t then = std::stoll(clock_before_["unix_ns"].get<std::string>());
      clock_before_["unix_ns"] = std::to_string(then + (UnixNow() - clock_read_).count());
    }
    api.SetClock(clock_before_);
  }

  std::vector<std::uint32_t> apps_;
  json clock_before_;
  std::chrono::nanoseconds clock_read_{0};
};

class UrlTarget final : public Target {
 public:
  explicit UrlTarget(const UrlOptions& options)
      : Target(options.rules),
        options_(options),
        pacer_(std::make_shared<Pacer>(options.rate)),
        url_(options.url) {
    secrets().Add(options.admin.key, "$TIMOCK_SECRET_KEY");
    secrets().Add(options.admin.user_sig, "$TIMOCK_USERSIG");
    Begin();
  }

  std::string Describe() const override {
    return options_.command.empty() ? url_ : "exec:" + options_.command;
  }
  std::string BaseUrl() const override { return url_; }
  std::string PlainUrl() const override { return Origin::Parse(url_).tls ? "" : url_; }

  std::set<std::string> Capabilities() const override {
    UrlOptions now = options_;
    now.url = url_;
    now.admin = apps_.front();
    std::set<std::string> can = PlainCapabilities(now);
    if (lease_) can.insert({"second_app", "faults", "region", "known_app_limit", "apps"});
    if (ClockStands()) can.insert("clock");
    return can;
  }

  std::optional<Identity> Who(const std::string& name) const override {
    if (lease_) return WhoOf(apps_, name);
    if (name == "admin") return apps_.front();
    if (name != "non_admin" || !rules().live) return StrangerTo(apps_.front(), name);
    if (apps_.front().key.empty() || options_.non_admin.empty()) return {};
    Identity who = apps_.front();
    who.identifier = options_.non_admin;
    return who;
  }
  const std::vector<Identity>& Apps() const override { return apps_; }

  /// A child that has died is started again, so that one case does not take the others with it.
  void Reset() override {
    client_->Close();
    if (!lease_) return;
    try {
      for (const Identity& app : apps_) lease_->api.ResetApp(app.sdkappid);
    } catch (const UnreachableError&) {
      if (options_.command.empty()) throw;
      Begin();
    }
  }

  Reply Send(const Outgoing& request) override {
    if (!lease_ && !request.raw) pacer_->Await();
    return request.raw ? Dial({})->SendAlone(request) : client_->Send(request);
  }

  std::unique_ptr<Connection> Connect() override { return Dialled({}); }

  std::unique_ptr<HttpClient> Dial(ClientOptions options) override {
    if (!lease_) options.pacer = pacer_;
    return Dialled(std::move(options));
  }
  std::string CaFile() const override { return options_.ca_file; }

  std::chrono::nanoseconds Now() const override { return ClockStands() ? now_ : UnixNow(); }
  void Advance(std::chrono::nanoseconds by) override { now_ = lease_->api.AdvanceClock(by); }

  Identity MakeApp(const AppSetup& setup) override {
    if (made_.sdkappid == 0) made_ = NewApp(lease_.get());
    json app = lease_->api.App(made_.sdkappid);
    app["names"] = json::object();
    lease_->api.PutApp(Changed(std::move(app), setup, NowSeconds()));
    return made_;
  }

  void ChangeApp(const AppSetup& setup) override {
    lease_->api.PutApp(Changed(lease_->api.App(made_.sdkappid), setup, NowSeconds()));
  }

  void AddInternalError(std::uint32_t sdkappid, const std::string& command) override {
    lease_->api.AddFault({{"match", {{"sdkappid", sdkappid}, {"command", command}}},
                          {"action", {{"internal_error", true}}},
                          {"times", 1}});
  }

 private:
  void Begin() {
    lease_.reset();
    made_ = {};
    if (!options_.command.empty()) Start();
    client_ = Dialled({});
    apps_ = {options_.admin};
    if (!options_.take_control) return;
    if (IsLoopback(url_) && !rules().live) TakeControl();
    const Identity& admin = apps_.front();
    if (admin.identifier.empty() || (admin.key.empty() && admin.user_sig.empty())) {
      throw ConfigError(
          Describe() +
          " makes no app for the run, so it must be known who calls: TIMOCK_SDKAPPID, "
          "TIMOCK_IDENTIFIER and TIMOCK_SECRET_KEY or TIMOCK_USERSIG, by --credentials FILE or in "
          "the environment");
    }
  }

  void Start() {
    child_.reset();
    child_ = std::make_unique<Child>(options_.command);
    const std::optional<std::string> url = child_->WaitForUrl();
    if (!url) throw UnreachableError(Describe() + ": printed no http:// URL");
    url_ = *url;
  }

  void TakeControl() {
    auto lease = std::make_unique<Lease>(ControlApi(url_, Dialled({})));
    if (!lease->api.Ready()) return;
    if (options_.use.stop_clock) now_ = lease->StopClock();
    apps_.clear();
    while (apps_.size() < options_.use.apps) apps_.push_back(NewApp(lease.get()));
    lease_ = std::move(lease);
  }

  Identity NewApp(Lease* lease) {
    Identity admin = lease->NewApp();
    secrets().Add(admin.key, "$TIMOCK_SECRET_KEY");
    return admin;
  }

  std::unique_ptr<HttpClient> Dialled(ClientOptions options) const {
    options.ca_file = options_.ca_file;
    return std::make_unique<HttpClient>(Origin::Parse(url_), std::move(options));
  }

  bool ClockStands() const { return lease_ && options_.use.stop_clock; }
  std::int64_t NowSeconds() const {
    return std::chrono::floor<std::chrono::seconds>(Now()).count();
  }

  const UrlOptions options_;
  const std::shared_ptr<Pacer> pacer_;  ///< Of all calls but those about the throttle.
  std::unique_ptr<Child> child_;        ///< Where there is a command.
  std::string url_;
  std::unique_ptr<HttpClient> client_;
  std::unique_ptr<Lease> lease_;  ///< Null: calls go to the app of the credentials.
  std::vector<Identity> apps_;    ///< At least one.
  Identity made_;                 ///< No app yet while its SDKAppID is 0.
  std::chrono::nanoseconds now_{0};
};

}  // namespace

bool IsLoopback(const std::string& url) {
  const std::string host = Origin::Parse(url).host;
  // An address, not a name that begins like one.
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::set<std::string> PlainCapabilities(const UrlOptions& options) {
  const TargetRules& rules = options.rules;
  std::set<std::string> can = {"read_back", "connection"};
  if (rules.malformed) can.insert("malformed");
  if (!options.admin.key.empty()) {
    can.insert("sign");
    // Of a live app nobody knows who is none of its admins.
    if (!rules.live || !options.non_admin.empty()) can.insert("non_admin");
  }
  if (rules.overload) can.insert("exceed_rate");
  if (Origin::Parse(options.url).tls) can.insert("tls");
  return can;
}

std::unique_ptr<Target> MakeUrlTarget(const UrlOptions& options) {
  return std::make_unique<UrlTarget>(options);
}

}  // namespace timock::conformance
