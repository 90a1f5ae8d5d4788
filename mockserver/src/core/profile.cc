#include "timock/profile.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/embedded_fixture.h"
#include "core/profile_data.h"
#include "core/profile_reader.h"
#include "json/strict_json.h"

namespace timock {
namespace {

constexpr std::string_view kDefaultProfile = "seed-2022-04";
constexpr std::string_view kShippedProfiles[] = {kDefaultProfile, "table-2023", "lenient"};

using DataPointer = std::shared_ptr<const ProfileData>;

// A shipped profile is a whole file, so it may start from an empty one.
DataPointer ReadShipped(std::string_view name) {
  const std::string_view text = EmbeddedFixture("profiles/" + std::string(name) + ".json");
  ProfileData data;
  ReadProfileMembers(ParseStrictJson(text).value(), &data).value();
  return std::make_shared<const ProfileData>(std::move(data));
}

DataPointer DefaultData() {
  static const DataPointer data = ReadShipped(kDefaultProfile);
  return data;
}

Result<ProfileData> Overridden(const ProfileData& base, const nlohmann::json& members) {
  ProfileData data = base;
  const Result<Done> read = ReadProfileMembers(members, &data);
  if (!read.ok()) {
    return read.error();
  }
  return data;
}

}  // namespace

Profile::Profile() : data_(DefaultData()) {}

Profile::Profile(std::shared_ptr<const ProfileData> data) : data_(std::move(data)) {}

std::vector<std::string> Profile::ShippedNames() {
  return {std::begin(kShippedProfiles), std::end(kShippedProfiles)};
}

Result<Profile> Profile::Named(std::string_view name) {
  std::string known;
  for (const std::string_view shipped : kShippedProfiles) {
    if (name == shipped) {
      return name == kDefaultProfile ? Profile() : Profile(ReadShipped(name));
    }
    known += (known.empty() ? "" : ", ") + std::string(shipped);
  }
  return Error{"no profile is named \"" + std::string(name) + "\"; the shipped ones are " + known};
}

Result<Profile> Profile::Parse(std::string_view json, std::string_view origin) {
  const auto fail = [&](const Error& error) {
    return Error{std::string(origin) + ": " + error.message};
  };
  Result<nlohmann::json> members = ParseStrictJson(json);
  if (!members.ok()) {
    return fail(members.error());
  }
  Profile base;
  if (members.value().is_object() && members.value().contains("base")) {
    const nlohmann::json& name = members.value()["base"];
    if (!name.is_string()) {
      return fail(Error{"/base: expected the name of a shipped profile"});
    }
    Result<Profile> named = Named(name.get_ref<const std::string&>());
    if (!named.ok()) {
      return fail(Error{"/base: " + named.error().message});
    }
    base = named.value();
    members.value().erase("base");
  }
  Result<ProfileData> data = Overridden(base.data(), members.value());
  if (!data.ok()) {
    return fail(data.error());
  }
  return Profile(std::make_shared<const ProfileData>(std::move(data).value()));
}

Result<Profile> Profile::With(std::string_view json) const {
  const Result<nlohmann::json> members = ParseStrictJson(json);
  if (!members.ok()) {
    return members.error();
  }
  Result<ProfileData> data = Overridden(*data_, members.value());
  if (!data.ok()) {
    return data.error();
  }
  return Profile(std::make_shared<const ProfileData>(std::move(data).value()));
}

const std::string& Profile::name() const { return data_->name; }

const ThrottleRule& Profile::throttle() const { return data_->throttle; }

std::string Profile::ToJson() const {
  // The order of the members is the default profile's own.
  auto json = nlohmann::ordered_json::parse(EmbeddedFixture("profiles/seed-2022-04.json"));
  WriteProfileMembers(*data_, &json);
  return json.dump(2);
}

}  // namespace timock
