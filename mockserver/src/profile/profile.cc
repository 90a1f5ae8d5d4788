#include "timock/profile.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/embedded_fixture.h"
#include "json/strict_json.h"
#include "profile/profile_data.h"
#include "profile/profile_fields.h"

namespace timock {
namespace {

constexpr std::string_view kDefaultProfile = "seed-2022-04";
constexpr std::string_view kShippedProfiles[] = {kDefaultProfile, "table-2023", "gateway-2026",
                                                 "lenient"};

// A shipped profile is a whole file, so it may start from an empty one.
Profile ReadShipped(std::string_view name) {
  const std::string_view text = EmbeddedFixture("profiles/" + std::string(name) + ".json");
  ProfileData data;
  if (const Problem problem = ProfileFields().Read(ParseStrictJson(text).value(), &data)) {
    return Result<Profile>(*problem).value();  // aborts: the file is part of the program
  }
  return ProfileOf(std::move(data));
}

}  // namespace

Profile::Profile() {
  static const Profile profile = ReadShipped(kDefaultProfile);
  *this = profile;
}

Profile::Profile(std::shared_ptr<const ProfileData> data) : data_(std::move(data)) {}

std::vector<std::string> Profile::ShippedNames() {
  return {std::begin(kShippedProfiles), std::end(kShippedProfiles)};
}

Result<Profile> Profile::Named(std::string_view name) {
  std::string known;
  for (const std::string_view shipped : kShippedProfiles) {
    if (name == shipped) {
      return name == kDefaultProfile ? Profile() : ReadShipped(name);
    }
    known += (known.empty() ? "" : ", ") + std::string(shipped);
  }
  return Error{"no profile is named \"" + std::string(name) + "\"; the shipped ones are " + known};
}

Result<Profile> Profile::Parse(std::string_view json) {
  Result<nlohmann::json> members = ParseStrictJson(json);
  if (!members.ok()) return members.error();
  return ProfileFromJson(std::move(members).value());
}

Result<Profile> Profile::With(std::string_view json) const {
  const Result<nlohmann::json> members = ParseStrictJson(json);
  if (!members.ok()) return members.error();
  return ProfileWith(*this, members.value());
}

const std::string& Profile::name() const { return data_->name; }

const ThrottleRule& Profile::throttle() const { return data_->throttle; }

std::string Profile::ToJson() const { return JsonText(ProfileToJson(*this), 2); }

}  // namespace timock
