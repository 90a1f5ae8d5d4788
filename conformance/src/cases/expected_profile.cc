#include "cases/expected_profile.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cases/case.h"
#include "cases/embedded_fixture.h"
#include "wire/config_error.h"
#include "wire/encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

constexpr const char* kDefault = "seed-2022-04";

json Shipped(const std::string& name) {
  const std::string_view text = EmbeddedFixture("profiles/" + name + ".json");
  return text.empty() ? json() : json::parse(text);
}

json ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw ConfigError("--expect " + path +
                      ": neither a shipped profile (seed-2022-04, table-2023, gateway-2026, "
                      "lenient) nor a file that can be read");
  }
  try {
    return json::parse(text.str());
  } catch (const json::exception& error) {
    throw ConfigError(path + ": " + error.what());
  }
}

}  // namespace

ExpectedProfile ExpectedProfile::Load(const std::string& name_or_path) {
  ExpectedProfile profile;
  profile.name_ = name_or_path;
  profile.members_ = Shipped(name_or_path);
  if (!profile.members_.is_null()) return profile;
  const json own = ReadFile(name_or_path);
  try {
    profile.members_ = Of(own).members_;
  } catch (const ConfigError& error) {
    throw ConfigError(name_or_path + ": " + error.what());
  }
  return profile;
}

ExpectedProfile ExpectedProfile::Of(const json& own) {
  ExpectedProfile profile;
  const json base = own.value("base", json(kDefault));
  profile.members_ = Shipped(base.is_string() ? base.get<std::string>() : "");
  if (profile.members_.is_null()) throw ConfigError("/base names no shipped profile");
  profile.members_.merge_patch(own);
  profile.name_ = profile.members_["name"].get<std::string>();
  // PROTOCOL section 5: the burst is the limit where it is not given.
  const json throttle = own.value("throttle", json::object());
  if (throttle.contains("limit") && throttle["limit"].is_number() && !throttle.contains("burst")) {
    profile.members_["throttle"]["burst"] = throttle["limit"];
  }
  return profile;
}

ExpectedProfile ExpectedProfile::With(const json& switches) const {
  ExpectedProfile other = *this;
  other.members_.merge_patch(switches);
  return other;
}

std::string ExpectedProfile::Sha256() const { return conformance::Sha256(members_.dump()); }

const json& ExpectedProfile::operator[](const std::string& switch_name) const {
  const json* value = &members_;
  for (std::size_t begin = 0; begin <= switch_name.size();) {
    const std::size_t end = std::min(switch_name.find('.', begin), switch_name.size());
    const auto found = value->find(switch_name.substr(begin, end - begin));
    if (found == value->end()) {
      throw ConfigError("profile " + name_ + " has no switch " + switch_name);
    }
    value = &*found;
    begin = end + 1;
  }
  return *value;
}

int ExpectedProfile::CodeOf(const std::string& switch_name) const {
  const json& value = (*this)[switch_name];
  return value.is_number_integer() ? value.get<int>() : 0;
}

int ExpectedProfile::CodeOf(const std::vector<std::string>& switch_names) const {
  for (const std::string& name : switch_names) {
    if (const int code = CodeOf(name); code != 0) return code;
  }
  return 0;
}

std::string ExpectedProfile::WordOf(const std::string& switch_name) const {
  const json& value = (*this)[switch_name];
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace timock::conformance
