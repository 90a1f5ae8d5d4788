#include <string>

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
bool GetAttrNameBodyRefused(Call& call) {
  if (call.request.body.empty()) return false;
  IgnoredJson ignored;
  JsonDefect defect;
  if (ReadStrictJson(call.request.body, &ignored, &defect)) return false;
  return call.Refuse(Switch::kJsonSyntax,
                     "line " + std::to_string(defect.line) + ", column " +
                         std::to_string(defect.column) + ": " + defect.reason,
                     "send {}");
}

bool GetAttrNameApplyRefused(Call& call) {
  call.payload = R"(,"AttrNames":{)";
  const char* separator = "";
  for (const auto& [slot, name] : call.app->Names()) {
    call.payload += separator + ('"' + std::to_string(slot)) + "\":";
    AppendJsonString(name, &call.payload);
    separator = ",";
  }
  call.payload += '}';
  return false;
}

}  // namespace timock
