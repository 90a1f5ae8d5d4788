#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/handlers.h"
#include "faults/fault_fields.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

Refusal NoSuchFault(const Exchange& exchange) {
  return NotFound("there is no fault " + exchange.path_value.substr(0, 100));
}

}  // namespace

Outcome ListFaults(Exchange& exchange) {
  ordered_json faults = ordered_json::array();
  for (const FaultStatus& status : exchange.service().Faults()) {
    faults.push_back(FaultToJson(status));
  }
  exchange.Reply({{"faults", std::move(faults)}});
  return {};
}

Outcome AddFault(Exchange& exchange) {
  const Result<Fault> fault = FaultFromJson(exchange.body);
  if (!fault.ok()) return Refuse(fault.error());
  const Result<FaultStatus> added = exchange.service().AddFault(fault.value());
  if (!added.ok()) return Refuse(added.error());
  exchange.response->headers.push_back({"Location", "/_timock/faults/" + added.value().fault.id});
  exchange.Reply(FaultToJson(added.value()), 201);
  return {};
}

Outcome DeleteFaults(Exchange& exchange) {
  exchange.service().RemoveFaults();
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome ListFaultPresets(Exchange& exchange) {
  exchange.Reply(FaultPresets());
  return {};
}

Outcome GetFault(Exchange& exchange) {
  const std::optional<FaultStatus> status = exchange.service().FindFault(exchange.path_value);
  if (!status) return NoSuchFault(exchange);
  exchange.Reply(FaultToJson(*status));
  return {};
}

Outcome DeleteFault(Exchange& exchange) {
  if (!exchange.service().RemoveFault(exchange.path_value)) return NoSuchFault(exchange);
  exchange.Reply(ordered_json::object());
  return {};
}

}  // namespace timock::control
