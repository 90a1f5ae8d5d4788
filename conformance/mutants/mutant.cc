#include "mutant.h"

#include <algorithm>
#include <map>
#include <utility>

#include "text/url.h"

namespace timock::mutants {
namespace {

constexpr const char* kSetter = "im_set_attr_name";

void HandleBody(Service& service, HttpRequestView request, const std::string& body,
                HttpResponse* response) {
  request.body = body;
  service.Handle(request, response);
}

/// The AttrNames of a call that has some; null otherwise.
Json* NamesIn(Json& body) {
  if (!body.is_object() || !body.contains("AttrNames")) return nullptr;
  Json& names = body["AttrNames"];
  return names.is_object() ? &names : nullptr;
}

Json Parsed(const HttpRequestView& request) {
  if (SubjectOf(request).command != kSetter) return {};
  return Json::parse(request.body, nullptr, false);
}

}  // namespace

Subject SubjectOf(const HttpRequestView& request) {
  const Target target = SplitTarget(request.target);
  const Query query = ReadQuery(target.query);
  const std::string_view command = CommandOf(target.path);
  const DecodedValue sdkappid(query[Parameter::kSdkappid]);
  const DecodedValue identifier(query[Parameter::kIdentifier]);
  return {std::string(command.substr(command.find('/') + 1)),
          ReadUint32(sdkappid.text()).value_or(0), std::string(identifier.text())};
}

int CodeOf(const HttpResponse& response) {
  const Json envelope = Json::parse(response.body, nullptr, false);
  return envelope.is_object() ? envelope.value("ErrorCode", -1) : -1;
}

void Refuse(int code, HttpResponse* response) {
  const Json envelope = {
      {"ActionStatus", "FAIL"}, {"ErrorCode", code}, {"ErrorInfo", "refused by a mutant"}};
  *response = {.content_type = "application/json", .body = envelope.dump()};
}

void HandleAs(Service& service, const HttpRequestView& request, const std::string& identifier,
              HttpResponse* response) {
  const Subject subject = SubjectOf(request);
  const Result<std::string> target = service.Target(subject.command, subject.sdkappid, identifier);
  if (!target.ok()) return;
  HttpRequestView again = request;
  again.target = target.value();
  service.Handle(again, response);
}

CallHandler OnEnvelope(std::function<void(Json& envelope)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    service.Handle(request, response);
    Json envelope = Json::parse(response->body, nullptr, false);
    if (!envelope.is_object()) return;
    change(envelope);
    response->body = envelope.dump();
  };
}

CallHandler OnBody(std::function<std::string(std::string_view body)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    if (SubjectOf(request).command != kSetter) return service.Handle(request, response);
    HandleBody(service, request, change(request.body), response);
  };
}

CallHandler OnNames(std::function<void(Json& names)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    Json body = Parsed(request);
    Json* const names = NamesIn(body);
    if (names == nullptr) return service.Handle(request, response);
    const Json before = *names;
    change(*names);
    if (*names == before) return service.Handle(request, response);
    HandleBody(service, request, body.dump(), response);
  };
}

CallHandler CheckNamesAs(std::function<Json(const Json& name)> change) {
  return [change = std::move(change)](Service& service, const HttpRequestView& request,
                                      HttpResponse* response) {
    Json body = Parsed(request);
    Json* const names = NamesIn(body);
    if (names == nullptr) return service.Handle(request, response);
    AttrNames true_names;
    for (const auto& [key, name] : names->items()) {
      Json checked = change(name);
      if (checked == name) continue;
      const std::optional<std::uint32_t> slot = ReadUint32(key);
      if (slot) {
        true_names[static_cast<int>(*slot)] =
            name.is_string() ? name.get<std::string>() : name.dump();
      }
      name = std::move(checked);
    }
    if (true_names.empty()) return service.Handle(request, response);
    HandleBody(service, request, body.dump(), response);
    if (CodeOf(*response) != 0) return;
    const std::uint32_t sdkappid = SubjectOf(request).sdkappid;
    AttrNames stored = service.Names(sdkappid);
    for (auto& [slot, name] : true_names) stored[slot] = name;
    static_cast<void>(service.SetNames(sdkappid, stored));
  };
}

CallHandler AcceptsWhat(int code, Condition wrongly) {
  return [code, wrongly = std::move(wrongly)](Service& service, const HttpRequestView& request,
                                              HttpResponse* response) {
    service.Handle(request, response);
    const Subject subject = SubjectOf(request);
    if (CodeOf(*response) != code || !wrongly(service, subject, request)) return;
    const std::optional<App> app = service.FindApp(subject.sdkappid);
    if (!app) return;
    // The admin check comes after those of the UserSig, and still holds for what passes them.
    constexpr int kNotAdmin = 90'009;
    const bool as_admin = code == kNotAdmin;
    HandleAs(service, request, as_admin ? app->admins.front() : subject.identifier, response);
  };
}

}  // namespace timock::mutants
