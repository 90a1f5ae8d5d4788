#include "target/credentials.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "wire/config_error.h"

namespace timock::conformance {
namespace {

constexpr std::array<const char*, 5> kVariables = {"TIMOCK_SDKAPPID", "TIMOCK_IDENTIFIER",
                                                   "TIMOCK_SECRET_KEY", "TIMOCK_USERSIG",
                                                   "TIMOCK_NON_ADMIN"};
using Values = std::map<std::string, std::string>;

Identity IdentityOf(Values values) {
  const std::string sdkappid = values[kVariables[0]];
  Identity who{.identifier = values[kVariables[1]],
               .key = values[kVariables[2]],
               .user_sig = values[kVariables[3]]};
  if (sdkappid.empty() || who.identifier.empty()) return {};
  const char* const end = sdkappid.data() + sdkappid.size();
  const std::from_chars_result read = std::from_chars(sdkappid.data(), end, who.sdkappid);
  if (read.ptr != end || read.ec != std::errc{}) {
    throw ConfigError("TIMOCK_SDKAPPID is no decimal number below 4294967296");
  }
  return who;
}

void NeedPrivate(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    throw ConfigError("--credentials " + path + ": " + std::strerror(errno));
  }
  constexpr mode_t kPermissions = 0777;
  constexpr mode_t kOwnerOnly = 0600;
  if ((status.st_mode & kPermissions) != kOwnerOnly) {
    throw ConfigError("--credentials " + path +
                      ": others may get at it; nothing was read. Do this first: chmod 600 '" +
                      path + "'");
  }
}

Values FromEnvironment() {
  Values values;
  for (const char* const name : kVariables) {
    const char* const value = std::getenv(name);
    values[name] = value != nullptr ? value : "";
  }
  return values;
}

Values FromFile(const std::string& path) {
  NeedPrivate(path);
  std::ifstream file(path);
  if (!file) throw ConfigError("--credentials " + path + ": cannot be read");
  Values values;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const std::string name = line.substr(0, line.find('='));
    if (line.size() == name.size() || std::find(kVariables.begin(), kVariables.end(),
                                                std::string_view(name)) == kVariables.end()) {
      throw ConfigError("--credentials " + path + ", line " + std::to_string(number) +
                        ": expected NAME=VALUE with TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER, "
                        "TIMOCK_SECRET_KEY, TIMOCK_USERSIG or TIMOCK_NON_ADMIN for NAME");
    }
    values[name] = line.substr(name.size() + 1);
  }
  return values;
}

Values ValuesOf(const std::string& path) {
  return path.empty() ? FromEnvironment() : FromFile(path);
}

}  // namespace

Identity Credentials(const std::string& path) {
  Identity who = IdentityOf(ValuesOf(path));
  if (who.identifier.empty() && !path.empty()) {
    throw ConfigError("--credentials " + path + ": lacks TIMOCK_SDKAPPID or TIMOCK_IDENTIFIER");
  }
  return who;
}

std::string NonAdmin(const std::string& path) { return ValuesOf(path)["TIMOCK_NON_ADMIN"]; }

}  // namespace timock::conformance
