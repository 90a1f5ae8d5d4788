#ifndef TIMOCK_CALLS_ACCESS_CHECKS_H_
#define TIMOCK_CALLS_ACCESS_CHECKS_H_

#include "calls/call.h"

namespace timock {

// The checks of the transport and of the access layer, in their order (PROTOCOL section 3). Each
// returns whether it refuses the call, and leaves in the call what it read.

bool BodyTooLarge(Call& call);
bool PathMalformed(Call& call);
bool CommandUnknown(Call& call);
bool MethodNotPost(Call& call);
bool PlainHttp(Call& call);
bool ContenttypeRefused(Call& call);
bool SdkappidMissing(Call& call);
bool SdkappidMalformed(Call& call);
bool IdentifierMissing(Call& call);
bool RandomRefused(Call& call);
/// Only an app that exists has a counter, and only the position that the profile names counts.
bool Throttled(Call& call, ThrottlePosition position);

/// For a body that is not JSON: notes that it is compressed, where that shows.
void NoteContentCoding(Call& call);

}  // namespace timock

#endif  // TIMOCK_CALLS_ACCESS_CHECKS_H_
