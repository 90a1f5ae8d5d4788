#include "target_inprocess.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "case.h"
#include "http_client.h"
#include "timock/timock.h"

namespace timock::conformance {
namespace {

// Where recorded requests and fixed UserSigs are valid.
constexpr std::int64_t kStart = 1'795'369'800;
constexpr std::uint32_t kSecondApp = 1'400'000'001;
constexpr std::uint32_t kUnknownApp = 1'499'999'999;

App SecondApp() {
  App app = DemoApp();
  app.sdkappid = kSecondApp;
  app.keys = {std::string(64, '5')};
  return app;
}

class InProcess final : public Target {
 public:
  explicit InProcess(const InProcessOptions& options) : door_(options.door) {
    Result<Profile> profile = Profile::Named(options.profile);
    if (!profile) throw CaseError(profile.error().message);
    ServerOptions server;
    server.service = {.apps = {DemoApp(), SecondApp()},
                      .profile = profile.value(),
                      .clock_setting = {ClockSetting::Mode::kFrozen, UnixSeconds(kStart)}};
    if (door_ == Door::kHttps) server.tls.emplace();
    Result<std::unique_ptr<Server>> started = Server::Start(std::move(server));
    if (!started) throw CaseError("cannot start the fake: " + started.error().message);
    server_ = std::move(started).value();
    if (door_ == Door::kHttps) WriteAuthority();
    client_ =
        std::make_unique<HttpClient>(Origin::Parse(BaseUrl()), ClientOptions{.ca_file = ca_file_});
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

  std::set<std::string> Capabilities() const override {
    return {"read_back",   "second_app", "non_admin",       "sign", "clock", "faults",
            "exceed_rate", "region",     "known_app_limit", "raw"};
  }

  std::optional<Identity> Who(const std::string& name) const override {
    const std::string key = DemoApp().keys.front();
    if (name == "admin") return Identity{DemoApp().sdkappid, "administrator", key};
    if (name == "non_admin") return Identity{DemoApp().sdkappid, "somebody", key};
    if (name == "second_app")
      return Identity{kSecondApp, "administrator", SecondApp().keys.front()};
    if (name == "unknown_app") return Identity{kUnknownApp, "administrator", key};
    return {};
  }

  void Reset() override {
    server_->service().Reset();
    client_->Close();
  }

  Reply Send(const Outgoing& request) override {
    // What is only told by a connection cannot be asked of the service.
    if (door_ != Door::kHandle || request.raw) return client_->Send(request);
    HttpRequest view{.method = request.method, .target = request.target, .body = request.body};
    for (const auto& [name, value] : request.headers) view.headers.push_back({name, value});
    HttpResponse response = server_->service().Handle(view);
    Reply reply{
        .status = response.status, .body = std::move(response.body), .closed = response.close};
    reply.headers.emplace_back("Content-Type", response.content_type);
    return reply;
  }

  std::int64_t Now() const override {
    return std::chrono::floor<std::chrono::seconds>(server_->service().Now())
        .time_since_epoch()
        .count();
  }

  void Advance(std::chrono::nanoseconds by) override {
    const Result<Done> advanced = server_->service().AdvanceClock(by);
    if (!advanced) throw CaseError(advanced.error().message);
  }

 private:
  void WriteAuthority() {
    const char* folder = std::getenv("TMPDIR");
    std::string path = std::string(folder != nullptr ? folder : P_tmpdir) + "/timock-ca-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    if (descriptor < 0) throw CaseError("cannot make a temporary file: " + path);
    std::FILE* const file = ::fdopen(descriptor, "w");
    const std::string& pem = server_->ca_certificate();
    std::fwrite(pem.data(), 1, pem.size(), file);
    std::fclose(file);
    ca_file_ = path;
  }

  const Door door_;
  std::unique_ptr<Server> server_;
  std::string ca_file_;
  std::unique_ptr<HttpClient> client_;
};

}  // namespace

std::unique_ptr<Target> MakeInProcessTarget(const InProcessOptions& options) {
  return std::make_unique<InProcess>(options);
}

}  // namespace timock::conformance
