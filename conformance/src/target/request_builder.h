#ifndef TIMOCK_CONFORMANCE_TARGET_REQUEST_BUILDER_H_
#define TIMOCK_CONFORMANCE_TARGET_REQUEST_BUILDER_H_

#include "cases/case.h"
#include "target/target.h"

namespace timock::conformance {

/// `request` with its placeholders, query, UserSig and headers filled in, called by `who`. The
/// placeholders are those of fixtures/cases/README.md. Throws ConfigError on one that is unknown,
/// and where the target lacks the key that is to sign.
Outgoing BuildRequest(const CaseRequest& request, const Identity& who, Target& target);

/// The same for the identity that the request names; throws ConfigError when the target lacks it.
Outgoing BuildRequest(const CaseRequest& request, Target& target);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_TARGET_REQUEST_BUILDER_H_
