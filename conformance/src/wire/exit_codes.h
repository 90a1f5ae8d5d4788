#ifndef TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_
#define TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_

#include <functional>
#include <ostream>
#include <string>

namespace timock::conformance {

/// What timock-conformance, timock-load and timock-bench end with.
enum ExitCodes {
  kExitConforms = 0,
  kExitDiffers = 1,
  kExitUsage = 2,
  kExitUnreachable = 3,
  kExitOwnFault = 4,
  kExitNothingRan = 5,
  kExitInvalid = 6,     ///< A measurement that says nothing.
  kExitBySignal = 128,  ///< And the number of the signal.
};

/// Calls `body` under an InterruptWatch and returns the program's exit code: that of `body`, that
/// of the exception which it throws (ConfigError 2, UnreachableError 3, any other 4), or 128 and
/// the number of a signal that came, unless `body` returned another code than 0. `problems` is told
/// why.
int RunToEnd(const std::string& program, std::ostream& problems, const std::function<int()>& body);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_
