#include "control/fault_presets.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/fault_json.h"
#include "core/embedded_fixture.h"

namespace timock {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json FaultPresets() {
  return {{"presets", ordered_json::parse(EmbeddedFixture("faults.json")).at("presets")}};
}

Result<json> LayOverPreset(const json& given) {
  static const json presets = json::parse(EmbeddedFixture("faults.json")).at("presets");
  std::string names;
  for (const json& preset : presets) {
    if (preset.at("name") != given.at("preset")) {
      names += (names.empty() ? "" : ", ") + preset.at("name").get<std::string>();
      continue;
    }
    json whole = preset;
    whole.erase("name");
    whole.erase("description");
    for (const auto& [key, value] : given.items()) {
      if (key == "preset") continue;
      json& below = whole[key];
      if ((key == "match" || key == "action") && value.is_object() && below.is_object()) {
        below.update(value);
      } else {
        below = value;
      }
    }
    return whole;
  }
  return Error{"/preset: expected one of " + names};
}

}  // namespace timock
