#include "target_url.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "case.h"
#include "child.h"
#include "http_client.h"
#include "stopwatch.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

class UrlTarget : public Target {
 public:
  explicit UrlTarget(const UrlOptions& options)
      : url_(options.url),
        admin_(options.admin),
        client_(Origin::Parse(options.url), {.ca_file = options.ca_file}) {
    if (IsLoopback(url_)) TakeControl();
    if (!controlled_ && admin_.identifier.empty()) {
      throw CaseError(
          url_ +
          " has no control API to make an app with; set TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER and "
          "TIMOCK_SECRET_KEY or TIMOCK_USERSIG");
    }
  }

  ~UrlTarget() override {
    if (!controlled_) return;
    Control("PUT", "clock", clock_before_);
    for (const Identity& app : {admin_, second_}) {
      Control("DELETE", "apps/" + std::to_string(app.sdkappid));
    }
  }

  std::string Describe() const override { return url_; }
  std::string BaseUrl() const override { return url_; }

  std::set<std::string> Capabilities() const override {
    std::set<std::string> can = {"read_back", "raw"};
    if (!admin_.key.empty()) can.insert({"sign", "non_admin"});
    if (controlled_) {
      can.insert({"second_app", "clock", "faults", "exceed_rate", "region", "known_app_limit"});
    }
    return can;
  }

  std::optional<Identity> Who(const std::string& name) const override {
    Identity who = admin_;
    if (name == "admin") return who;
    if (name == "non_admin" && !admin_.key.empty()) {
      who.identifier = "somebody";
      return who;
    }
    if (name == "second_app" && controlled_) return second_;
    if (name == "unknown_app" && !admin_.key.empty()) {
      who.sdkappid = 1'499'999'999;
      return who;
    }
    return {};
  }

  void Reset() override {
    if (!controlled_) return;
    for (const Identity& app : {admin_, second_}) {
      Control("POST", "reset", json{{"sdkappid", app.sdkappid}});
    }
  }

  Reply Send(const Outgoing& request) override { return client_.Send(request); }

  std::int64_t Now() const override {
    if (!controlled_) return UnixNow();
    return std::chrono::floor<std::chrono::seconds>(now_).count();
  }

  void Advance(std::chrono::nanoseconds by) override {
    Control("POST", "clock/advance", json{{"nanoseconds", by.count()}});
    now_ += by;
  }

 private:
  json Control(const std::string& method, const std::string& path, const json& body = {}) {
    const Outgoing request{
        .method = method, .target = "/_timock/" + path, .body = body.is_null() ? "" : body.dump()};
    const Reply reply = client_.Send(request);
    if (reply.status == 0) throw UnreachableError(url_ + ": " + reply.failure);
    if (reply.status / 100 != 2) return {};
    return json::parse(reply.body, nullptr, false);
  }

  Identity NewApp() {
    const json app = Control("POST", "apps", json::object());
    return {app.at("sdkappid").get<std::uint32_t>(), app.at("admins").at(0).get<std::string>(),
            app.at("keys").at(0).get<std::string>()};
  }

  void TakeControl() {
    const json health = Control("GET", "health");
    if (!health.is_object() || health.value("status", "") != "ready") return;
    clock_before_ = Control("GET", "clock");
    clock_before_ = json{{"mode", clock_before_.at("mode")}, {"unix", clock_before_.at("unix")}};
    if (clock_before_.at("mode") == "real") clock_before_.erase("unix");
    const json now = Control("PUT", "clock", json{{"mode", "frozen"}});
    now_ = std::chrono::nanoseconds{std::stoll(now.at("unix_ns").get<std::string>())};
    admin_ = NewApp();
    second_ = NewApp();
    controlled_ = true;
  }

  const std::string url_;
  Identity admin_;
  Identity second_;
  HttpClient client_;
  bool controlled_ = false;
  json clock_before_;
  std::chrono::nanoseconds now_{0};
};

/// A server that is ours as long as the run lasts.
class ExecTarget final : public Target {
 public:
  ExecTarget(const std::string& command, UrlOptions options) : child_(command) {
    const std::optional<std::string> url = child_.WaitForUrl();
    if (!url) throw UnreachableError("exec:" + command + ": printed no http:// URL");
    options.url = *url;
    inner_ = std::make_unique<UrlTarget>(options);
  }

  std::string Describe() const override { return "exec:" + child_.command(); }
  std::string BaseUrl() const override { return inner_->BaseUrl(); }
  std::set<std::string> Capabilities() const override { return inner_->Capabilities(); }
  std::optional<Identity> Who(const std::string& name) const override { return inner_->Who(name); }
  void Reset() override { inner_->Reset(); }
  Reply Send(const Outgoing& request) override { return inner_->Send(request); }
  std::int64_t Now() const override { return inner_->Now(); }
  void Advance(std::chrono::nanoseconds by) override { inner_->Advance(by); }

 private:
  Child child_;
  std::unique_ptr<UrlTarget> inner_;
};

}  // namespace

bool IsLoopback(const std::string& url) {
  const std::string host = Origin::Parse(url).host;
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

std::unique_ptr<Target> MakeUrlTarget(const UrlOptions& options) {
  return std::make_unique<UrlTarget>(options);
}

std::unique_ptr<Target> MakeExecTarget(const std::string& command, const UrlOptions& options) {
  return std::make_unique<ExecTarget>(command, options);
}

}  // namespace timock::conformance
