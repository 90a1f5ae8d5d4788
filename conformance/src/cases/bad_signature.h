#ifndef TIMOCK_CONFORMANCE_CASES_BAD_SIGNATURE_H_
#define TIMOCK_CONFORMANCE_CASES_BAD_SIGNATURE_H_

#include "cases/case.h"

namespace timock::conformance {

// The vendor locks an account after too many calls with a bad UserSig (70050: wait a minute) and
// does not say how many those are. On a live target that would hit the account's own service.

/// Whether a server may take the case's request for a failed authentication: its UserSig, its
/// SDKAppID or its identifier is not plainly the caller's. Errs on the safe side: an unusual
/// UserSig that we take for right counts, too. Not for scenarios, see FiresBadSignatures.
bool MayFailAuthentication(const Case& tested);

/// Whether the case's scenario sends many such calls, at once: never to a live target.
bool FiresBadSignatures(const Case& tested);

/// Whether the case means the same for a caller that is not an admin: its code comes from a check
/// that no admin check precedes.
bool HoldsForNonAdmin(const Case& tested);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_BAD_SIGNATURE_H_
