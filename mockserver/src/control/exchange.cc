#include "control/exchange.h"

#include <algorithm>

#include "json/strict_json.h"
#include "text/url.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

std::string Decoded(std::string_view raw) {
  return std::string(DecodedValue(raw, Plus::kIsSpace).text());
}

// Cuts what is before `separator` off `*text`, and the separator.
std::string_view TakeUntil(char separator, std::string_view* text) {
  const std::size_t end = std::min(text->find(separator), text->size());
  const std::string_view taken = text->substr(0, end);
  text->remove_prefix(std::min(end + 1, text->size()));
  return taken;
}

bool IsListed(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    if (TakeUntil(' ', &list) == name) return true;
  }
  return false;
}

}  // namespace

QueryParameters::QueryParameters(std::string_view query) {
  while (!query.empty()) {
    std::string_view value = TakeUntil('&', &query);
    if (value.empty()) continue;
    const std::string_view name = TakeUntil('=', &value);
    values_.emplace_back(Decoded(name), Decoded(value));
  }
}

const std::string* QueryParameters::Find(std::string_view name) const {
  for (const auto& [key, value] : values_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::optional<Refusal> QueryParameters::Check(std::string_view known) const {
  for (const auto& [name, value] : values_) {
    if (!IsListed(known, name)) {
      return Refusal{.message = known.empty()
                                    ? "unknown parameter; this route has none"
                                    : "unknown parameter; expected one of " + std::string(known),
                     .parameter = name};
    }
    if (&value != Find(name)) {
      return Refusal{.message = "is given more than once; expected it once", .parameter = name};
    }
  }
  return {};
}

std::optional<Refusal> Exchange::Reply(const ordered_json& document, int status) {
  Answer(response, document, status);
  return {};
}

void Answer(HttpResponse* response, const ordered_json& document, int status) {
  AnswerText(response, status, "application/json", JsonText(document) + "\n");
}

void AnswerText(HttpResponse* response, int status, std::string_view content_type,
                std::string body) {
  response->status = status;
  response->content_type = content_type;
  response->body = std::move(body);
}

void AnswerRefusal(HttpResponse* response, const Refusal& refusal) {
  ordered_json error = {{"message", refusal.message}};
  if (refusal.pointer) error["pointer"] = *refusal.pointer;
  if (!refusal.parameter.empty()) error["parameter"] = refusal.parameter;
  Answer(response, {{"error", error}}, refusal.status);
}

void AddCommonHeaders(HttpResponse* response) {
  response->headers.push_back({"Cache-Control", "no-store"});
  response->headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (response->status != 401) return;
  // The second is for browsers, which ask for a password then.
  response->headers.push_back({"WWW-Authenticate", "Bearer realm=\"timock\""});
  response->headers.push_back({"WWW-Authenticate", "Basic realm=\"timock\", charset=\"UTF-8\""});
}

Refusal Refuse(const Error& error) {
  const int status = error.code == Error::Code::kFull       ? 503
                     : error.code == Error::Code::kNotFound ? 404
                                                            : 400;
  Refusal refusal{.status = status, .message = error.message};
  if (status != 503) refusal.pointer = error.pointer;
  return refusal;
}

Refusal NotFound(std::string message) { return {.status = 404, .message = std::move(message)}; }

std::optional<Refusal> CheckKnownApp(const Exchange& exchange,
                                     const std::optional<std::uint32_t>& sdkappid) {
  if (!sdkappid) return Refuse({"missing; expected an SDKAppID", "/sdkappid"});
  if (exchange.service().FindApp(*sdkappid)) return {};
  return Refusal{.status = 404,
                 .message = "there is no app " + std::to_string(*sdkappid),
                 .pointer = "/sdkappid"};
}

}  // namespace timock::control
