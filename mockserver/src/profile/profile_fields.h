#ifndef TIMOCK_PROFILE_PROFILE_FIELDS_H_
#define TIMOCK_PROFILE_PROFILE_FIELDS_H_

#include <nlohmann/json_fwd.hpp>

#include "json/fields.h"
#include "profile/profile_data.h"
#include "timock/profile.h"

namespace timock {

/// The members of a profile, all switches among them.
const Fields<ProfileData>& ProfileFields();

/// A profile of these members: what follows from them is filled in.
Profile ProfileOf(ProfileData data);

/// A profile as a file has it: `members` over those of the shipped profile that `base` names.
Result<Profile> ProfileFromJson(nlohmann::json members);

/// `profile` with `members` changed.
Result<Profile> ProfileWith(const Profile& profile, const nlohmann::json& members);

/// The same for one member. The Error's pointer is relative to `value`.
Result<Profile> ProfileWithMember(const Profile& profile, const std::string& name,
                                  const nlohmann::json& value);

nlohmann::ordered_json ProfileToJson(const Profile& profile);

}  // namespace timock

#endif  // TIMOCK_PROFILE_PROFILE_FIELDS_H_
