#ifndef TIMOCK_CONTROL_HANDLERS_H_
#define TIMOCK_CONTROL_HANDLERS_H_

#include "control/exchange.h"

namespace timock::control {

// The handlers of the route table, where each is described. They answer into the exchange or
// refuse. One that refuses has changed nothing.

Outcome GetPage(Exchange& exchange);
Outcome GetOpenApi(Exchange& exchange);
Outcome GetHealth(Exchange& exchange);
Outcome GetMetrics(Exchange& exchange);

Outcome ListApps(Exchange& exchange);
Outcome CreateApp(Exchange& exchange);
Outcome ReplaceApps(Exchange& exchange);
Outcome DeleteApps(Exchange& exchange);
Outcome GetApp(Exchange& exchange);
Outcome PutApp(Exchange& exchange);
Outcome DeleteApp(Exchange& exchange);
Outcome GetNames(Exchange& exchange);
Outcome PutNames(Exchange& exchange);
Outcome SignUserSig(Exchange& exchange);

Outcome GetProfile(Exchange& exchange);
Outcome PutProfile(Exchange& exchange);
Outcome GetSwitch(Exchange& exchange);
Outcome PutSwitch(Exchange& exchange);
Outcome GetState(Exchange& exchange);
Outcome PutState(Exchange& exchange);
Outcome Reset(Exchange& exchange);
Outcome GetThrottle(Exchange& exchange);

Outcome GetClock(Exchange& exchange);
Outcome PutClock(Exchange& exchange);
Outcome AdvanceClock(Exchange& exchange);

Outcome ListRequests(Exchange& exchange);
Outcome DeleteRequests(Exchange& exchange);
Outcome GetRequest(Exchange& exchange);
Outcome CountRequests(Exchange& exchange);
Outcome StreamRequests(Exchange& exchange);
Outcome ListAssumptions(Exchange& exchange);

Outcome ListFaults(Exchange& exchange);
Outcome AddFault(Exchange& exchange);
Outcome DeleteFaults(Exchange& exchange);
Outcome ListFaultPresets(Exchange& exchange);
Outcome GetFault(Exchange& exchange);
Outcome DeleteFault(Exchange& exchange);

}  // namespace timock::control

#endif  // TIMOCK_CONTROL_HANDLERS_H_
