#include "timock/service.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "apps/app_fields.h"
#include "apps/hosts.h"
#include "base/ticks.h"
#include "calls/checks.h"
#include "calls/endpoints.h"
#include "calls/reply.h"
#include "faults/fault_answer.h"
#include "service/service_impl.h"
#include "text/redact.h"
#include "text/url.h"
#include "timock/error_code.h"
#include "timock/user_sig.h"

namespace timock {
namespace {

constexpr std::chrono::seconds kMaxExpire{9'000'000'000};

ThrottlePlan MakePlan(const ThrottleRule& rule, const Moment& moment, std::uint64_t generation) {
  return {.algorithm = rule.algorithm,
          .limit = rule.limit.value_or(1),
          .burst = rule.burst,
          .window_ns = std::chrono::nanoseconds{rule.window}.count(),
          .count_refused = rule.count_refused,
          .unix_minus_ticks_ns =
              SubtractBounded(moment.now.time_since_epoch().count(), moment.tick.count()),
          .generation = generation};
}

Error InApp(const App& app, Error error) {
  error.message += " (app " + std::to_string(app.sdkappid) + ")";
  return error;
}

/// Whether the text of an answer is our own wording.
bool AssumedText(const Decision& decision) {
  if (decision.profile.error_info.contains(decision.code)) return false;
  const ErrorCodeInfo* row = FindErrorCode(decision.code);
  if (row == nullptr) return true;
  return (decision.error_info.empty() ? row->mark : row->template_mark) == "A";
}

/// Writes the response to a call, and what a fault leaves of it. Returns the ErrorCode that it
/// holds.
std::optional<int> WriteReply(Decision& decision, const std::string& success, const FaultHit* fault,
                              HttpResponse* response) {
  const ProfileData& profile = decision.profile;
  response->content_type = profile.content_type;
  response->close = decision.close;
  if (fault == nullptr) {
    decision.DependOn(AssumedMember::kContentType);
    if (AssumedText(decision)) decision.DependOn(AssumedMember::kErrorInfo);
  }
  if (fault == nullptr && decision.code == 0 && decision.payload.empty()) {
    response->body = success;
    return decision.code;
  }
  if (decision.error_info.empty()) decision.error_info = ErrorInfoText(profile, decision.code);
  if (fault != nullptr) {
    return WriteFaultedAnswer(*fault, profile,
                              {decision.code, decision.error_info, decision.payload}, response);
  }
  WriteEnvelope(profile, decision.code, decision.error_info, decision.payload, &response->body);
  return decision.code;
}

/// What the exception that is being handled says.
std::string ExceptionText() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is not a std::exception";
  }
}

}  // namespace

Service::Impl::Impl(ServiceOptions from)
    : options(std::move(from)), journal(options.journal, [this](std::uint32_t sdkappid) {
        return apps.Find(sdkappid) != nullptr;
      }) {}

void Service::Impl::Use(const Profile& profile, bool verify_user_sig,
                        const ControlledClock& clock) {
  const ProfileData& data = profile.data();
  const std::shared_ptr<const Snapshot> old = Current();
  const bool same_rule = old && old->calls.profile.throttle == data.throttle;
  const auto next = std::make_shared<Snapshot>(Snapshot{
      .calls = {.owner = profile,
                .profile = data,
                .throttle_plan = same_rule
                                     ? old->calls.throttle_plan
                                     : MakePlan(data.throttle, clock.Read(), ++plan_generation),
                .verify_user_sig = verify_user_sig,
                .max_body_bytes = options.max_body_bytes,
                .endpoints = ServedEndpoints(),
                .unserved_commands = UnservedCommands()},
      .clock = clock});
  WriteEnvelope(data, 0, ErrorInfoText(data, 0), {}, &next->calls.success);
  const MutexLock lock(snapshot_mutex);
  snapshot = next;
}

