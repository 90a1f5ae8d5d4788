#include "profile/evidence.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "profile/profile_fields.h"

namespace timock {
namespace {

using nlohmann::json;

std::vector<std::string> SwitchesInOrder() {
  std::vector<std::string> names;
  for (const Evidence& row : AllEvidence()) {
    if (names.empty() || names.back() != row.name) names.push_back(row.name);
  }
  return names;
}

TEST(EvidenceTest, IsThereForEachMemberOfAProfileInItsOrder) {
  const nlohmann::ordered_json profile = ProfileToJson(Profile());
  std::vector<std::string> members;
  for (const auto& [name, value] : profile.items()) {
    if (name == "name" || name == "about") continue;
    if (name != "throttle") {
      members.push_back(name);
      continue;
    }
    for (const auto& [part, unused] : value.items()) members.push_back(name + "." + part);
  }
  EXPECT_EQ(SwitchesInOrder(), members);
}

TEST(EvidenceTest, IsMarkedHasASourceAndIsAValueOfItsSwitch) {
  std::set<std::string> seen;
  for (const Evidence& row : AllEvidence()) {
    EXPECT_TRUE(row.mark == "D" || row.mark == "O" || row.mark == "I" || row.mark == "A")
        << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_TRUE(seen.insert(row.name + row.value.dump()).second) << row.name << " is there twice";
    json change;
    const std::size_t dot = row.name.find('.');
    json& object = dot == std::string::npos ? change : change[row.name.substr(0, dot)];
    object[row.name.substr(dot == std::string::npos ? 0 : dot + 1)] = row.value;
    EXPECT_TRUE(ProfileWith(Profile(), change).ok()) << change;
  }
}

TEST(EvidenceTest, BeginsWithTheDefaultProfileAndHasAllThatIsShipped) {
  for (const std::string& shipped : Profile::ShippedNames()) {
    const json members = ProfileToJson(Profile::Named(shipped).value());
    for (const std::string& name : SwitchesInOrder()) {
      EXPECT_NE(EvidenceOf(name, ValueOf(members, name)).source, "nothing public says it")
          << shipped << " " << name;
    }
  }
  const json members = ProfileToJson(Profile());
  std::string last;
  for (const Evidence& row : AllEvidence()) {
    if (row.name != last) {
      EXPECT_EQ(row.value, ValueOf(members, row.name)) << row.name;
    }
    last = row.name;
  }
}

TEST(EvidenceTest, AValueWithoutARowIsAssumed) {
  EXPECT_EQ(EvidenceOf("not_admin", 90009).mark, "D");
  EXPECT_EQ(EvidenceOf("not_admin", 60010).mark, "O");
  EXPECT_EQ(EvidenceOf("not_admin", 61234).mark, "A");
  EXPECT_EQ(EvidenceOf("no_such_switch", 1).mark, "A");
}

TEST(EvidenceTest, IsExplainedWithTheAlternatives) {
  const std::string text = Explained(Profile::Named("gateway-2026").value(), "not_admin");
  EXPECT_EQ(text.rfind("not_admin                   60010             O  ", 0), 0U) << text;
  EXPECT_NE(text.find("\n  or                        90009             D  "), std::string::npos)
      << text;
  EXPECT_EQ(Explained(Profile(), "throttle").rfind("throttle.code ", 0), 0U);
  EXPECT_EQ(Explained(Profile(), "throttle").find("sdkappid"), std::string::npos);
  EXPECT_EQ(Explained(Profile(), "throttl"), "");
  EXPECT_NE(Explained(Profile(), "").find("\nbody_too_large "), std::string::npos);
}

// Run with --gtest_filter=EvidenceTest.StandsInTheContract to see the table that belongs there.
TEST(EvidenceTest, StandsInTheContract) {
  std::string table = "| switch | value | mark | source |\n|---|---|---|---|\n";
  std::string last;
  for (const Evidence& row : AllEvidence()) {
    table += row.name == last ? "|  | " : "| `" + row.name + "` | ";
    table += "`" + row.value.dump() + "` | " + row.mark + " | " + row.source + " |\n";
    last = row.name;
  }
  std::ifstream file(std::string(TIMOCK_FIXTURES_DIR) + "/../mockserver/docs/PROTOCOL.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string begin = "<!-- switches -->\n";
  const std::size_t at = text.find(begin);
  ASSERT_NE(at, std::string::npos);
  const std::size_t from = at + begin.size();
  EXPECT_EQ(text.substr(from, text.find("<!-- /switches -->") - from), table);
}

}  // namespace
}  // namespace timock
