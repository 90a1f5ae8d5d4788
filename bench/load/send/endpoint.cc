#include "load/send/endpoint.h"

#include <stdexcept>
#include <string_view>

#include "target/name_keeper.h"
#include "target/url.h"
#include "timock/user_sig.h"
#include "wire/config_error.h"
#include "wire/encoding.h"
#include "wire/interrupt.h"
#include "wire/stopwatch.h"

namespace timock::load {
namespace {

using conformance::Identity;
using conformance::Outgoing;
using conformance::Reply;
using conformance::UnreachableError;
using nlohmann::json;

constexpr std::string_view kExec = "exec:";

std::string UserSigOf(const Identity& who) {
  if (!who.user_sig.empty()) return who.user_sig;
  constexpr std::int64_t kDay = 86'400;
  const auto now = std::chrono::floor<std::chrono::seconds>(conformance::UnixNow());
  return SignUserSig(
      {.identifier = who.identifier, .sdkappid = who.sdkappid, .time = now.count(), .expire = kDay},
      who.key);
}

std::string BodyOf(BodyKind kind) {
  return kind == BodyKind::kBadJson ? R"({"AttrNames":{"0":)"
                                    : R"({"AttrNames":{"0":"sex","1":"city","2":"country"}})";
}

}  // namespace

Endpoint::Endpoint(const conformance::TargetOptions& options, std::size_t apps)
    : name_(options.target), url_(options.target) {
  if (options.target == "in-process") {
    in_process_ = std::make_unique<InProcessServer>(options.profile);
    url_ = in_process_->url();
  } else if (options.target.starts_with(kExec)) {
    child_ = std::make_unique<conformance::Child>(options.target.substr(kExec.size()));
    const std::optional<std::string> url = child_->WaitForUrl();
    if (!url) throw UnreachableError(options.target + ": printed no http:// URL");
    url_ = *url;
  } else if (options.target == "real") {
    url_ = conformance::RealUrl(options.region);
  } else if (!options.target.starts_with("http")) {
    throw conformance::ConfigError("--target is \"" + options.target +
                                   "\"; expected in-process, a URL, exec:CMD or real");
  }
  const conformance::ClientOptions client{.ca_file = options.ca_file};
  client_ = std::make_unique<conformance::HttpClient>(conformance::Origin::Parse(url_), client);
  if (conformance::IsLoopback(url_) && !options.live) TakeControl(apps);
  if (controlled_) return;
  if (apps > 1) {
    throw conformance::ConfigError(
        name_ +
        " has no control API to make apps with: it has the one app of the "
        "credentials, so neither --apps nor --isolation goes with it");
  }
  const Identity admin = conformance::Credentials(options);
  if (admin.identifier.empty() || (admin.key.empty() && admin.user_sig.empty())) {
    throw conformance::ConfigError(name_ +
                                   " has no control API to make an app with; set TIMOCK_SDKAPPID, "
                                   "TIMOCK_IDENTIFIER and TIMOCK_SECRET_KEY or TIMOCK_USERSIG");
  }
  secrets_.Add(admin.key, "$TIMOCK_SECRET_KEY");
  apps_ = {admin};
}

Endpoint::~Endpoint() {
  const conformance::InterruptShield shield;
  try {
    for (const Identity& app : apps_) {
      if (controlled_) Control("DELETE", "apps/" + std::to_string(app.sdkappid));
    }
  } catch (const std::exception&) {
    // The server has gone; there is nothing left to tidy up.
  }
}

int Endpoint::KeepingNames(const conformance::TargetOptions& options, std::ostream& out,
                           const std::function<int()>& body) {
  if (!conformance::IsLive(options) || !options.allow_writes) return body();
  conformance::TargetOptions same = options;
  same.target = url_;
  same.region.clear();
  same.rate = 0;
  same.live = true;
  const std::unique_ptr<conformance::Target> target = conformance::MakeTarget(same);
  return conformance::KeepingNames(*target, out, body);
}

void Endpoint::TakeControl(std::size_t apps) {
  const Reply health = client_->Send({.method = "GET", .target = "/_timock/health"});
  if (health.status == 0) throw UnreachableError(url_ + ": " + health.failure);
  const json answer = json::parse(health.body, nullptr, false);
  if (!answer.is_object() || answer.value("status", "") != "ready") return;
  controlled_ = true;
  for (std::size_t i = 0; i < apps; ++i) {
    const json app = Control("POST", "apps", json::object());
    apps_.push_back({app.at("sdkappid").get<std::uint32_t>(),
                     app.at("admins").at(0).get<std::string>(),
                     app.at("keys").at(0).get<std::string>()});
    secrets_.Add(apps_.back().key, "$TIMOCK_SECRET_KEY");
  }
}

json Endpoint::Control(const std::string& method, const std::string& path, const json& body) {
  const Reply reply = client_->Send({.method = method,
                                     .target = "/_timock/" + path,
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = body.is_null() ? "" : body.dump()});
  if (reply.status == 0) throw UnreachableError(url_ + ": " + reply.failure);
  if (reply.status / 100 != 2) {
    throw std::runtime_error(method + " /_timock/" + path + " is answered with HTTP status " +
                             std::to_string(reply.status) + ": " + reply.body);
  }
  return reply.body.empty() ? json::object() : json::parse(reply.body);
}

Outgoing Endpoint::Request(const PlannedRequest& request) {
  Identity who = apps_.at(request.app);
  if (request.kind == BodyKind::kNonAdmin) {
    if (who.key.empty()) {
      throw conformance::ConfigError(
          "--body-mix non-admin needs TIMOCK_SECRET_KEY to sign for somebody else");
    }
    who.identifier = "somebody";
    who.user_sig.clear();
  }
  const std::string user_sig = UserSigOf(who);
  secrets_.Add(user_sig, "$TIMOCK_USERSIG");
  return {
      .target = "/v4/all_member_push/im_set_attr_name?sdkappid=" + std::to_string(who.sdkappid) +
                "&identifier=" + conformance::PercentEncode(who.identifier) + "&usersig=" +
                conformance::PercentEncode(user_sig) + "&random=99999999&contenttype=json",
      .headers = {{"Content-Type", "application/json"}},
      .body = BodyOf(request.kind)};
}

std::string Endpoint::Message(const PlannedRequest& request) {
  return client_->Bytes(Request(request));
}

}  // namespace timock::load
