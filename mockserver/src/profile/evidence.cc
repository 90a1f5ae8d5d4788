#include "profile/evidence.h"

#include <algorithm>

#include "base/embedded_fixture.h"
#include "json/strict_json.h"
#include "profile/profile_fields.h"

namespace timock {
namespace {

using nlohmann::json;

// One line, in columns; `name` is empty for an alternative.
std::string Line(std::string_view name, const Evidence& row) {
  constexpr std::size_t kNameWidth = 28;
  constexpr std::size_t kValueWidth = 18;
  std::string line(name.empty() ? "  or" : name);
  line.resize(std::max(line.size() + 1, kNameWidth), ' ');
  line += JsonText(row.value);
  line.resize(std::max(line.size() + 1, kNameWidth + kValueWidth), ' ');
  return line.append(row.mark).append("  ").append(row.source).append("\n");
}

}  // namespace

const std::vector<Evidence>& AllEvidence() {
  static const std::vector<Evidence> all = [] {
    std::vector<Evidence> rows;
    const json table = ParseOwnJson(EmbeddedFixture("switches.json"));
    for (const json& row : table.at("rows")) {
      rows.push_back({row.at("switch"), row.at("value"), row.at("mark"), row.at("source")});
    }
    return rows;
  }();
  return all;
}

Evidence EvidenceOf(std::string_view name, const json& value) {
  for (const Evidence& row : AllEvidence()) {
    if (row.name == name && row.value == value) return row;
  }
  return {std::string(name), value, "A", "nothing public says it"};
}

json ValueOf(const json& profile, std::string_view name) {
  const std::size_t dot = name.find('.');
  const auto member = profile.find(name.substr(0, dot));
  if (member == profile.end()) return {};
  if (dot == std::string_view::npos) return *member;
  const auto part = member->find(name.substr(dot + 1));
  return part == member->end() ? json() : *part;
}

std::string Explained(const Profile& profile, std::string_view name) {
  const json members = ProfileToJson(profile);
  const auto is_meant = [name](std::string_view row) {
    return name.empty() || row == name ||
           (row.starts_with(name) && row.substr(name.size()).starts_with('.'));
  };
  std::string text;
  std::string_view last;
  json value;
  for (const Evidence& row : AllEvidence()) {
    if (!is_meant(row.name)) continue;
    if (row.name != last) {
      value = ValueOf(members, row.name);
      text += Line(row.name, EvidenceOf(row.name, value));
    }
    if (row.value != value) text += Line("", row);
    last = row.name;
  }
  return text;
}

}  // namespace timock
