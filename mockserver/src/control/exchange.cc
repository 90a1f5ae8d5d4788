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

// Whether `pointer` names a member of `document`, or one that its parent lacks.
bool Resolves(const json& document, std::string_view pointer) {
  const json* at = &document;
  while (!pointer.empty()) {
    if (!at->is_structured() || pointer[0] != '/') return false;
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    const std::string_view segment = pointer.substr(0, end);
    pointer.remove_prefix(end);
    const json* below = nullptr;
    for (const auto& [key, value] : at->items()) {
      if (JsonPointerBelow("", key) == segment) below = &value;
    }
    if (below == nullptr) return false;
    at = below;
  }
  return true;
}

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

Refusal BadBody(const json& body, const Error& error, const std::string& below) {
  const std::string& text = error.message;
  if (!text.starts_with('/') && !text.starts_with(": ")) return BadMember(below, text);
  // An unknown key may hold ": ", too, so the first one need not end the pointer.
  std::size_t end = text.find(": ");
  for (std::size_t next = end; next != std::string::npos; next = text.find(": ", next + 1)) {
    if (Resolves(body, text.substr(0, next))) {
      end = next;
      break;
    }
  }
  if (end == std::string::npos) return BadMember(below, text);
  return BadMember(below + text.substr(0, end), text.substr(end + 2));
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

Outcome RenameApp(json& object, const std::string& at) {
  if (!object.is_object() || !object.contains("app")) return {};
  if (object.contains("sdkappid")) {
    return BadMember(at + "/app", "expected either app or sdkappid; they mean the same");
  }
  object["sdkappid"] = std::move(object["app"]);
  object.erase("app");
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
