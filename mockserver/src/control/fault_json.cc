#include "control/fault_json.h"

#include <nlohmann/json.hpp>

namespace timock {

Result<Fault> FaultFromJson(const nlohmann::json& json) {
  if (!json.is_object()) return Error{": expected an object, one fault"};
  for (const auto& [key, value] : json.items()) {
    if (key != "id" || !value.is_string()) return Error{"/" + key + ": unknown member"};
  }
  return Fault{.id = json.value("id", "")};
}

nlohmann::ordered_json FaultToJson(const FaultStatus& status) {
  return {{"id", status.fault.id}, {"matched", status.matched}, {"hits", status.hits}};
}

nlohmann::ordered_json FaultPresets() { return nlohmann::ordered_json::array(); }

}  // namespace timock