void Service::Impl::Record(const CallRecord& record) {
  counters.Count(record.served ? record.command : std::string_view(), record.error_code,
                 record.duration, record.admitted);
  if (options.journal.enabled) journal.Append(record);
  if (!options.on_call) return;
  options.on_call({.at = record.at,
                   .method = record.request.method,
                   .command = record.command,
                   .sdkappid = record.sdkappid,
                   .http_status = record.response.status,
                   .error_code = record.error_code,
                   .rule = record.rule,
                   .fault = record.fault,
                   .diagnoses = record.diagnoses});
}

Service::Service(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Service::~Service() = default;

Result<std::unique_ptr<Service>> Service::Create(ServiceOptions options) {
  std::vector<App> apps = std::exchange(options.apps, {});
  std::unique_ptr<Service> service(new Service(std::make_unique<Impl>(std::move(options))));
  Impl& impl = *service->impl_;
  ControlledClock clock = impl.FirstClock();
  if (const Result<Done> set = clock.Set(impl.options.clock_setting); !set) {
    return Error{"clock_setting: " + set.error().Text()};
  }
  const MutexLock lock(impl.control_mutex);
  impl.Use(impl.options.profile, impl.options.verify_user_sig, clock);
  for (const App& app : apps) {
    if (impl.apps.Find(app.sdkappid) != nullptr) {
      return InApp(app, Error{"duplicate SDKAppID", "/sdkappid"});
    }
    if (const Result<Done> fits = CheckApp(app); !fits) return InApp(app, fits.error());
    if (const Result<Done> put = impl.Put(app); !put) return put.error();
  }
  impl.first_apps = std::move(apps);
  return service;
}

void Service::AnswerException(HttpResponse* response) noexcept {
  impl_->AnswerException({}, response);
}

void Service::Impl::AnswerException(const HttpRequestView& request,
                                    HttpResponse* response) noexcept {
  exceptions.fetch_add(1, std::memory_order_relaxed);
  // What needs no memory comes first, and stays should there be none.
  response->status = 500;
  response->close = true;
  response->content_type.clear();
  response->body.clear();
  response->headers.clear();
  response->fault.reset();
  try {
    const std::string what = Redacted(ExceptionText());
    std::string type = "application/json";
    std::string body = R"({"error":{"message":)";
    AppendJsonString("timock: an exception ended this request: " + what, &body);
    body += "}}";
    response->content_type.swap(type);
    response->body.swap(body);
    const Diagnosis diagnosis{"exception", what,
                              "if on_call threw it, correct on_call; otherwise report a bug of "
                              "timock, with this request"};
    Record({.at = Current()->clock.Read().now,
            .request = request,
            .response = *response,
            .error_code = std::nullopt,
            .rule = diagnosis.name,
            .diagnoses = {&diagnosis, 1}});
  } catch (...) {  // no memory, or on_call again: it was counted, and more cannot be done
  }
}

HttpResponse Service::Handle(const HttpRequest& request) try {
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
} catch (...) {
  HttpResponse response;
  impl_->AnswerException({.method = request.method, .target = request.target}, &response);
  return response;
}

/// With the catch of this door. What the exception left undone is not repaired: the call may have
/// been carried out, and have a record besides the one of the exception.
void Service::Handle(const HttpRequestView& request, HttpResponse* response) try {
  const std::shared_ptr<const Snapshot> snapshot = impl_->Current();
  const CallSettings& settings = snapshot->calls;
  Call call = ParseCall(request, settings, snapshot->clock.Read());
  response->status = 200;  // P1
  response->close = false;
  response->headers.clear();
  response->fault.reset();
  const auto duration = [&] { return snapshot->clock.RealTicks() - call.at.real; };
  // P6
  if (request.method == "HEAD" && call.target.path == "/") {
    response->content_type.clear();
    response->body.clear();
    return impl_->Record({.at = call.at.now,
                          .duration = duration(),
                          .request = request,
                          .response = *response,
                          .error_code = std::nullopt});
  }
  Decision decision{.profile = settings.profile};
  std::optional<FaultHit> fault;
  if (call.endpoint != nullptr) fault = impl_->faults.Apply(call);
  if (fault && AnswersItself(fault->action)) {
    Identify(call, impl_->apps, decision);
  } else {
    Decide(call, impl_->apps, decision);
  }
  if (fault) decision.diagnoses.push_back(DescribeFault(*fault, settings.profile));
  const std::optional<int> answered =
      WriteReply(decision, settings.success, fault ? &*fault : nullptr, response);
  const bool served = call.endpoint != nullptr && !decision.command.empty();
  // A path that is no known command may hold anything, the query included.
  const std::string unknown_command = served ? "" : Redacted(decision.command);
  impl_->Record({.at = call.at.now,
                 .duration = duration(),
                 .request = request,
                 .response = *response,
                 .command = served ? decision.command : unknown_command,
                 .served = served,
                 .sdkappid = decision.sdkappid,
                 .error_code = answered,
                 .admitted = decision.admitted,
                 .rule = decision.rule,
                 .fault = fault ? std::string_view(fault->id) : std::string_view(),
                 .diagnoses = decision.diagnoses,
                 .assumptions = decision.assumptions});
} catch (...) {
  impl_->AnswerException(request, response);
}

void Service::RefuseMalformed(std::string_view reason, HttpResponse* response) {
  // P9
  const std::shared_ptr<const Snapshot> snapshot = impl_->Current();
  const ProfileData& profile = snapshot->calls.profile;
  *response = {.status = 400, .content_type = profile.content_type, .close = true};
  WriteEnvelope(profile, kHttpParseError, ErrorInfoText(profile, kHttpParseError), {},
                &response->body);
  const Diagnosis diagnosis{"http_malformed", std::string(reason),
                            "send a valid HTTP message (RFC 9112)"};
  impl_->Record({.at = snapshot->clock.Read().now,
                 .request = {},
                 .response = *response,
                 .error_code = kHttpParseError,
                 .rule = diagnosis.name,
                 .diagnoses = {&diagnosis, 1}});
}

void Service::RefuseProxy(std::string_view method, std::string_view target,
                          HttpResponse* response) {
  // Another host's path and query are none of our business, and may hold its secrets.
  const std::string_view authority = SplitTarget(target).authority;
  const std::string shown = authority.empty() ? RedactedTarget(target) : std::string(authority);
  // NO_PROXY would lead a call to the vendor.
  const bool vendor = IsVendorHost(std::string_view(shown).substr(0, shown.find(':')));
  const Diagnosis diagnosis{
      "proxy_refused",
      std::string(method) + " " + shown + ": no documented host (R11) at its usual port",
      vendor ? "correct the client's host and port, or bring the host here with --extra-host"
             : "send a host of the API here with --extra-host; list any other one in "
               "NO_PROXY"};
  *response = {.status = 403, .content_type = "application/json", .close = true};
  response->body = R"({"error":"timock: nothing leaves this machine through this proxy: )" +
                   diagnosis.remedy + R"("})";
  impl_->Record({.at = impl_->Current()->clock.Read().now,
                 .request = {.method = method, .target = shown},
                 .response = *response,
                 .error_code = std::nullopt,
                 .rule = diagnosis.name,
                 .diagnoses = {&diagnosis, 1}});
}

