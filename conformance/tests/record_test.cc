#include "record/record.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "cases/embedded_fixture.h"
#include "run/suite.h"
#include "target/in_process.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

/// A switch, and what the fake is set to that plays the service.
struct Row {
  std::string name;
  std::string members;  ///< Of the profile.
  Door door = Door::kHandle;
};

void PrintTo(const Row& one, std::ostream* out) { *out << one.name; }

/// "throttle.limit" and 50 as a profile has them.
json Members(const std::string& name, const json& value) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return {{name, value}};
  return {{name.substr(0, dot), {{name.substr(dot + 1), value}}}};
}

const std::vector<Row>& Rows() {
  static const std::vector<Row> all = {
      {"content_type", R"({"content_type":"text/json"})"},
      {"content_type", R"({"content_type":"none"})", Door::kHttp},
      {"error_info", R"({"error_info":{"90001":"Fail to Parse json data of body, and so on"}})"},
      {"key_order", R"({"key_order":"error_code_first"})"},
      {"key_order", R"({"key_order":"error_info_first"})"},
      {"action_status", R"({"action_status":"absent"})"},
      {"admin_before_feature", R"({"admin_before_feature":true})"},
      {"admin_before_body", R"({"admin_before_body":false})"},
      {"second_call", R"({"second_call":"replace"})"},
      {"duplicate_key", R"({"duplicate_key":"first_wins"})"},
      {"duplicate_key", R"({"duplicate_key":61234})"},
      {"attr_names_not_object", R"({"attr_names_not_object":"as_object"})"},
      {"method_not_post", R"({"method_not_post":"accept"})"},
      {"host_region_mismatch", R"({"host_region_mismatch":"accept"})"},
      {"name_too_long", R"({"name_too_long":"accept"})"},
      {"plain_http", R"({"plain_http":61234})", Door::kHttps},
      {"usersig_lockout", R"({"usersig_lockout":{"failures":4,"window_s":90,"code":70051}})"},
      {"throttle", R"({"throttle":{"code":60011}})"},
      {"throttle", R"({"throttle":{"limit":40}})"},
      {"throttle", R"({"throttle":{"limit":250}})"},
      {"throttle", R"({"throttle":{"limit":"none"}})"},
      {"throttle", R"({"throttle":{"window_ms":400}})"},
      {"throttle", R"({"throttle":{"window_ms":3000}})"},
      {"throttle", R"({"throttle":{"algorithm":"fixed_window"}})"},
      {"throttle", R"({"throttle":{"algorithm":"fixed_window","window_ms":2000}})"},
      {"throttle", R"({"throttle":{"algorithm":"window_from_first"}})"},
      {"throttle", R"({"throttle":{"algorithm":"sliding_counter"}})"},
      {"throttle", R"({"throttle":{"algorithm":"token_bucket","burst":30}})"},
      {"throttle", R"({"throttle":{"scope":"app"}})"},
      {"throttle", R"({"throttle":{"scope":"app_and_identifier"}})"},
      {"throttle", R"({"throttle":{"count_refused":true}})"},
      {"throttle", R"({"throttle":{"position":"service"}})"}};
  return all;
}

/// Rows for the switches that are codes, whose every value is as good as another one.
std::vector<Row> AllRows() {
  std::vector<Row> rows = Rows();
  const json seed = json::parse(EmbeddedFixture("profiles/seed-2022-04.json"));
  for (const std::string& name : RecordableSwitches()) {
    const bool given = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return row.name == name || name.starts_with(row.name + ".");
    });
    if (!given) rows.push_back({name, Members(name, 61'234).dump()});
  }
  return rows;
}

Recording Recorded(const std::string& members, const RecordOptions& options,
                   Door door = Door::kHandle) {
  const std::string path = testing::TempDir() + "/record_test_" + std::to_string(getpid());
  json profile = json::parse(members);
  profile["base"] = "seed-2022-04";
  std::ofstream(path) << profile;
  const std::unique_ptr<Target> target = MakeInProcessTarget({.door = door, .profile = path});
  std::remove(path.c_str());
  return RecordProfile(ShippedCases(), *target, options);
}

class RoundTripTest : public testing::TestWithParam<Row> {};

TEST_P(RoundTripTest, TheProfileSaysWhatTheServerWasSetTo) {
  const Row& row = GetParam();
  const Recording recording = Recorded(row.members, {.only = {row.name}}, row.door);
  json merged = json::parse(recording.profile.dump());
  const json before = merged;
  merged.merge_patch(json::parse(row.members));
  EXPECT_EQ(merged, before);
}

INSTANTIATE_TEST_SUITE_P(Every, RoundTripTest, testing::ValuesIn(AllRows()), [](const auto& each) {
  return each.param.name + "_" + std::to_string(each.index);
});

/// "throttle.limit" for the members of an object whose own are switches.
std::vector<std::string> SwitchesOf(const json& profile) {
  std::vector<std::string> names;
  for (const auto& [name, value] : profile.items()) {
    if (name == "name" || name == "about") continue;
    if (name != "throttle" && name != "usersig_lockout") {
      names.push_back(name);
      continue;
    }
    for (const auto& [member, unused] : value.items()) {
      names.push_back(std::string(name).append(".").append(member));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(RecordTest, EachSwitchIsEitherRecordableOrListedWithTheReasonWhyNot) {
  std::vector<std::string> listed = RecordableSwitches();
  for (const Unobserved& one : UnobservableSwitches()) {
    listed.push_back(one.name);
    EXPECT_FALSE(one.reason.empty());
  }
  std::sort(listed.begin(), listed.end());
  EXPECT_EQ(listed, SwitchesOf(json::parse(EmbeddedFixture("profiles/seed-2022-04.json"))));
}

TEST(RecordTest, ARecordedProfileIsOneThatTheFakeLoadsAndDoesTheSame) {
  const std::string members = R"({"not_admin":60010,"second_call":"replace",
      "error_info":{"60010":"nobody you know"},"throttle":{"limit":60}})";
  const Recording first = Recorded(members, {.name = "theirs"});
  json members_again = json::parse(first.profile.dump());
  EXPECT_EQ(members_again["name"], "theirs");
  EXPECT_EQ(members_again["error_info"]["60010"], "nobody you know");
  const Recording second = Recorded(members_again.dump(), {.name = "theirs"});
  EXPECT_EQ(second.profile.dump(2), first.profile.dump(2));
}

}  // namespace
}  // namespace timock::conformance
