#include "timock/service.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/app_json.h"
#include "core/call.h"
#include "core/pipeline.h"
#include "core/redact.h"
#include "core/reply.h"
#include "endpoints/endpoints.h"
#include "timock/user_sig.h"

namespace timock {
namespace {

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                            (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' ||
                            c == '~' || c == '*';
    if (unreserved) {
      out.push_back(c);
    } else {
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

ThrottlePlan MakePlan(const ThrottleRule& rule, const Clock& clock) {
  return {.algorithm = rule.algorithm,
          .limit = rule.limit.value_or(1),
          .burst = rule.burst,
          .window_ns = std::chrono::nanoseconds{rule.window}.count(),
          .count_refused = rule.count_refused,
          .unix_minus_ticks_ns = (clock.Now().time_since_epoch() - clock.Ticks()).count()};
}

Error AppError(const App& app, const std::string& message) {
  return Error{"app " + std::to_string(app.sdkappid) + message};
}

}  // namespace

struct Service::Impl {
  explicit Impl(ServiceOptions from)
      : options(std::move(from)),
        clock(options.clock ? options.clock : std::make_shared<SystemClock>()),
        apps(options.max_apps),
        setting{.profile = options.profile.data(),
                .throttle_plan = MakePlan(options.profile.throttle(), *clock),
                .verify_user_sig = options.verify_user_sig,
                .max_body_bytes = options.max_body_bytes,
                .endpoints = ServedEndpoints(),
                .unserved_commands = UnservedCommands()} {
    WriteEnvelope(setting.profile, 0, ErrorInfoText(setting.profile, 0), {}, &success);
  }

  AppState* Find(std::uint32_t sdkappid) const {
    AppState* state = apps.Find(sdkappid);
    return state != nullptr && state->Config() != nullptr ? state : nullptr;
  }

  void Report(const CallEvent& event) const {
    if (options.on_call) options.on_call(event);
  }

  const ServiceOptions options;
  const std::shared_ptr<const Clock> clock;
  IdTable<AppState> apps;
  const Setting setting;
  std::string success;  // the reply of an accepted call without a payload
};

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Create(ServiceOptions options) {
  std::vector<App> apps = std::exchange(options.apps, {});
  std::unique_ptr<Service> service(new Service(std::make_unique<Impl>(std::move(options))));
  for (const App& app : apps) {
    if (service->FindApp(app.sdkappid)) {
      return AppError(app, "/sdkappid: this SDKAppID stands twice among the apps");
    }
    if (const Result<Done> put = service->PutApp(app); !put.ok()) return put.error();
  }
  return service;
}

HttpResponse Service::Handle(const HttpRequest& request) {
  std::array<HttpHeaderView, 16> few;
  std::vector<HttpHeaderView> many(request.headers.size() > few.size() ? request.headers.size()
                                                                       : 0);
  const std::span<HttpHeaderView> headers =
      many.empty() ? std::span(few).first(request.headers.size()) : std::span(many);
  std::transform(request.headers.begin(), request.headers.end(), headers.begin(),
                 [](const HttpHeader& header) {
                   return HttpHeaderView{header.name, header.value};
                 });
  HttpResponse response;
  Handle({.method = request.method,
          .target = request.target,
          .headers = headers,
          .body = request.body,
          .tls = request.tls},
         &response);
  return response;
}

void Service::Handle(const HttpRequestView& request, HttpResponse* response) {
  response->status = 200;  // P1
  response->close = false;
  // P6
  if (request.method == "HEAD" && SplitTarget(request.target).path == "/") {
    response->content_type.clear();
    response->body.clear();
    impl_->Report({.at = impl_->clock->Now(), .method = request.method});
    return;
  }
  Call call{.request = request,
            .setting = impl_->setting,
            .apps = impl_->apps,
            .now = impl_->clock->Now(),
            .tick = impl_->clock->Ticks()};
  RunPipeline(call);
  const ProfileData& profile = impl_->setting.profile;
  response->content_type = profile.content_type;
  response->close = call.close;
  if (call.code == 0 && call.payload.empty()) {
    response->body = impl_->success;
  } else {
    WriteEnvelope(profile, call.code,
                  call.error_info.empty() ? ErrorInfoText(profile, call.code) : call.error_info,
                  call.payload, &response->body);
  }
  if (!impl_->options.on_call) return;
  // A path that is no known command may hold anything, the query included.
  const std::string unknown_command = call.endpoint == nullptr ? Redacted(call.command) : "";
  impl_->Report({.at = call.now,
                 .method = request.method,
                 .command = call.endpoint != nullptr ? call.command : unknown_command,
                 .sdkappid = call.sdkappid,
                 .http_status = response->status,
                 .error_code = call.code,
                 .rule = call.rule,
                 .diagnoses = call.diagnoses});
}

void Service::RefuseMalformed(std::string_view reason, HttpResponse* response) {
  // P9
  const ProfileData& profile = impl_->setting.profile;
  response->status = 400;
  response->close = true;
  response->content_type = profile.content_type;
  WriteEnvelope(profile, kHttpParseError, ErrorInfoText(profile, kHttpParseError), {},
                &response->body);
  const Diagnosis diagnosis{"http_malformed", std::string(reason),
                            "send a valid HTTP message (RFC 9112)"};
  impl_->Report({.at = impl_->clock->Now(),
                 .http_status = response->status,
                 .error_code = kHttpParseError,
                 .rule = diagnosis.name,
                 .diagnoses = {&diagnosis, 1}});
}

void Service::RefuseProxy(std::string_view method, std::string_view target,
                          HttpResponse* response) {
  response->status = 403;
  response->close = true;
  response->content_type = "application/json";
  response->body =
      R"({"error":"timock: nothing leaves this machine through this proxy; it serves the documented )"
      R"(hosts of the REST API, HTTPS on port 443. Name all other hosts in NO_PROXY"})";
  const Diagnosis diagnosis{"proxy_refused",
                            std::string(method) + " " + std::string(target) +
                                ": no documented host (R11) at its usual port",
                            "name the host in NO_PROXY, or correct the host of the client"};
  impl_->Report({.at = impl_->clock->Now(),
                 .method = method,
                 .http_status = response->status,
                 .rule = diagnosis.name,
                 .diagnoses = {&diagnosis, 1}});
}

