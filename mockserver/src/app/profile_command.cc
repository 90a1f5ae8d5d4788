#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.h"
#include "app/profile_source.h"
#include "app/settings.h"
#include "timock/profile.h"

namespace timock::app {
namespace {

constexpr const char* kProfileExamples =
    R"(A profile file is strict JSON and overrides single switches of the shipped profile that its member
"base" names (seed-2022-04 when absent): {"base": "lenient", "not_admin": 60010}
Exit codes: 0 printed, so the profile is valid; 2 it is not, with the place on stderr.

Examples:
  timock profile
  timock profile --list
  timock profile my-profile.json > /dev/null && echo valid)";

struct ProfileAsked {
  std::string name_or_path;
  bool list = false;
};

int PrintProfile(const ProfileAsked& asked) {
  if (asked.list) {
    std::string names;
    for (const std::string& name : Profile::ShippedNames()) {
      names += name + "\n";
    }
    Print(names);
    return kExitOk;
  }
  std::string source = asked.name_or_path;
  if (source.empty()) {
    source = ProcessEnvironment("TIMOCK_PROFILE").value_or("");
  }
  const Result<Profile> profile = source.empty() ? Profile() : LoadProfile(source);
  if (!profile.ok()) {
    return Complain("profile: " + profile.error().Text(), kExitUsage);
  }
  Print(profile.value().ToJson() + "\n");
  return kExitOk;
}

}  // namespace

void AddProfileCommand(CLI::App* program, Run* run) {
  CLI::App* profile =
      program->add_subcommand("profile", "Print or check a profile, every switch of it");
  auto asked = std::make_shared<ProfileAsked>();
  profile
      ->add_option("profile", asked->name_or_path,
                   "A shipped profile or a file (default seed-2022-04) [TIMOCK_PROFILE]")
      ->type_name("NAME|FILE");
  profile->add_flag("--list", asked->list, "List the shipped profiles");
  profile->footer(kProfileExamples);
  profile->callback([asked, run] { *run = [asked] { return PrintProfile(*asked); }; });
}

}  // namespace timock::app
