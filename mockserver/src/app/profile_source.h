#ifndef TIMOCK_APP_PROFILE_SOURCE_H_
#define TIMOCK_APP_PROFILE_SOURCE_H_

#include <string>

#include "timock/profile.h"
#include "timock/result.h"

namespace timock::app {

/// "seed-2022-04, table-2023, lenient".
std::string ShippedProfileNames();

/// A shipped profile by its name, or else the profile file at this path. The Error names the file
/// and the place in it, or says what was expected.
Result<Profile> LoadProfile(const std::string& name_or_path);

}  // namespace timock::app

#endif  // TIMOCK_APP_PROFILE_SOURCE_H_
