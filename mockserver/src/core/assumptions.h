#ifndef TIMOCK_CORE_ASSUMPTIONS_H_
#define TIMOCK_CORE_ASSUMPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/journal.h"
#include "core/profile_data.h"

namespace timock {

/// Names of the bits of Call::assumptions that are set, those of switches that are documented or
/// observed left out.
std::vector<std::string> AssumptionNames(std::uint64_t bits);

/// One entry for each assumed switch that any call depended on, with its value in `profile`.
/// `dependences` has one entry a bit.
std::vector<Assumption> AssumptionsOf(const ProfileData& profile,
                                      const std::vector<Journal::Dependence>& dependences);

}  // namespace timock

#endif  // TIMOCK_CORE_ASSUMPTIONS_H_
