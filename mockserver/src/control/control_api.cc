#include "control/control_api.h"

#include <string>
#include <utility>

#include "control/access.h"
#include "control/exchange.h"
#include "control/routes.h"
#include "core/mutex.h"
#include "core/target.h"
#include "json/strict_json.h"

namespace timock {
namespace {

using control::Exchange;
using control::Outcome;
using control::Refusal;
using control::Route;

// The routes of one path, and what its {} stood for.
struct Place {
  std::string_view pattern;
  std::string_view value = {};
};

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

Outcome ReadQuery(const Route& route, std::string_view query, Exchange* exchange) {
  exchange->query = control::QueryParameters(query);
  if (auto bad = exchange->query.FirstBad(route.query)) {
    return Refusal{.message = std::move(bad->second), .parameter = std::move(bad->first)};
  }
  return {};
}

Outcome ReadBody(const Route& route, Exchange* exchange) {
  const std::string_view text = exchange->request.body;
  if (exchange->request.body_too_large || text.size() > kMaxControlBody) {
    return Refusal{.status = 413,
                   .message = "the body is larger than " + std::to_string(kMaxControlBody) +
                              " bytes, the most that a control request may have"};
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
  if (!body.ok()) return Refusal{.message = body.error().message + "; expected strict JSON"};
  exchange->body = std::move(body).value();
  return {};
}

}  // namespace

struct ControlApi::Impl {
  control::Surroundings around;
  Mutex changing;  // so that a change that reads first is one step

  Outcome Handle(Exchange* exchange);
  Outcome Carry(const Route& route, Exchange* exchange) {
    if (!route.mutates) return route.handler(*exchange);
    const MutexLock lock(changing);
    return route.handler(*exchange);
  }
};

Outcome ControlApi::Impl::Handle(Exchange* exchange) {
  const HttpRequestView& request = exchange->request;
  const Target target = SplitTarget(request.target);
  const std::string_view path = target.path.substr(control::kRoot.size());
  const std::optional<Place> place = FindPlace(path);
  const Route* const route = place ? FindRoute(place->pattern, request.method) : nullptr;
  if (route == nullptr || !route->open) {
    const bool mutates = route == nullptr || route->mutates;
    if (Outcome refused = control::CheckAccess(around.server, request, target.authority, mutates)) {
      return refused;
    }
  }
  if (path.empty()) {  // The page's own links are relative to the path with a slash.
    exchange->response->headers.push_back({"Location", std::string(control::kRoot) + "/"});
    control::AnswerText(exchange->response, 308, "text/plain", "");
    return {};
  }
  if (!place) {
    return control::NotFound("there is nothing at " + std::string(target.path.substr(0, 200)) +
                             "; GET " + std::string(control::kRoot) +
                             "/openapi.json lists what is");
  }
  if (route == nullptr) {
    const std::string allowed = AllowedMethods(place->pattern);
    exchange->response->headers.push_back({"Allow", allowed});
    return Refusal{.status = 405,
                   .message = std::string(request.method.substr(0, 20)) +
                              " is not served here; expected one of " + allowed};
  }
  exchange->path_value = DecodedValue(place->value).text();
  if (Outcome refused = ReadQuery(*route, target.query, exchange)) return refused;
  if (Outcome refused = ReadBody(*route, exchange)) return refused;
  return Carry(*route, exchange);
}

ControlApi::ControlApi(Service& service, ServerView server)
    : impl_(new Impl{.around = {.service = service, .server = std::move(server)}, .changing = {}}) {
}

ControlApi::~ControlApi() = default;

bool ControlApi::Owns(std::string_view target) {
  const std::string_view path = SplitTarget(target).path;
  return path.starts_with(control::kRoot) &&
         (path.size() == control::kRoot.size() || path[control::kRoot.size()] == '/');
}

std::unique_ptr<DeferredAnswer> ControlApi::Handle(const HttpRequestView& request, Tick now,
                                                   HttpResponse* response) {
  *response = {};
  Exchange exchange{.around = impl_->around, .request = request, .now = now, .response = response};
  if (const Outcome refused = impl_->Handle(&exchange)) {
    control::AnswerRefusal(response, *refused);
  }
  control::AddCommonHeaders(response);
  return std::move(exchange.deferred);
}

}  // namespace timock