std::size_t Service::max_body_bytes() const { return impl_->options.max_body_bytes; }

Result<Done> Service::PutApp(const App& app) {
  if (const Result<Done> fits = CheckApp(app); !fits.ok()) {
    return AppError(app, fits.error().message);
  }
  AppState* state =
      impl_->apps.FindOrInsert(app.sdkappid, [] { return std::make_unique<AppState>(); });
  if (state == nullptr) {
    return AppError(app, ": the bound of " + std::to_string(impl_->options.max_apps) +
                             " apps is reached; raise max_apps");
  }
  state->Configure(app);
  return Done{};
}

bool Service::RemoveApp(std::uint32_t sdkappid) {
  AppState* state = impl_->apps.Find(sdkappid);
  return state != nullptr && state->Remove();
}

std::optional<App> Service::FindApp(std::uint32_t sdkappid) const {
  const AppState* state = impl_->apps.Find(sdkappid);
  const std::shared_ptr<const App> config = state != nullptr ? state->Config() : nullptr;
  if (!config) return {};
  App app = *config;
  app.names = state->Names();
  return app;
}

std::vector<App> Service::Apps() const {
  std::vector<App> all;
  impl_->apps.ForEach([&](std::uint32_t sdkappid, const AppState& /*state*/) {
    if (std::optional<App> app = FindApp(sdkappid)) all.push_back(*std::move(app));
  });
  return all;
}

AttrNames Service::Names(std::uint32_t sdkappid) const {
  const AppState* state = impl_->Find(sdkappid);
  return state != nullptr ? state->Names() : AttrNames{};
}

Result<Done> Service::SetNames(std::uint32_t sdkappid, const AttrNames& names) {
  std::optional<App> app = FindApp(sdkappid);
  if (!app) return Error{"there is no app " + std::to_string(sdkappid)};
  app->names = names;
  if (const Result<Done> fits = CheckApp(*app); !fits.ok()) {
    return AppError(*app, fits.error().message);
  }
  impl_->Find(sdkappid)->SetNames(names);
  return Done{};
}

Result<std::string> Service::Sign(std::uint32_t sdkappid, std::string_view identifier,
                                  std::chrono::seconds expire) const {
  const std::optional<App> app = FindApp(sdkappid);
  if (!app) return Error{"there is no app " + std::to_string(sdkappid) + " to sign for"};
  const auto now = std::chrono::floor<std::chrono::seconds>(impl_->clock->Now());
  return SignUserSig({.identifier = std::string(identifier),
                      .sdkappid = sdkappid,
                      .time = now.time_since_epoch().count(),
                      .expire = expire.count()},
                     app->keys.front());
}

Result<std::string> Service::Target(std::string_view command, std::uint32_t sdkappid,
                                    std::string_view identifier) const {
  const Result<std::string> user_sig = Sign(sdkappid, identifier);
  if (!user_sig.ok()) return user_sig.error();
  return "/v4/all_member_push/" + std::string(command) + "?sdkappid=" + std::to_string(sdkappid) +
         "&identifier=" + PercentEncode(identifier) + "&usersig=" + user_sig.value() +
         "&random=1&contenttype=json";
}

}  // namespace timock
