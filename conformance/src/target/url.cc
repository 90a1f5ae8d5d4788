#include "target/url.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "cases/case.h"
#include "wire/child.h"
#include "wire/config_error.h"
#include "wire/http_client.h"
#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

constexpr const char* kSecondAdmin = "second_administrator";
constexpr std::uint32_t kUnknownApp = 1'499'999'999;

/// The app of the control API's JSON, changed as `setup` says.
json Changed(json app, const AppSetup& setup, std::int64_t now) {
  app["enabled"] = setup.enabled;
  app["region"] = setup.region;
  app.erase("limit");
  if (setup.limit) app["limit"] = *setup.limit;
  app["feature"] = setup.feature == AppSetup::Feature::kOff ? "off" : "on";
  if (setup.feature == AppSetup::Feature::kApprovedNow) app["feature"] = {{"approved_at", now}};
  return app;
}

class UrlTarget : public Target {
 public:
  explicit UrlTarget(const UrlOptions& options)
      : Target(options.rules),
        options_(options),
        url_(options.url),
        admin_(options.admin),
        pacer_(std::make_shared<Pacer>(options.rate)),
        client_(Origin::Parse(options.url), {.ca_file = options.ca_file}) {
    secrets().Add(admin_.key, "$TIMOCK_SECRET_KEY");
    secrets().Add(admin_.user_sig, "$TIMOCK_USERSIG");
    if (IsLoopback(url_) && !rules().live) TakeControl();
    if (!controlled_ && admin_.identifier.empty()) {
      throw ConfigError(
          url_ +
          " makes no app for the run, so it must be known who calls: TIMOCK_SDKAPPID, "
          "TIMOCK_IDENTIFIER and TIMOCK_SECRET_KEY or TIMOCK_USERSIG, by --credentials FILE or in "
          "the environment");
    }
  }

  ~UrlTarget() override {
    if (!controlled_) return;
    const InterruptShield shield;
    try {
      for (const Identity& app : {admin_, second_, made_}) {
        if (app.sdkappid != 0) Control("DELETE", "apps/" + std::to_string(app.sdkappid));
      }
      Control("PUT", "clock", clock_before_);
    } catch (const std::exception&) {
      // The server has gone; there is nothing left to tidy up.
    }
  }

  std::string Describe() const override { return url_; }
  std::string BaseUrl() const override { return url_; }
  std::string PlainUrl() const override { return Origin::Parse(url_).tls ? "" : url_; }

  std::set<std::string> Capabilities() const override {
    UrlOptions now = options_;
    now.admin = admin_;
    std::set<std::string> can = PlainCapabilities(now);
    if (controlled_) {
      can.insert({"second_app", "clock", "faults", "region", "known_app_limit", "apps"});
    }
    return can;
  }

  std::optional<Identity> Who(const std::string& name) const override {
    if (name == "admin") return admin_;
    if (name == "second_admin" && controlled_) {
      Identity who = admin_;
      who.identifier = kSecondAdmin;
      return who;
    }
    if (name == "second_app" && controlled_) return second_;
    if (name == "non_admin" && rules().live) return KnownNonAdmin();
    return StrangerTo(admin_, name);
  }

  void Reset() override {
    client_.Close();
    if (!controlled_) return;
    for (const Identity& app : {admin_, second_}) {
      Control("POST", "reset", json{{"sdkappid", app.sdkappid}});
    }
  }

  Reply Send(const Outgoing& request) override {
    if (!controlled_ && !request.raw) pacer_->Await();
    return request.raw ? Dial({})->SendAlone(request) : client_.Send(request);
  }

  std::unique_ptr<Connection> Connect() override { return Dialled({}); }

  std::unique_ptr<HttpClient> Dial(ClientOptions options) override {
    if (!controlled_) options.pacer = pacer_;
    return Dialled(std::move(options));
  }

  std::chrono::nanoseconds Now() const override { return controlled_ ? now_ : UnixNow(); }

  void Advance(std::chrono::nanoseconds by) override {
    const json clock = Control("POST", "clock/advance", json{{"nanoseconds", by.count()}});
    now_ = std::chrono::nanoseconds{std::stoll(clock.at("unix_ns").get<std::string>())};
  }

  Identity MakeApp(const AppSetup& setup) override {
    if (made_.sdkappid == 0) made_ = NewApp();
    json app = Asked("GET", PathOf(made_));
    app["names"] = json::object();
    Control("PUT", PathOf(made_), Changed(std::move(app), setup, NowSeconds()));
    return made_;
  }

  void ChangeApp(const AppSetup& setup) override {
    Control("PUT", PathOf(made_), Changed(Asked("GET", PathOf(made_)), setup, NowSeconds()));
  }

  void AddInternalError(std::uint32_t sdkappid, const std::string& command) override {
    Control("POST", "faults",
            json{{"match", {{"sdkappid", sdkappid}, {"command", command}}},
                 {"action", {{"internal_error", true}}},
                 {"times", 1}});
  }

 private:
  std::unique_ptr<HttpClient> Dialled(ClientOptions options) const {
    options.ca_file = options_.ca_file;
    return std::make_unique<HttpClient>(Origin::Parse(url_), std::move(options));
  }

  static std::string PathOf(const Identity& app) { return "apps/" + std::to_string(app.sdkappid); }
  std::optional<Identity> KnownNonAdmin() const {
    if (admin_.key.empty() || options_.non_admin.empty()) return {};
    Identity who = admin_;
    who.identifier = options_.non_admin;
    return who;
  }
  std::int64_t NowSeconds() const { return std::chrono::floor<std::chrono::seconds>(now_).count(); }

