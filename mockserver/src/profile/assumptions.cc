#include "profile/assumptions.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "json/strict_json.h"
#include "profile/evidence.h"
#include "profile/profile_data.h"
#include "profile/profile_fields.h"

namespace timock {
namespace {

// In the order of the enum AssumedMember.
constexpr std::string_view kMemberNames[] = {
    "content_type",       "error_info",      "throttle.code",        "throttle.window_ms",
    "throttle.algorithm", "throttle.burst",  "throttle.scope",       "throttle.count_refused",
    "throttle.position",  "usersig_lockout", "admin_before_feature", "admin_before_body"};
static_assert(std::size(kMemberNames) == kAssumptionCount - kSwitchCount);

std::string_view NameOfBit(std::size_t bit) {
  return bit < kSwitchCount ? SwitchName(static_cast<Switch>(bit))
                            : kMemberNames[bit - kSwitchCount];
}

}  // namespace

std::uint64_t AssumedBits(const nlohmann::json& profile) {
  std::uint64_t bits = 0;
  for (std::size_t bit = 0; bit < kAssumptionCount; ++bit) {
    const std::string_view name = NameOfBit(bit);
    if (EvidenceOf(name, ValueOf(profile, name)).mark == "A") bits |= std::uint64_t{1} << bit;
  }
  return bits;
}

std::vector<std::string> AssumptionNames(std::uint64_t bits) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < kAssumptionCount; ++bit) {
    if ((bits >> bit & 1) != 0) names.emplace_back(NameOfBit(bit));
  }
  return names;
}

std::vector<Assumption> AssumptionsOf(const Profile& profile,
                                      const std::vector<Dependence>& dependences) {
  std::vector<Assumption> all;
  const nlohmann::json members = ProfileToJson(profile);
  std::string_view last;
  for (const Evidence& row : AllEvidence()) {
    if (std::exchange(last, row.name) == row.name) continue;
    for (std::size_t bit = 0; bit < std::min(dependences.size(), kAssumptionCount); ++bit) {
      if (dependences[bit].calls == 0 || NameOfBit(bit) != row.name) continue;
      all.push_back({row.name, JsonText(ValueOf(members, row.name)), dependences[bit].calls,
                     dependences[bit].last_id});
    }
  }
  return all;
}

}  // namespace timock
