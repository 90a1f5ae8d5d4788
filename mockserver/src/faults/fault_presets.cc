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
      below.update(value);
    } else {
      below = value;
    }
  }
}

}  // namespace

Result<json> LayOverPreset(const json& given) {
  static const json presets = json::parse(EmbeddedFixture("faults.json")).at("presets");
  json over = given;
  over.erase("preset");
  std::string names;
  for (const json& preset : presets) {
    if (preset.at("name") == given.at("preset")) {
      json whole = preset;
      whole.erase("name");
      whole.erase("description");
      LayOver(over, &whole);
      return whole;
    }
    names += (names.empty() ? "" : ", ") + preset.at("name").get<std::string>();
  }
  return Error{"no preset is named " + ShownJson(given.at("preset")) + "; expected one of " + names,
               "/preset"};
}

Result<Fault> FaultPreset(std::string_view name) {
  const Result<json> whole = LayOverPreset({{"preset", name}});
  if (!whole.ok()) return Error{whole.error().message};  // the name is all there is to point to
  return FaultFromJson(whole.value());
}

}  // namespace timock
