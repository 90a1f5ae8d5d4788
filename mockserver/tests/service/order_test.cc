// The order of checks (PROTOCOL section 3): of any two defects, the one that is checked first
// answers.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "service/fake_test.h"

namespace timock {
namespace {

struct Defect {
  const char* rule;
  std::function<void(Ask&, App&)> make;
};

std::function<void(Ask&, App&)> Query(const char* name, const std::string& value) {
  return [=](Ask& ask, App&) { ask = ask.With(name, value); };
}

std::function<void(Ask&, App&)> Body(const std::string& body) {
  return [=](Ask& ask, App&) { ask.body = body; };
}

// Everything that can be wrong with one call at once, in the order of the checks.
std::vector<Defect> Defects() {
  const std::string key = DemoApp().keys.front();
  const auto sign = [=](const UserSigClaims& claims, const std::string& with) {
    return Query("usersig", SignUserSig(claims, with));
  };
  const UserSigClaims good{
      .identifier = "administrator", .sdkappid = kDemo, .time = kStart, .expire = 9};
  UserSigClaims other_identifier = good;
  other_identifier.identifier = "other";
  UserSigClaims other_app = good;
  other_app.sdkappid = 7;
  UserSigClaims expired = good;
  expired.time = 1;
  return {
      {"body_too_large", Body(std::string(70'000, ' '))},
      {"path_malformed", [](Ask& ask, App&) { ask.path = "/v4/x"; }},
      {"command_unknown", [](Ask& ask, App&) { ask.path = "/v4/all_member_push/im_push"; }},
      {"method_not_post", [](Ask& ask, App&) { ask.method = "PUT"; }},
      {"contenttype_wrong", Query("contenttype", "xml")},
      {"sdkappid_missing", Query("sdkappid", "")},
      {"sdkappid_malformed", Query("sdkappid", "x")},
      {"identifier_missing", Query("identifier", "")},
      {"random_malformed", Query("random", "x")},
      {"sdkappid_unknown", Query("sdkappid", "5")},
      {"sdkappid_disabled", [](Ask&, App& app) { app.enabled = false; }},
      {"host_region_mismatch",
       [](Ask& ask, App& app) {
         app.region = "seoul";
         ask.headers = {{"Host", "console.tim.qq.com"}};
       }},
      {"usersig_missing", Query("usersig", "")},
      {"usersig_malformed", Query("usersig", "x")},
      {"usersig_identifier_mismatch", sign(other_identifier, key)},
      {"usersig_sdkappid_mismatch", sign(other_app, key)},
      {"usersig_expired", sign(expired, key)},
      {"usersig_signature_wrong", sign(good, "wrong")},
      {"feature_off", [](Ask&, App& app) { app.feature.state = Feature::State::kOff; }},
      {"not_admin", [](Ask&, App& app) { app.admins = {"nobody"}; }},
      {"body_empty", Body("")},
      {"json_syntax", Body("{")},
      {"body_not_object", Body("[]")},
      {"attr_names_missing", Body("{}")},
      {"attr_names_not_object", Body(R"({"AttrNames":1})")},
      {"attr_names_empty", Body(R"({"AttrNames":{}})")},
      {"duplicate_name", Body(R"({"AttrNames":{"0":"a","1":"a"}})")},
  };
}

class OrderTest : public FakeTest {
 protected:
  void StartStrict() {
    StartWithSwitches(
        R"({"random_malformed":60002,"duplicate_name":90033,"throttle":{"limit":"none"}})");
  }

  std::string RuleOf(const std::vector<const Defect*>& defects) {
    App app = DemoApp();
    Ask ask = Valid();
    for (const Defect* defect : defects) defect->make(ask, app);
    EXPECT_TRUE(service().PutApp(app).ok());
    Send(ask);
    EXPECT_TRUE(service().PutApp(DemoApp()).ok());
    return LastCall().rule;
  }
};
TIMOCK_ALL_DOORS(OrderTest);

TEST_P(OrderTest, OfTwoDefectsTheEarlierCheckAnswers) {
  StartStrict();
  const std::vector<Defect> all = Defects();
  int pairs = 0;
  for (std::size_t first = 0; first < all.size(); ++first) {
    EXPECT_EQ(RuleOf({&all[first]}), all[first].rule);
    for (std::size_t second = first + 1; second < all.size(); ++second) {
      // Where both change the same part, the earlier defect is the one that is left.
      EXPECT_EQ(RuleOf({&all[second], &all[first]}), all[first].rule)
          << "with " << all[second].rule;
      ++pairs;
    }
  }
  EXPECT_EQ(pairs, 351);
}

TEST_P(OrderTest, TheAdminMayComeBeforeTheFeatureAndSoBeforeTheBody) {
  StartWithSwitches(R"({"admin_before_feature":true,"admin_before_body":false})");
  std::map<std::string, Defect> by_rule;
  for (const Defect& defect : Defects()) by_rule[defect.rule] = defect;
  for (const char* later : {"feature_off", "body_empty", "json_syntax"}) {
    EXPECT_EQ(RuleOf({&by_rule[later], &by_rule["not_admin"]}), "not_admin") << later;
  }
  EXPECT_EQ(RuleOf({&by_rule["not_admin"], &by_rule["usersig_signature_wrong"]}),
            "usersig_signature_wrong");
  EXPECT_EQ(RuleOf({&by_rule["json_syntax"], &by_rule["feature_off"]}), "feature_off");
}

}  // namespace
}  // namespace timock
