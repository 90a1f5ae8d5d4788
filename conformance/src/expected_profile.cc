#include "expected_profile.h"

#include <fstream>
#include <sstream>

#include "case.h"
#include "embedded_fixture.h"

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
    throw CaseError("--expect " + path +
                    ": neither a shipped profile (seed-2022-04, table-2023, lenient) nor a file "
                    "that can be read");
  }
  try {
    return json::parse(text.str());
  } catch (const json::exception& error) {
    throw CaseError(path + ": " + error.what());
  }
}

}  // namespace

ExpectedProfile ExpectedProfile::Load(const std::string& name_or_path) {
  ExpectedProfile profile;
  profile.name_ = name_or_path;
  profile.members_ = Shipped(name_or_path);
  if (!profile.members_.is_null()) return profile;
  const json own = ReadFile(name_or_path);
  const json base = own.value("base", json(kDefault));
  profile.members_ = Shipped(base.is_string() ? base.get<std::string>() : "");
  if (profile.members_.is_null())
    throw CaseError(name_or_path + ": /base names no shipped profile");
  profile.members_.merge_patch(own);
  return profile;
}

const json& ExpectedProfile::operator[](const std::string& member) const {
  const auto found = members_.find(member);
  if (found == members_.end()) throw CaseError("profile " + name_ + " has no switch " + member);
  return *found;
}

int ExpectedProfile::CodeOf(const std::string& switch_name) const {
  const json& value = (*this)[switch_name];
  return value.is_number_integer() ? value.get<int>() : 0;
}

std::string ExpectedProfile::WordOf(const std::string& switch_name) const {
  const json& value = (*this)[switch_name];
  return value.is_string() ? value.get<std::string>() : "";
}

}  // namespace timock::conformance
