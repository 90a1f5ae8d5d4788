#include <string>

#include "calls/checks.h"
#include "calls/endpoints.h"
#include "calls/reply.h"
#include "json/strict_json.h"

namespace timock {
namespace {

class IgnoredJson final : public JsonEvents {
 public:
  void OnNull() override {}
  void OnBool(bool /*value*/) override {}
  void OnNumber() override {}
  void OnString(std::string& /*value*/) override {}
  void OnStartObject() override {}
  void OnKey(std::string& /*key*/) override {}
  void OnEndObject() override {}
  void OnStartArray() override {}
  void OnEndArray() override {}
};

}  // namespace

// R14: whatever is JSON, or nothing at all, means no input.
std::optional<Refusal> ReadGetAttrNameBody(const Call& call, Decision& decision) {
  if (call.request.body.empty()) return {};
  IgnoredJson ignored;
  JsonDefect defect;
  if (ReadStrictJson(call.request.body, &ignored, &defect)) return {};
  return decision.Judge(JsonSyntax(call, defect, "send {}"));
}

std::optional<Refusal> GetAttrNames(AppState& app, Decision& decision) {
  decision.payload = R"(,"AttrNames":{)";
  const char* separator = "";
  for (const auto& [slot, name] : app.names()) {
    decision.payload += separator + ('"' + std::to_string(slot)) + "\":";
    AppendJsonString(name, &decision.payload);
    separator = ",";
  }
  decision.payload += '}';
  return {};
}

}  // namespace timock
