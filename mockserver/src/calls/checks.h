#ifndef TIMOCK_CALLS_CHECKS_H_
#define TIMOCK_CALLS_CHECKS_H_

#include <optional>
#include <string>
#include <string_view>

#include "apps/id_table.h"
#include "calls/call.h"
#include "json/strict_json.h"

namespace timock {

/// ErrorCode of a text that is not an HTTP message (P9), and of a method that no switch accepts.
inline constexpr int kHttpParseError = 60002;

// The checks that all commands share, in their order (PROTOCOL section 3); those of a body are in
// its command's file. A check is pure: it states what is wrong with a call, if anything, and each
// has the name of its rule.

// Transport and access layer.
std::optional<Finding> BodyTooLarge(const Call& call);
std::optional<Finding> PathMalformed(const Call& call);
std::optional<Finding> CommandUnknown(const Call& call);
std::optional<Finding> MethodNotPost(const Call& call);
std::optional<Finding> PlainHttp(const Call& call);
std::optional<Finding> ContenttypeWrong(const Call& call);  ///< Or missing.
std::optional<Finding> SdkappidMissing(const Call& call);
std::optional<Finding> SdkappidMalformed(const Call& call);
std::optional<Finding> IdentifierMissing(const Call& call);
std::optional<Finding> RandomWrong(const Call& call);  ///< Missing or malformed.

// Account layer.
std::optional<Finding> SdkappidUnknown(const Call& call);
std::optional<Finding> SdkappidDisabled(const App& config);
std::optional<Finding> HostRegionMismatch(const Call& call, const App& config);

// Service.
std::optional<Finding> FeatureOff(const Call& call, const App& config);
std::optional<Finding> NotAdmin(const App& config, const Caller& caller);

/// What is wrong with a text that is not JSON, and what the client should send.
Finding JsonSyntax(const Call& call, const JsonDefect& defect, std::string remedy);

// What is odd about a call and refuses nothing.
void NoteRepeatedParameters(const Call& call, Decision& decision);  ///< R2
void NotePlusInIdentifier(const Call& call, Decision& decision);    ///< R5
/// R11: an SDKAppID that looks like one of another region than the host's. For an app whose region
/// is not known.
void NoteSdkappidOfOtherRegion(const Call& call, Decision& decision);

// The checks that use the state of the app and change it.

/// Asks the limiter of the app, which counts the call, at the one position that the profile names.
std::optional<Refusal> Throttle(const Call& call, AppState& app, ThrottlePosition position,
                                Decision& decision) TIMOCK_REQUIRES(app.mutex);
/// PROTOCOL section 6 as a whole, with `usersig_lockout` before it. The app remembers a UserSig
/// that is right, and that one was wrong; the decision's caller is the signed identifier then.
std::optional<Refusal> CheckUserSig(const Call& call, AppState& app, Decision& decision)
    TIMOCK_REQUIRES(app.mutex);

// The order of all these: pipeline.cc.

/// Takes `call` through all checks in the order of PROTOCOL section 3 and, when none refuses it,
/// acts on its app. One lock on the app is held from the moment at which it is found, so that a
/// call is one step to every other call of the app. From there on `call.at` is by the app's clock.
void Decide(Call& call, const IdTable<AppState>& apps, Decision& decision);

/// For a call that is answered before all checks: records what the URL says of it, and sets
/// `call.at` as Decide does.
void Identify(Call& call, const IdTable<AppState>& apps, Decision& decision);

}  // namespace timock

#endif  // TIMOCK_CALLS_CHECKS_H_
