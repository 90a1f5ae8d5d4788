#ifndef TIMOCK_CORE_PREMISE_H_
#define TIMOCK_CORE_PREMISE_H_

#include <cstddef>
#include <cstdint>

#include "core/profile_data.h"

namespace timock {

/// Members of a profile beside the enum Switch that are assumed. Their numbers follow the
/// switches'; their names are in AssumptionNames.
enum class Premise : std::uint8_t {
  kContentType = kSwitchCount,
  kErrorInfo,
  kThrottleCode,
  kThrottleWindow,
  kThrottleAlgorithm,
  kThrottleBurst,
  kThrottleScope,
  kThrottleCountRefused,
  kThrottlePosition,
  kUsersigLockout,
  kAdminBeforeBody,
};
inline constexpr std::size_t kPremiseCount =
    static_cast<std::size_t>(Premise::kAdminBeforeBody) + 1;
static_assert(kPremiseCount <= 64, "each has a bit of its own in Call::assumptions");

constexpr std::uint64_t AssumptionBit(Switch which) {
  return std::uint64_t{1} << static_cast<unsigned>(which);
}
constexpr std::uint64_t AssumptionBit(Premise which) {
  return std::uint64_t{1} << static_cast<unsigned>(which);
}

}  // namespace timock

#endif  // TIMOCK_CORE_PREMISE_H_
