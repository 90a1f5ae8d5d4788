#ifndef TIMOCK_CALLS_ACCOUNT_CHECKS_H_
#define TIMOCK_CALLS_ACCOUNT_CHECKS_H_

#include "calls/call.h"

namespace timock {

// The checks of the account layer, and those of the service that stand before the body, in their
// order (PROTOCOL sections 3 and 6). Each returns whether it refuses the call.

bool SdkappidUnknown(Call& call);
bool SdkappidDisabled(Call& call);
bool HostRegionMismatch(Call& call);
/// Section 6 as a whole, with `usersig_lockout` before it. Leaves the signed identifier in the
/// call.
bool UsersigRefused(Call& call);
bool FeatureOff(Call& call);
bool NotAdmin(Call& call);

}  // namespace timock

#endif  // TIMOCK_CALLS_ACCOUNT_CHECKS_H_
