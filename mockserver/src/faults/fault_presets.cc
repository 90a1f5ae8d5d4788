#include "faults/fault_presets.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/embedded_fixture.h"
#include "faults/fault_fields.h"
#include "timock/fault.h"

namespace timock {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json FaultPresets() {
  return {{"presets", ordered_json::parse(EmbeddedFixture("faults.json")).at("presets")}};
}

namespace {

// `over` laid over `*whole`: match and action by their members.
void LayOver(const json& over, json* whole) {
  for (const auto& [key, value] : over.items()) {
    json& below = (*whole)[key];
    if ((key == "match" || key == "action") && value.is_object() && below.is_object()) {
      if (value.contains("delay") || value.contains("delay_ms")) {
        below.erase("delay");
      }
      below.update(value);
    } else {
      below = value;
    }
  }
}

}  // namespace

Result<json> LayOverPreset(const json& given) {
  static const json presets = json::parse(EmbeddedFixture("faults.json")).at("presets");
  const char* const member = given.contains("preset") ? "preset" : "name";
  json over = given;
  over.erase(member);
  if (over.contains("name")) return Error{"expected either name or preset, not both", "/name"};
  std::string names;
  for (const json& preset : presets) {
    if (preset.at("name") == given.at(member)) {
      json whole = preset;
      whole.erase("name");
      whole.erase("description");
      LayOver(over, &whole);
      return whole;
    }
    names += (names.empty() ? "" : ", ") + preset.at("name").get<std::string>();
  }
  return Error{"no preset is named " + ShownJson(given.at(member)) + "; expected one of " + names,
               std::string("/") + member};
}

Result<Fault> FaultPreset(std::string_view name) {
  const Result<json> whole = LayOverPreset({{"preset", name}});
  if (!whole.ok()) return Error{whole.error().message};  // the name is all there is to point to
  return FaultFromJson(whole.value());
}

}  // namespace timock
