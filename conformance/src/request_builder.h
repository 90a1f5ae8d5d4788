#ifndef TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_
#define TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_

#include "case.h"
#include "target.h"

namespace timock::conformance {

/// `request` with its placeholders, query, UserSig and headers filled in for `target`.
/// Placeholders:
/// ${sdkappid} ${identifier} (percent-encoded) ${usersig} ${random} ${host} ${target}
/// ${body_length} and ${repeat:TEXT:N}. Throws CaseError when the target lacks the identity, or on
/// a placeholder that is unknown.
Outgoing BuildRequest(const CaseRequest& request, Target& target);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_
