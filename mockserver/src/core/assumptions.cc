#include "core/assumptions.h"

namespace timock {

std::vector<std::string> AssumptionNames(std::uint64_t /*bits*/) { return {}; }

std::vector<Assumption> AssumptionsOf(const ProfileData& /*profile*/,
                                      const std::vector<Journal::Dependence>& /*dependences*/) {
  return {};
}

}  // namespace timock
