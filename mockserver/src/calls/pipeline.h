#ifndef TIMOCK_CALLS_PIPELINE_H_
#define TIMOCK_CALLS_PIPELINE_H_

#include "apps/id_table.h"
#include "calls/call.h"

namespace timock {

/// Takes `call` through all checks in the order of PROTOCOL section 3 and, when none refuses it,
/// acts on its app. One lock on the app is held from the moment at which it is found, so that a
/// call is one step to every other call of the app.
void Decide(const Call& call, const IdTable<AppState>& apps, Decision& decision);

/// For a call that is answered before all checks: records what the URL says of it.
void Identify(const Call& call, Decision& decision);

}  // namespace timock

#endif  // TIMOCK_CALLS_PIPELINE_H_
