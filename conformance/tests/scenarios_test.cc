#include "scenarios/scenarios.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cases/embedded_fixture.h"
#include "run/suite.h"

namespace timock::conformance {
namespace {

std::set<std::string> Implemented() {
  std::set<std::string> names;
  for (const auto& [name, scenario] : Scenarios()) {
    EXPECT_TRUE(names.insert(name).second) << name << " is given twice";
  }
  return names;
}

TEST(ScenariosTest, AreThoseThatAreDescribed) {
  std::set<std::string> described;
  const auto file = nlohmann::json::parse(EmbeddedFixture("cases/scenarios.json"));
  for (const auto& scenario : file.at("scenarios")) {
    described.insert(scenario.at("name").get<std::string>());
  }
  EXPECT_EQ(Implemented(), described);
}

TEST(ScenariosTest, AreThoseThatCasesUse) {
  std::set<std::string> used;
  for (const Case& one : ShippedCases()) {
    if (!one.scenario.empty()) used.insert(one.scenario);
  }
  EXPECT_EQ(Implemented(), used);
}

}  // namespace
}  // namespace timock::conformance
