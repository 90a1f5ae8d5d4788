#include "target/plan.h"

#include <mutex>
#include <optional>
#include <utility>

#include "target/in_process.h"
#include "target/user_sig_maker.h"

namespace timock::conformance {
namespace {

/// What was sent, from all connections. Thread-safe.
class Notebook {
 public:
  void Note(Outgoing request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(request));
  }
  std::vector<Outgoing> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(requests_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Outgoing> requests_;
};

/// The request that these bytes are; as raw bytes where they are more or less than one plain one.
Outgoing Parsed(const std::string& bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  const std::size_t method_end = bytes.find(' ');
  const std::size_t target_end = bytes.find(" HTTP/1.1\r\n");
  if (head_end == std::string::npos || target_end == std::string::npos || target_end > head_end) {
    return {.raw = bytes};
  }
  Outgoing request{.method = bytes.substr(0, method_end),
                   .target = bytes.substr(method_end + 1, target_end - method_end - 1),
                   .body = bytes.substr(head_end + 4)};
  std::size_t at = bytes.find("\r\n") + 2;
  while (at < head_end) {
    const std::size_t end = bytes.find("\r\n", at);
    const std::string line = bytes.substr(at, end - at);
    const std::size_t colon = std::min(line.find(": "), line.size());
    const std::string name = line.substr(0, colon);
    const std::string value = line.substr(std::min(colon + 2, line.size()));
    if (name == "Content-Length" && value != std::to_string(request.body.size())) {
      return {.raw = bytes};  // e.g. two requests in one write
    }
    if (name != "Content-Length" && name != "Host") request.headers.emplace_back(name, value);
    at = end + 2;
  }
  return request;
}

class NotingConnection final : public Connection {
 public:
  NotingConnection(std::unique_ptr<Connection> inner, Notebook& notebook)
      : inner_(std::move(inner)), notebook_(notebook) {}

  Reply Send(const Outgoing& request) override {
    notebook_.Note(request);
    return inner_->Send(request);
  }

 private:
  std::unique_ptr<Connection> inner_;
  Notebook& notebook_;
};

class Plan final : public PlanTarget {
 public:
  explicit Plan(const PlanOptions& options)
      : PlanTarget(options.rules), options_(options), fake_(MakeFake(options.admin)) {}

  std::string Describe() const override { return options_.describe; }
  std::string BaseUrl() const override { return options_.base_url; }
  std::string PlainUrl() const override { return fake_->PlainUrl(); }
  std::set<std::string> Capabilities() const override { return options_.capabilities; }

  std::optional<Identity> Who(const std::string& name) const override {
    std::optional<Identity> who = fake_->Who(name);
    if (name == "non_admin" && options_.rules.live) {
      if (options_.non_admin.empty()) return {};
      who->identifier = options_.non_admin;
    }
    if (!who || !options_.admin.key.empty() || options_.admin.identifier.empty()) return who;
    if (name != "admin") return {};
    // Only a UserSig is known there.
    const auto now = std::chrono::floor<std::chrono::seconds>(fake_->Now()).count();
    who->user_sig = MakeUserSig({}, *who, who->key, now);
    who->key.clear();
    return who;
  }

  void Reset() override { fake_->Reset(); }
  Reply Send(const Outgoing& request) override {
    notebook_.Note(request);
    return fake_->Send(request);
  }
  const std::vector<Identity>& Apps() const override { return fake_->Apps(); }
  std::string CaFile() const override { return fake_->CaFile(); }
  std::unique_ptr<Connection> Connect() override {
    return std::make_unique<NotingConnection>(fake_->Connect(), notebook_);
  }
  std::unique_ptr<HttpClient> Dial(ClientOptions options) override {
    options.observe = [this](const std::string& bytes) { notebook_.Note(Parsed(bytes)); };
    return fake_->Dial(std::move(options));
  }
  bool TimeStands() const override { return true; }
  std::chrono::nanoseconds Now() const override { return fake_->Now(); }
  void Advance(std::chrono::nanoseconds by) override { fake_->Advance(by); }
  Identity MakeApp(const AppSetup& setup) override { return fake_->MakeApp(setup); }
  void ChangeApp(const AppSetup& setup) override { fake_->ChangeApp(setup); }
  void AddInternalError(std::uint32_t sdkappid, const std::string& command) override {
    fake_->AddInternalError(sdkappid, command);
  }

  std::vector<Outgoing> Take() override { return notebook_.Take(); }

 private:
  static std::unique_ptr<Target> MakeFake(Identity admin) {
    if (!admin.identifier.empty()) admin.key = std::string(64, '7');
    admin.user_sig.clear();
    return MakeInProcessTarget({.door = Door::kHttp, .admin = admin});
  }

  const PlanOptions options_;
  Notebook notebook_;
  std::unique_ptr<Target> fake_;
};

}  // namespace

std::unique_ptr<PlanTarget> MakePlanTarget(const PlanOptions& options) {
  return std::make_unique<Plan>(options);
}

}  // namespace timock::conformance
