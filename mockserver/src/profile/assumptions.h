#ifndef TIMOCK_PROFILE_ASSUMPTIONS_H_
#define TIMOCK_PROFILE_ASSUMPTIONS_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "timock/journal.h"
#include "timock/profile.h"

namespace timock {

/// The bits of the members of a profile, given as JSON, whose value is marked A (evidence.h):
/// neither documented nor observed nor inferred from either.
std::uint64_t AssumedBits(const nlohmann::json& profile);

/// Names of the bits of Decision::assumptions that are set. A member of a group is named with it:
/// "throttle.code".
std::vector<std::string> AssumptionNames(std::uint64_t bits);

/// How many calls depended on one member of a profile, and the journal's id of the last.
struct Dependence {
  std::uint64_t calls = 0;
  std::uint64_t last_id = 0;
};

/// One entry for each assumed switch that any call depended on, with its value in `profile` and in
/// the order of its members. `dependences` has one entry a bit.
std::vector<Assumption> AssumptionsOf(const Profile& profile,
                                      const std::vector<Dependence>& dependences);

}  // namespace timock

#endif  // TIMOCK_PROFILE_ASSUMPTIONS_H_
