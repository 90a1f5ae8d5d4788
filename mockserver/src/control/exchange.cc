#include "control/exchange.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "json/json_pointer.h"

namespace timock::control {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view kJsonType = "application/json";

}  // namespace

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

void Exchange::Reply(const ordered_json& document, int status) {
  Answer(response, document, status);
}

void AddCommonHeaders(HttpResponse* response) {
  response->headers.push_back({"Cache-Control", "no-store"});
  response->headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (response->status != 401) return;
  // The second is for browsers, which ask for a password then.
  response->headers.push_back({"WWW-Authenticate", "Bearer realm=\"timock\""});
  response->headers.push_back({"WWW-Authenticate", "Basic realm=\"timock\", charset=\"UTF-8\""});
}

void Answer(HttpResponse* response, const ordered_json& document, int status) {
  AnswerText(response, status, kJsonType,
             document.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
}

Refusal Refuse(const Error& error) {
  const int status = error.code == Error::Code::kFull       ? 503
                     : error.code == Error::Code::kNotFound ? 404
                                                            : 400;
  Refusal refusal{.status = status, .message = error.message};
  if (status != 503) refusal.pointer = error.pointer;
  return refusal;
}

Refusal BadMember(std::string pointer, std::string message, int status) {
  return {.status = status, .message = std::move(message), .pointer = std::move(pointer)};
}

Refusal NotFound(std::string message) { return {.status = 404, .message = std::move(message)}; }

Outcome CheckMembers(const json& body, std::initializer_list<std::string_view> known) {
  std::string list;
  for (const std::string_view name : known) list.append(list.empty() ? "" : ", ").append(name);
  if (!body.is_object()) return BadMember("", "expected an object with the members " + list);
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return BadMember(JsonPointerBelow("", key), "unknown member; known here: " + list);
    }
  }
  return {};
}

Outcome ReadKnownApp(Exchange& exchange, std::uint32_t* out) {
  const std::string pointer = "/sdkappid";
  if (!exchange.body.contains("sdkappid")) {
    return BadMember(pointer, "missing; expected an SDKAppID");
  }
  const json& value = exchange.body["sdkappid"];
  if (!value.is_number_integer() || value < 0 || value > UINT32_MAX) {
    return BadMember(pointer, "expected a whole number from 0 to 4294967295");
  }
  *out = value.get<std::uint32_t>();
  if (exchange.service().FindApp(*out)) return {};
  return BadMember(pointer, "there is no app " + std::to_string(*out), 404);
}

}  // namespace timock::control
