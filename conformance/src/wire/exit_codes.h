#ifndef TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_
#define TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_

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

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_EXIT_CODES_H_
