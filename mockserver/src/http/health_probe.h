#ifndef TIMOCK_HTTP_HEALTH_PROBE_H_
#define TIMOCK_HTTP_HEALTH_PROBE_H_

#include <chrono>
#include <string>

#include "timock/result.h"

namespace timock {

/// Asks the server at `url`, http://HOST[:PORT], for its health, `HEAD /` (P6), and waits for the
/// answer at most about `timeout` for each step. Fails when the URL has another form, the host is
/// unknown, nothing answers there, or the status of the answer is not 200; the Error says which,
/// with the code kInvalid for the first. Blocks the thread.
Result<Done> ProbeHealth(const std::string& url, std::chrono::milliseconds timeout);

}  // namespace timock

#endif  // TIMOCK_HTTP_HEALTH_PROBE_H_
