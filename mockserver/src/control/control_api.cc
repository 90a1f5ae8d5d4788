#include "control/control_api.h"

#include <string>
#include <utility>

#include "base/mutex.h"
#include "control/exchange.h"
#include "control/routes.h"
#include "json/strict_json.h"
#include "text/url.h"

namespace timock {
namespace {

using control::Exchange;
using control::Refusal;
using control::Route;

// The pattern of some routes, and the segment that its {name} matches.
struct Place {
  std::string_view pattern;
  std::string_view value = {};
};

// The part of a path below the root; empty for any other path.
std::optional<std::string_view> BelowRoot(std::string_view path) {
  if (!path.starts_with(control::kRoot)) return {};
  path.remove_prefix(control::kRoot.size());
  if (!path.empty() && path[0] != '/') return {};
  if (path.size() > 1 && path.ends_with('/') && !path.ends_with("//")) path.remove_suffix(1);
  return path;
}

std::optional<Place> FindPlace(std::string_view path) {
  for (const Route& route : control::Routes()) {
    Place place{.pattern = route.path};
    if (control::PathFits(route.path, path, &place.value)) return place;
  }
  return {};
}

const Route* FindRoute(std::string_view pattern, std::string_view method) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : control::Routes()) {
    if (route.path == pattern && route.method == wanted) return &route;
  }
  return nullptr;
}

std::string AllowedMethods(std::string_view pattern) {
  std::string allowed;
  for (const Route& route : control::Routes()) {
    if (route.path != pattern) continue;
    allowed.append(allowed.empty() ? "" : ", ").append(route.method);
    if (route.method == "GET") allowed += ", HEAD";
  }
  return allowed;
}

std::optional<Refusal> ReadBody(const Route& route, Exchange* exchange) {
  const std::string_view text = exchange->request.body;
  const std::size_t max =
      route.body == control::BodyRule::kLarge ? kMaxControlBody : control::kMaxSmallBody;
  if (exchange->request.body_too_large || text.size() > max) {
    return Refusal{.status = 413,
                   .message = "the body is larger than " + std::to_string(max) +
                              " bytes, the maximum of this route"};
  }
  if (route.body == control::BodyRule::kNone) {
    if (text.empty()) return {};
    return Refusal{.message = "this route takes no body; expected an empty one"};
  }
  if (text.empty()) {
    if (route.body == control::BodyRule::kOptional) return {};
    return Refusal{.message = "the body is empty; expected JSON"};
  }
  Result<nlohmann::json> body = ParseStrictJson(text);
  if (!body.ok()) return Refusal{.message = body.error().Text() + "; expected strict JSON"};
  exchange->body = std::move(body).value();
  return {};
}

// Whether a request names the app that it is about, as a filter, a fault's match or by itself.
bool NamesApp(const Exchange& exchange) {
  if (exchange.query.Find("sdkappid") != nullptr) return true;
  const nlohmann::json& body = exchange.body;
  return body.is_object() &&
         (body.contains("sdkappid") || (body.contains("match") && body["match"].is_object() &&
                                        body["match"].contains("sdkappid")));
}

// Whether a person who opens this in a browser means the page; "/" on a port of the API's own.
bool IsPage(const Target& target) {
  return target.path == "/" || target.path == control::kRoot || BelowRoot(target.path) == "/";
}

// The catch of this door for an answer that is not whole yet.
class GuardedAnswer final : public DeferredAnswer {
 public:
  GuardedAnswer(Service& service, std::unique_ptr<DeferredAnswer> answer)
      : service_(service), answer_(std::move(answer)) {}

  State Poll(Tick now, HttpResponse* response) override {
    try {
      return answer_->Poll(now, response);
    } catch (...) {
      service_.AnswerException(response);
      if (!stream()) return State::kReady;
      response->body.clear();  // no event
      return State::kOver;
    }
  }

  bool stream() const override { return answer_->stream(); }

 private:
  Service& service_;
  const std::unique_ptr<DeferredAnswer> answer_;
};

}  // namespace

struct ControlApi::Impl {
  control::ControlContext context;
  Mutex changing;  // so that a change that reads first is one step

  std::optional<Refusal> Handle(Exchange* exchange);
  std::optional<Refusal> Carry(const Route& route, Exchange* exchange) {
    if (!route.mutates) return route.handler(*exchange);
    const MutexLock lock(changing);
    return route.handler(*exchange);
  }
};

std::optional<Refusal> ControlApi::Impl::Handle(Exchange* exchange) {
  const HttpRequestView& request = exchange->request;
  const Target target = SplitTarget(request.target);
  const std::optional<std::string_view> path = BelowRoot(target.path);
  const std::optional<Place> place = path ? FindPlace(*path) : std::nullopt;
  const Route* const route = place ? FindRoute(place->pattern, request.method) : nullptr;
  if (route == nullptr || !route->open()) {
    if (std::optional<Refusal> refused =
            control::CheckAccess(context.server, request, target.authority, IsPage(target))) {
      return refused;
    }
  }
  // The page's own links are relative to the path with a slash.
  if (IsPage(target) && path != "/") {
    exchange->response->headers.push_back({"Location", std::string(control::kRoot) + "/"});
    control::AnswerText(exchange->response, 308, "text/plain", "");
    return {};
  }
  if (!place) {
    return control::NotFound("nothing is at " + std::string(target.path.substr(0, 200)) + "; GET " +
                             std::string(control::kRoot) + "/openapi.json lists the routes");
  }
  if (route == nullptr) {
    const std::string allowed = AllowedMethods(place->pattern);
    exchange->response->headers.push_back({"Allow", allowed});
    return Refusal{.status = 405,
                   .message = std::string(request.method.substr(0, 20)) +
                              " is not served here; expected one of " + allowed};
  }
  exchange->path_value = DecodedValue(place->value).text();
  exchange->query = control::QueryParameters(target.query);
  if (std::optional<Refusal> refused = exchange->query.Check(route->query)) return refused;
  if (std::optional<Refusal> refused = ReadBody(*route, exchange)) return refused;
  if (context.server.shared && !route->instead.empty() && !NamesApp(*exchange)) {
    return Refusal{.status = 403,
                   .message =
                       "this server is shared (--shared), and this would touch the apps of "
                       "others; " +
                       std::string(route->instead)};
  }
  return Carry(*route, exchange);
}

ControlApi::ControlApi(Service& service, ServerView server)
    : impl_(
          new Impl{.context = {.service = service, .server = std::move(server)}, .changing = {}}) {}

ControlApi::~ControlApi() = default;

bool ControlApi::Owns(std::string_view target) {
  // Only an absolute form has to be taken apart to see where its path begins.
  const std::string_view path = target.starts_with('/') ? target : SplitTarget(target).path;
  return BelowRoot(path.substr(0, path.find('?'))).has_value();
}

std::unique_ptr<DeferredAnswer> ControlApi::Handle(const HttpRequestView& request, Tick now,
                                                   HttpResponse* response) {
  try {
    *response = {};
    Exchange exchange{
        .context = impl_->context, .request = request, .now = now, .response = response};
    if (const std::optional<Refusal> refused = impl_->Handle(&exchange)) {
      control::AnswerRefusal(response, *refused);
    }
    control::AddCommonHeaders(response);
    if (exchange.deferred == nullptr) return nullptr;
    return std::make_unique<GuardedAnswer>(impl_->context.service, std::move(exchange.deferred));
  } catch (...) {  // of this door
    impl_->context.service.AnswerException(response);
    return nullptr;
  }
}

}  // namespace timock
