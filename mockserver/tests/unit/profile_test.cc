#include "timock/profile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "profile/profile_data.h"

namespace timock {
namespace {

std::string FixtureText(const std::string& path) {
  std::ifstream file(std::string(TIMOCK_FIXTURES_DIR) + "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string ErrorOf(std::string_view json) {
  const Result<Profile> profile = Profile::Parse(json);
  return profile.ok() ? "" : profile.error().Text();
}

TEST(ProfileTest, ShippedOnesAreTheirFilesToTheLetter) {
  for (const std::string& name : Profile::ShippedNames()) {
    const std::string text = FixtureText("profiles/" + name + ".json");
    EXPECT_EQ(Profile::Named(name).value().ToJson(), nlohmann::ordered_json::parse(text).dump(2));
    EXPECT_EQ(Profile::Named(name).value().name(), name);
  }
  EXPECT_EQ(Profile().name(), "seed-2022-04");
}

TEST(ProfileTest, ShippedOnesDifferInTheSwitchesOfTheContract) {
  const auto differences = [](const char* name) {
    const auto base = nlohmann::json::parse(Profile().ToJson());
    auto other = nlohmann::json::parse(Profile::Named(name).value().ToJson());
    nlohmann::json out;
    for (const auto& [key, value] : other.items()) {
      if (key != "about" && base.at(key) != value) out[key] = value;
    }
    return out.dump();
  };
  EXPECT_EQ(differences("table-2023"),
            R"({"duplicate_name":90033,"key_invalid":90033,"name":"table-2023","name_empty":90030,)"
            R"("name_too_long":90030,"value_not_string":90033})");
  EXPECT_EQ(differences("gateway-2026"),
            R"({"admin_before_feature":true,"contenttype_missing":60025,"contenttype_wrong":60025,)"
            R"("duplicate_name":90033,"identifier_missing":60025,"key_invalid":90033,)"
            R"("name":"gateway-2026","name_empty":90030,"name_too_long":90030,"not_admin":60010,)"
            R"("sdkappid_malformed":60026,"sdkappid_unknown":60026,"usersig_missing":60025,)"
            R"("value_not_string":90033})");
  EXPECT_EQ(differences("lenient"),
            R"({"attr_names_not_object":"as_object","contenttype_missing":"accept",)"
            R"("method_not_post":"accept","name":"lenient"})");
}

TEST(ProfileTest, SaysWhereItsValuesComeFrom) {
  const ProfileData gateway = Profile::Named("gateway-2026").value().data();
  EXPECT_NE(gateway.about.find("the combination was never seen on one app"), std::string::npos);
  EXPECT_EQ(Profile().With(R"({"about":""})").value().data().about, "");
}

TEST(ProfileTest, NoneIsNoContentType) {
  const Profile none = Profile().With(R"({"content_type":"none"})").value();
  EXPECT_EQ(none.data().content_type, "");
  EXPECT_NE(none.ToJson().find(R"("content_type": "none")"), std::string::npos);
}

TEST(ProfileTest, AFileOverridesSingleSwitches) {
  const Profile profile =
      Profile::Parse(R"({"not_admin":60010,"throttle":{"limit":7},"error_info":{"60010":"x"}})")
          .value();
  EXPECT_EQ(profile.data()[Switch::kNotAdmin].code, 60010);
  EXPECT_EQ(profile.throttle().limit, 7U);
  EXPECT_EQ(profile.throttle().burst, 7U) << "the limit, where it is not given";
  EXPECT_EQ(profile.throttle().window, std::chrono::milliseconds{1000});
  EXPECT_EQ(profile.data().error_info.at(60010), "x");
  EXPECT_EQ(profile.data()[Switch::kBodyEmpty].code, 90001);
}

TEST(ProfileTest, AFileMayStartFromAnotherShippedOne) {
  const Profile profile = Profile::Parse(R"({"base":"table-2023","name":"mine"})").value();
  EXPECT_EQ(profile.data()[Switch::kKeyInvalid].code, 90033);
  EXPECT_EQ(profile.name(), "mine");
}

TEST(ProfileTest, WritesWhatItReads) {
  const Profile changed =
      Profile::Parse(R"({"name":"x","content_type":"text/plain","key_order":"error_info_first",
        "action_status":"absent","error_info":{"70001":"y"},"plain_http":60002,
        "second_call":"replace","duplicate_key":"first_wins","unknown_fields":90001,
        "about":"y","admin_before_feature":true,
        "attr_names_not_object":"as_object","admin_before_body":false,
        "throttle":{"code":60011,"limit":"none","window_ms":5,"algorithm":"sliding_counter",
          "burst":3,"scope":"app","count_refused":true,"position":"service"},
        "usersig_lockout":{"failures":5,"window_s":7,"code":70051}})")
          .value();
  const Profile again = Profile::Parse(changed.ToJson()).value();
  EXPECT_EQ(again.ToJson(), changed.ToJson());
  EXPECT_EQ(again.throttle(), changed.throttle());
  EXPECT_FALSE(again.throttle().limit);
  EXPECT_EQ(again.data().lockout, (LockoutRule{5, 7, 70051}));
}

TEST(ProfileTest, EverySwitchTakesACodeOrAWordAndNothingElse) {
  const auto all = nlohmann::json::parse(Profile().ToJson());
  int changed = 0;
  for (std::size_t i = 0; i < kSwitchCount; ++i) {
    const std::string name(SwitchName(static_cast<Switch>(i)));
    ASSERT_TRUE(all.contains(name)) << name;
    for (const char* bad : {"\"acept\"", "7", "90001.5", "1000000", "null", "[]", "true"}) {
      const std::string error = ErrorOf("{\"" + name + "\":" + bad + "}");
      EXPECT_EQ(error.rfind("/" + name + ": ", 0), 0U) << error;
      EXPECT_NE(error.find("expected"), std::string::npos) << error;
    }
    const Result<Profile> coded = Profile().With("{\"" + name + "\":60099}");
    EXPECT_EQ(coded.ok(), name != "second_call") << name;
    changed += coded.ok();
  }
  EXPECT_EQ(changed, static_cast<int>(kSwitchCount) - 1);
}

TEST(ProfileTest, ErrorsNameThePlaceAndWhatWasExpected) {
  EXPECT_EQ(ErrorOf("{\n  \"not_admin\": 90009,\n  oops\n}").rfind("line 3, column 3", 0), 0U)
      << ErrorOf("{\n  \"not_admin\": 90009,\n  oops\n}");
  EXPECT_EQ(ErrorOf(R"({"not_admn":90009})"),
            "/not_admn: unknown switch; `timock profile` prints all there are");
  EXPECT_EQ(ErrorOf(R"({"throttle":{"limt":5}})")
                .rfind("/throttle/limt: unknown member; expected one of code, limit, ", 0),
            0U);
  EXPECT_EQ(ErrorOf(R"({"throttle":{"limit":0}})"),
            "/throttle/limit: 0 is not allowed; expected a whole number from 1 to 1000000 or "
            "\"none\"");
  EXPECT_EQ(ErrorOf(R"({"throttle":"5"})"), R"(/throttle: "5" is not allowed; expected an object)");
  EXPECT_EQ(ErrorOf(R"({"usersig_lockout":{"failures":-1}})").rfind("/usersig_lockout/failures", 0),
            0U);
  EXPECT_EQ(ErrorOf(R"({"error_info":{"abc":"x"}})").rfind("/error_info/abc", 0), 0U);
  EXPECT_EQ(ErrorOf(R"({"error_info":{"60002":7}})").rfind("/error_info/60002", 0), 0U);
  EXPECT_EQ(ErrorOf(R"({"content_type":"a\r\nb"})").rfind("/content_type", 0), 0U);
  EXPECT_EQ(ErrorOf(R"({"base":"other"})").rfind("/base: no profile is named \"other\"", 0), 0U);
  EXPECT_EQ(ErrorOf(R"({"a/b~c\n":1})").rfind("/a~1b~0c\\u000a: unknown switch", 0), 0U);
  EXPECT_EQ(ErrorOf("[]"), "expected a JSON object of switches");
  EXPECT_NE(ErrorOf(R"({"not_admin":90009,"not_admin":90009})"), "");
  EXPECT_FALSE(Profile::Named("lenient2").ok());
}

}  // namespace
}  // namespace timock
