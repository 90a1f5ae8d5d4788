#ifndef TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_
#define TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_

#include "case.h"
#include "target.h"

namespace timock::conformance {

/// `request` with its placeholders, query, UserSig and headers filled in, called by `who`. The
/// placeholders are those of fixtures/cases/README.md. Throws CaseError on one that is unknown, and
/// where the target lacks the key that is to sign.
Outgoing BuildRequest(const CaseRequest& request, const Identity& who, Target& target);

/// The same for the identity that the request names; throws CaseError when the target lacks it.
Outgoing BuildRequest(const CaseRequest& request, Target& target);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_REQUEST_BUILDER_H_
