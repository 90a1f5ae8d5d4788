#ifndef TIMOCK_PROFILE_H_
#define TIMOCK_PROFILE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "timock/result.h"
#include "timock/throttle.h"

namespace timock {

struct ProfileData;

/// What nothing public says about the endpoint, as named switches (PROTOCOL sections 2 to 5): which
/// code answers which situation, the shape of replies, the throttle. Immutable, cheap to copy, safe
/// to share between threads.
class Profile {
 public:
  /// `seed-2022-04`, the default.
  Profile();

  /// A shipped profile: seed-2022-04, table-2023, gateway-2026 or lenient.
  static Result<Profile> Named(std::string_view name);
  static std::vector<std::string> ShippedNames();

  /// Reads a profile file's text. Its members override single switches of the shipped profile that
  /// its member `base` names (seed-2022-04 when absent). The Error of a text that is not JSON has
  /// line and column, that of an unknown switch or bad value its JSON pointer.
  static Result<Profile> Parse(std::string_view json);

  /// This profile with the members of a JSON object changed: `{"not_admin": 60010}`.
  Result<Profile> With(std::string_view json) const;

  const std::string& name() const;
  const ThrottleRule& throttle() const;

  /// All switches, in the form that Parse reads, indented by two.
  std::string ToJson() const;

  /// For the fake's own use: ProfileData is not public.
  explicit Profile(std::shared_ptr<const ProfileData> data);
  const ProfileData& data() const { return *data_; }

 private:
  std::shared_ptr<const ProfileData> data_;
};

}  // namespace timock

#endif  // TIMOCK_PROFILE_H_