  /// What the control API answers; null when it has no such thing.
  json Asked(const std::string& method, const std::string& path, const json& body = {}) {
    const Outgoing request{.method = method,
                           .target = "/_timock/" + path,
                           .headers = {{"Content-Type", "application/json"}},
                           .body = body.is_null() ? "" : body.dump()};
    const Reply reply = client_.Send(request);
    if (reply.status == 0) throw UnreachableError(url_ + ": " + reply.failure);
    if (reply.status / 100 != 2) {
      problem_ = method + " " + request.target + " is answered with HTTP status " +
                 std::to_string(reply.status) + ": " + reply.body;
      return {};
    }
    return reply.body.empty() ? json::object() : json::parse(reply.body, nullptr, false);
  }

  json Control(const std::string& method, const std::string& path, const json& body = {}) {
    json answer = Asked(method, path, body);
    if (answer.is_null() || answer.is_discarded()) throw std::runtime_error(problem_);
    return answer;
  }

  Identity NewApp() {
    const json app = Control("POST", "apps", json{{"admins", {"administrator", kSecondAdmin}}});
    Identity admin{app.at("sdkappid").get<std::uint32_t>(),
                   app.at("admins").at(0).get<std::string>(),
                   app.at("keys").at(0).get<std::string>()};
    secrets().Add(admin.key, "$TIMOCK_SECRET_KEY");
    return admin;
  }

  void TakeControl() {
    const json health = Asked("GET", "health");
    if (!health.is_object() || health.value("status", "") != "ready") return;
    clock_before_ = Control("GET", "clock");
    clock_before_ = json{{"mode", clock_before_.at("mode")}, {"unix", clock_before_.at("unix")}};
    if (clock_before_.at("mode") == "real") clock_before_.erase("unix");
    // On a whole second, for features are approved on one.
    const auto second = std::chrono::floor<std::chrono::seconds>(UnixNow());
    const json now = Control("PUT", "clock", json{{"mode", "frozen"}, {"unix", second.count()}});
    now_ = std::chrono::nanoseconds{std::stoll(now.at("unix_ns").get<std::string>())};
    admin_ = NewApp();
    second_ = NewApp();
    controlled_ = true;
  }

  const UrlOptions options_;
  const std::string url_;
  Identity admin_;
  Identity second_;
  Identity made_;                       ///< No app yet while its SDKAppID is 0.
  const std::shared_ptr<Pacer> pacer_;  ///< Of all calls but those about the throttle.
  HttpClient client_;
  bool controlled_ = false;
  json clock_before_;
  std::string problem_;
  std::chrono::nanoseconds now_{0};
};

/// A server that is ours as long as the run lasts.
class ExecTarget final : public Target {
 public:
  ExecTarget(std::string command, UrlOptions options)
      : Target(options.rules), command_(std::move(command)), options_(std::move(options)) {
    Start();
  }

  std::string Describe() const override { return "exec:" + command_; }
  std::string BaseUrl() const override { return inner_->BaseUrl(); }
  std::string PlainUrl() const override { return inner_->PlainUrl(); }
  std::set<std::string> Capabilities() const override { return inner_->Capabilities(); }
  std::optional<Identity> Who(const std::string& name) const override { return inner_->Who(name); }
  /// A server that has died is started again, so that one case does not take the others with it.
  void Reset() override {
    try {
      inner_->Reset();
    } catch (const UnreachableError&) {
      Start();
    }
  }
  Reply Send(const Outgoing& request) override { return inner_->Send(request); }
  std::unique_ptr<Connection> Connect() override { return inner_->Connect(); }
  std::unique_ptr<HttpClient> Dial(ClientOptions options) override {
    return inner_->Dial(std::move(options));
  }
  std::chrono::nanoseconds Now() const override { return inner_->Now(); }
  void Advance(std::chrono::nanoseconds by) override { inner_->Advance(by); }
  Identity MakeApp(const AppSetup& setup) override { return inner_->MakeApp(setup); }
  void ChangeApp(const AppSetup& setup) override { inner_->ChangeApp(setup); }
  void AddInternalError(std::uint32_t sdkappid, const std::string& command) override {
    inner_->AddInternalError(sdkappid, command);
  }

 private:
  void Start() {
    inner_.reset();
    child_ = std::make_unique<Child>(command_);
    const std::optional<std::string> url = child_->WaitForUrl();
    if (!url) throw UnreachableError("exec:" + command_ + ": printed no http:// URL");
    UrlOptions options = options_;
    options.url = *url;
    inner_ = std::make_unique<UrlTarget>(options);
  }

  const std::string command_;
  const UrlOptions options_;
  std::unique_ptr<Child> child_;
  std::unique_ptr<UrlTarget> inner_;
};

}  // namespace

bool IsLoopback(const std::string& url) {
  const std::string host = Origin::Parse(url).host;
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::optional<Identity> StrangerTo(const Identity& admin, const std::string& name) {
  if (admin.key.empty()) return {};
  Identity who = admin;
  if (name == "non_admin") {
    who.identifier = "somebody";
    return who;
  }
  if (name == "unknown_app") {
    who.sdkappid = kUnknownApp;
    return who;
  }
  return {};
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

std::unique_ptr<Target> MakeExecTarget(const std::string& command, const UrlOptions& options) {
  return std::make_unique<ExecTarget>(command, options);
}

}  // namespace timock::conformance
