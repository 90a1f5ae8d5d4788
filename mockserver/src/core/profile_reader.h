#ifndef TIMOCK_CORE_PROFILE_READER_H_
#define TIMOCK_CORE_PROFILE_READER_H_

#include <nlohmann/json_fwd.hpp>

#include "core/profile_data.h"
#include "timock/result.h"

namespace timock {

/// Sets those members of `*data` that `json`, an object, names. The Error begins with the JSON
/// pointer of the bad member: "/throttle/algorithm: expected ...".
Result<Done> ReadProfileMembers(const nlohmann::json& json, ProfileData* data);

/// Writes every member of `data` into `*json`, an object; members that it has keep their place.
void WriteProfileMembers(const ProfileData& data, nlohmann::ordered_json* json);

}  // namespace timock

#endif  // TIMOCK_CORE_PROFILE_READER_H_
