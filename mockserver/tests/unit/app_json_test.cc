#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "apps/app_fields.h"

namespace timock {
namespace {

std::string ErrorOf(const char* text) {
  const Result<App> app = AppFromJson(nlohmann::json::parse(text));
  return app.ok() ? "" : app.error().Text();
}

TEST(AppJsonTest, WritesWhatItReads) {
  const App app{.sdkappid = 4'294'967'295,
                .keys = {"one", "two"},
                .admins = {"a", "管"},
                .enabled = false,
                .region = "tokyo",
                .feature = {.state = Feature::State::kApproved, .approved_at = UnixSeconds(17)},
                .limit = kNoLimit,
                .names = {{0, "sex"}, {9, "城市"}}};
  EXPECT_EQ(AppFromJson(AppToJson(app)).value(), app);
  EXPECT_EQ(AppFromJson(AppToJson(DemoApp())).value(), DemoApp());
}

TEST(AppJsonTest, NeedsOnlyIdAndKey) {
  const App app = AppFromJson(nlohmann::json::parse(R"({"sdkappid":1,"key":"k"})")).value();
  EXPECT_EQ(app, (App{.sdkappid = 1, .keys = {"k"}, .admins = {}}));
}

TEST(AppJsonTest, ErrorsNameTheMember) {
  EXPECT_EQ(ErrorOf("[]"), "expected an object, one app");
  EXPECT_EQ(ErrorOf(R"({"key":"k"})"), "/sdkappid: missing");
  EXPECT_EQ(ErrorOf(R"({"sdkappid":1})"), "/keys: missing");
  const char* const rows[][2] = {
      {R"("key":"k","keys":["k"])", "/keys: an app has either"},
      {R"("key":7)", "/key: expected a string"},
      {R"("keys":"k")", "/keys: expected an array"},
      {R"("keys":["k",7])", "/keys/1: expected a string"},
      {R"("keys":[])", "/keys: an app needs"},
      {R"("key":"k","admins":[""])", "/admins: "},
      {R"("key":"k","enabled":1)", "/enabled: expected true or false"},
      {R"("key":"k","region":"moon")", "/region: expected one of \"any\""},
      {R"("key":"k","region":7)", "/region: expected a string"},
      {R"("key":"k","feature":"maybe")", "/feature: expected \"on\""},
      {R"("key":"k","feature":{"approved_at":-1})", "/feature/approved_at: expected UNIX seconds"},
      {R"("key":"k","limit":0)", "/limit: expected a whole number"},
      {R"("key":"k","limit":1000001)", "/limit: expected a whole number"},
      {R"("key":"k","names":[])", "/names: expected an object"},
      {R"("key":"k","names":{"10":"x"})", "/names/10: expected one of the keys"},
      {R"("key":"k","names":{"1":1})", "/names/1: expected a string"},
      {R"("key":"k","nmes":{})", "/nmes: unknown member"},
  };
  for (const auto& [members, message] : rows) {
    const std::string text = std::string(R"({"sdkappid":1,)") + members + "}";
    EXPECT_EQ(ErrorOf(text.c_str()).rfind(message, 0), 0U) << ErrorOf(text.c_str());
  }
  EXPECT_EQ(ErrorOf(R"({"sdkappid":4294967296,"key":"k"})").rfind("/sdkappid: expected", 0), 0U);
}

TEST(AppJsonTest, ReadsEachForm) {
  const auto read = [](const char* members) {
    return AppFromJson(
               nlohmann::json::parse(std::string(R"({"sdkappid":1,"key":"k",)") + members + "}"))
        .value();
  };
  EXPECT_EQ(read(R"("feature":"off")").feature.state, Feature::State::kOff);
  EXPECT_EQ(read(R"("feature":"on")").feature.state, Feature::State::kOn);
  EXPECT_EQ(read(R"("limit":"none")").limit, kNoLimit);
  EXPECT_EQ(read(R"("limit":5)").limit, 5U);
  const App off = {.sdkappid = 1,
                   .keys = {"k"},
                   .admins = {},
                   .feature = {.state = Feature::State::kOff},
                   .limit = 5};
  EXPECT_EQ(AppFromJson(AppToJson(off)).value(), off);
}

TEST(AppJsonTest, ChecksAnAppMadeInCode) {
  App app = DemoApp();
  EXPECT_TRUE(CheckApp(app).ok());
  app.limit = 0;
  EXPECT_FALSE(CheckApp(app).ok());
  app = DemoApp();
  app.names = {{-1, "x"}};
  EXPECT_FALSE(CheckApp(app).ok());
}

}  // namespace
}  // namespace timock