std::size_t Service::max_body_bytes() const { return impl_->options.max_body_bytes; }

Error Service::Impl::NoApp(std::uint32_t sdkappid) {
  return {.message = "there is no app " + std::to_string(sdkappid), .code = Error::Code::kNotFound};
}

Error Service::Impl::TooManyApps() const {
  return Error{.message = "the bound of " + std::to_string(options.max_apps) +
                          " apps is reached; remove some, or raise max_apps (--max-apps)",
               .code = Error::Code::kFull};
}

Result<Done> Service::Impl::Put(const App& app, const std::optional<ControlledClock>& base) {
  if (apps.Find(app.sdkappid) == nullptr && apps.size() >= options.max_apps) {
    return TooManyApps();
  }
  apps.Put(app.sdkappid, std::make_shared<AppState>(app, base.value_or(Current()->clock)));
  return Done{};
}

bool Service::Impl::Remove(std::uint32_t sdkappid) {
  if (apps.Erase(sdkappid) == nullptr) return false;
  faults.RemoveOf(sdkappid);
  if (sdkappid >= next_sdkappid) removed_ahead.insert(sdkappid);
  if (removed_ahead.size() > kMaxRemovedAhead) removed_ahead.erase(std::prev(removed_ahead.end()));
  return true;
}

std::vector<App> Service::Impl::AllApps() const {
  std::vector<App> all;
  for (const auto& [id, state] : apps.All()) all.push_back(state->Snapshot());
  return all;
}

