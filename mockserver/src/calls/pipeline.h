#ifndef TIMOCK_CALLS_PIPELINE_H_
#define TIMOCK_CALLS_PIPELINE_H_

#include "calls/call.h"

namespace timock {

/// ErrorCode of an HTTP message that is none (P9), and of a method that no switch lets pass.
inline constexpr int kHttpParseError = 60002;

/// Takes `call` through all checks and, when none refuses it, acts on it. The order of PROTOCOL
/// section 3 stands here and nowhere else.
void RunPipeline(Call& call);

/// Fills in what the URL says of the command and the app, and checks nothing: for a call that is
/// answered before all checks.
void Identify(Call& call);

}  // namespace timock

#endif  // TIMOCK_CALLS_PIPELINE_H_
