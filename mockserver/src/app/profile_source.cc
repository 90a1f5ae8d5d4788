#include "app/profile_source.h"

#include "app/text_file.h"

namespace timock::app {
namespace {

constexpr std::size_t kMaxProfileBytes = 1024UL * 1024;

}  // namespace

std::string ShippedProfileNames() {
  std::string names;
  for (const std::string& name : Profile::ShippedNames()) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

Result<Profile> LoadProfile(const std::string& name_or_path) {
  for (const std::string& name : Profile::ShippedNames()) {
    if (name == name_or_path) {
      return Profile::Named(name);
    }
  }
  const Result<std::string> text = ReadTextFile(name_or_path, kMaxProfileBytes);
  if (!text.ok()) {
    return Error{"expected one of " + ShippedProfileNames() + ", or a profile file (" +
                 text.error().Text() + ")"};
  }
  Result<Profile> profile = Profile::Parse(text.value());
  return profile.ok() ? std::move(profile) : Error{name_or_path + ": " + profile.error().Text()};
}

}  // namespace timock::app