Result<Done> Service::PutApp(const App& app) {
  if (const Result<Done> fits = CheckApp(app); !fits.ok()) {
    return InApp(app, fits.error());
  }
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const AppState> present = impl_->apps.Find(app.sdkappid);
  if (present == nullptr) return impl_->Put(app);
  return impl_->Put(app, present->Clock(impl_->Current()->clock));
}

bool Service::RemoveApp(std::uint32_t sdkappid) {
  const MutexLock lock(impl_->control_mutex);
  return impl_->Remove(sdkappid);
}

std::optional<App> Service::FindApp(std::uint32_t sdkappid) const {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const AppState> state = impl_->apps.Find(sdkappid);
  if (!state) return {};
  return state->Snapshot();
}

std::vector<App> Service::Apps() const {
  const MutexLock lock(impl_->control_mutex);
  return impl_->AllApps();
}

AttrNames Service::Names(std::uint32_t sdkappid) const {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const AppState> state = impl_->apps.Find(sdkappid);
  return state ? state->Snapshot().names : AttrNames{};
}

Result<Done> Service::SetNames(std::uint32_t sdkappid, const AttrNames& names) {
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<AppState> state = impl_->apps.Find(sdkappid);
  if (!state) return Impl::NoApp(sdkappid);
  App app = state->config();
  app.names = names;
  if (const Result<Done> fits = CheckApp(app); !fits.ok()) {
    return InApp(app, fits.error());
  }
  state->SetNames(names);
  return Done{};
}

Result<std::string> Service::Sign(std::uint32_t sdkappid, std::string_view identifier,
                                  std::chrono::seconds expire) const {
  if (identifier.empty()) {
    return Error{"expected the identifier to sign for, a string", "/identifier"};
  }
  if (expire < -kMaxExpire || expire > kMaxExpire) {
    return Error{"expected whole seconds, -9000000000 to 9000000000", "/expire"};
  }
  const MutexLock lock(impl_->control_mutex);
  const std::shared_ptr<const AppState> app = impl_->apps.Find(sdkappid);
  if (!app) return Impl::NoApp(sdkappid).Below("/sdkappid");
  const auto now = std::chrono::floor<std::chrono::seconds>(impl_->MomentOf(*app).now);
  std::string user_sig = SignUserSig({.identifier = std::string(identifier),
                                      .sdkappid = sdkappid,
                                      .time = now.time_since_epoch().count(),
                                      .expire = expire.count()},
                                     app->config().keys.front());
  if (std::holds_alternative<UserSigDefect>(DecodeUserSig(user_sig))) {
    return Error{"too long for a UserSig", "/identifier"};
  }
  return user_sig;
}

Result<std::string> Service::Target(std::string_view command, std::uint32_t sdkappid,
                                    std::string_view identifier) const {
  const Result<std::string> user_sig = Sign(sdkappid, identifier);
  if (!user_sig.ok()) return user_sig.error();
  std::string path = command.find('/') == std::string_view::npos ? "/v4/all_member_push/" : "/v4/";
  return path.append(command) + '?' + SignedQuery(sdkappid, identifier, user_sig.value());
}

}  // namespace timock
