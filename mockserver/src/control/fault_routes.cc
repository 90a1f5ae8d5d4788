#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/routes.h"
#include "faults/fault_fields.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

Refusal NoSuchFault(const Exchange& exchange) {
  return NotFound("there is no fault " + exchange.path_value.substr(0, 100));
}

}  // namespace

std::optional<Refusal> ListFaults(Exchange& exchange) {
  ordered_json faults = ordered_json::array();
  for (const FaultStatus& status : exchange.service().Faults()) {
    faults.push_back(FaultToJson(status));
  }
  return exchange.Reply({{"faults", std::move(faults)}});
}

std::optional<Refusal> AddFault(Exchange& exchange) {
  const Result<Fault> fault = FaultFromJson(exchange.body);
  if (!fault.ok()) return Refuse(fault.error());
  const Result<FaultStatus> added = exchange.service().AddFault(fault.value());
  if (!added.ok()) return Refuse(added.error());
  exchange.response->headers.push_back({"Location", "/_timock/faults/" + added.value().fault.id});
  return exchange.Reply(FaultToJson(added.value()), 201);
}

std::optional<Refusal> DeleteFaults(Exchange& exchange) {
  exchange.service().RemoveFaults();
  return exchange.Reply();
}

std::optional<Refusal> ListFaultPresets(Exchange& exchange) {
  return exchange.Reply(FaultPresets());
}

std::optional<Refusal> GetFault(Exchange& exchange) {
  const std::optional<FaultStatus> status = exchange.service().FindFault(exchange.path_value);
  if (!status) return NoSuchFault(exchange);
  return exchange.Reply(FaultToJson(*status));
}

std::optional<Refusal> DeleteFault(Exchange& exchange) {
  if (!exchange.service().RemoveFault(exchange.path_value)) return NoSuchFault(exchange);
  return exchange.Reply();
}

}  // namespace timock::control
