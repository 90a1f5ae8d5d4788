#ifndef TIMOCK_PROFILE_EVIDENCE_H_
#define TIMOCK_PROFILE_EVIDENCE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "timock/profile.h"

namespace timock {

/// What is public about one value of a switch: a row of fixtures/switches.json.
struct Evidence {        // NOLINT(bugprone-exception-escape): json checks itself when moved
  std::string name;      ///< "not_admin", "throttle.code"
  nlohmann::json value;  ///< As a profile has it.
  std::string mark;      ///< D, O, I or A, as in PROTOCOL.
  std::string source;
};

/// All of it, in the order of a profile's members. Of the rows of one switch, which are neighbours,
/// the first is the default profile's value.
const std::vector<Evidence>& AllEvidence();

/// That of this value of a switch. A value without a row is marked A.
Evidence EvidenceOf(std::string_view name, const nlohmann::json& value);

/// The value of "not_admin" or "throttle.code" in a profile as JSON; null when it has none.
nlohmann::json ValueOf(const nlohmann::json& profile, std::string_view name);

/// For people: a switch's value in `profile` with its mark and source, and below it the other
/// values that have one. An object's name means all its members; an empty one all switches. Empty
/// when there is no such switch.
std::string Explained(const Profile& profile, std::string_view name);

}  // namespace timock

#endif  // TIMOCK_PROFILE_EVIDENCE_H_
