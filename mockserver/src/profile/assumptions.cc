#include "profile/assumptions.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

#include "profile/profile_data.h"
#include "profile/profile_fields.h"

namespace timock {
namespace {

// In the order of the enum AssumedMember.
constexpr std::string_view kMemberNames[] = {
    "content_type",       "error_info",      "throttle.code",    "throttle.window_ms",
    "throttle.algorithm", "throttle.burst",  "throttle.scope",   "throttle.count_refused",
    "throttle.position",  "usersig_lockout", "admin_before_body"};
static_assert(std::size(kMemberNames) == kAssumptionCount - kSwitchCount);

// Empty where nothing is assumed.
std::string_view NameOfBit(std::size_t bit) {
  if (bit >= kAssumptionCount) return {};
  if (bit >= kSwitchCount) return kMemberNames[bit - kSwitchCount];
  const auto which = static_cast<Switch>(bit);
  return IsAssumed(which) ? SwitchName(which) : std::string_view();
}

}  // namespace

std::vector<std::string> AssumptionNames(std::uint64_t bits) {
  std::vector<std::string> names;
  for (std::size_t bit = 0; bit < kAssumptionCount; ++bit) {
    const std::string_view name = NameOfBit(bit);
    if ((bits >> bit & 1) != 0 && !name.empty()) names.emplace_back(name);
  }
  return names;
}

std::vector<Assumption> AssumptionsOf(const Profile& profile,
                                      const std::vector<Dependence>& dependences) {
  std::vector<Assumption> all;
  const auto add = [&](const std::string& name, const nlohmann::ordered_json& value) {
    for (std::size_t bit = 0; bit < dependences.size(); ++bit) {
      if (dependences[bit].calls == 0 || NameOfBit(bit) != name) continue;
      all.push_back({name, value.dump(), dependences[bit].calls, dependences[bit].last_id});
    }
  };
  const nlohmann::ordered_json members = ProfileToJson(profile);
  for (const auto& [name, value] : members.items()) {
    add(name, value);
    if (name != "throttle") continue;
    for (const auto& [member, part] : value.items()) {
      std::string path = name + '.';
      path += member;
      add(path, part);
    }
  }
  return all;
}

}  // namespace timock
