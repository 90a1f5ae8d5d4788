// Path, query, method, host and reply (PROTOCOL sections 1 to 4).

#include <algorithm>
#include <string>
#include <utility>

#include "service/fake_test.h"

namespace timock {
namespace {

class UrlTest : public FakeTest {};
TIMOCK_ALL_DOORS(UrlTest);

TEST_P(UrlTest, RefusesAPathThatIsNotServiceAndCommand) {
  for (const char* path :
       {"/", "/v4", "/v4/", "/v4/all_member_push", "/v4/all_member_push/",
        "/v4/all_member_push/im_set_attr_name/", "/v4//im_set_attr_name", "/V4/all_member_push/x",
        "/v3/all_member_push/im_set_attr_name", "///v4/all_member_push/im_set_attr_name",
        "/v4/all_member_push/im_set_attr_name/x", "/x/v4/all_member_push/im_set_attr_name"}) {
    Ask ask = Valid();
    ask.path = path;
    const Answer answer = Send(ask);
    EXPECT_EQ(answer.code, 60002) << path;
    EXPECT_EQ(answer.body,
              R"({"ActionStatus":"FAIL","ErrorCode":60002,"ErrorInfo":"HTTP parse Error"})");
    EXPECT_EQ(LastCall().rule, "path_malformed") << path;
  }
}

TEST_P(UrlTest, RefusesAnUnknownCommandAndNamesARealOne) {
  for (const char* path : {"/v4/all_member_push/IM_SET_ATTR_NAME",
                           "/v4/all_member_push/im%5Fset_attr_name", "/v4/all_member_push/im_push",
                           "/v4/openim/im_set_attr_name", "/v4/timpush/set_attr_name"}) {
    Ask ask = Valid();
    ask.path = path;
    EXPECT_EQ(Send(ask).code, 60009) << path;
    EXPECT_EQ(LastCall().rule, "command_unknown");
  }
  EXPECT_NE(LastCall().diagnoses.at(0).detail.find("a real command"), std::string::npos);
}

TEST_P(UrlTest, TakesADoubledSlashAndAbsoluteForms) {
  for (const char* before : {"/", "http://console.tim.qq.com", "https://adminapisgp.im.qcloud.com",
                             "HTTP://127.0.0.1:8080", "http://[::1]:80/"}) {
    Ask ask = Valid();
    ask.path = before + ask.path;
    EXPECT_EQ(Send(ask).code, 0) << before;
  }
}

TEST_P(UrlTest, RefusesOtherMethods) {
  for (const char* method : {"GET", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    Ask ask = Valid();
    ask.method = method;
    if (ask.method == "GET" || ask.method == "OPTIONS") ask.body.clear();
    EXPECT_EQ(Send(ask).code, 60002) << method;
    EXPECT_EQ(LastCall().rule, "method_not_post") << method;
  }
}

TEST_P(UrlTest, LenientTakesTheFiveMethodsAndNoContenttype) {
  Start({.profile = Profile::Named("lenient").value()});
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    Ask ask = Valid();
    ask.method = method;
    EXPECT_EQ(Send(ask).code, 0) << method;
  }
  Ask ask = ValidGet();
  ask.method = "GET";
  ask.body.clear();
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_TRUE(Diagnosed("method_not_post"));
  ask.method = "OPTIONS";
  EXPECT_EQ(Send(ask).code, 60002);
  EXPECT_EQ(Send(Valid().Without("contenttype")).code, 0);
  EXPECT_TRUE(Diagnosed("contenttype_missing"));
}

TEST_P(UrlTest, AnswersTheHealthCheck) {
  const Answer answer = Send({.method = "HEAD", .path = "/", .query = {}, .body = ""});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
}

TEST_P(UrlTest, RefusesEachBadParameterByItsRule) {
  struct Row {
    const char* name;
    const char* raw;  // null: left out
    int code;
    const char* rule;
  };
  const Row rows[] = {
      {"contenttype", nullptr, 60002, "contenttype_missing"},
      {"contenttype", "", 60002, "contenttype_missing"},
      {"contenttype", "xml", 60002, "contenttype_wrong"},
      {"contenttype", "JSON", 0, ""},
      {"contenttype", "jSoN", 0, ""},
      {"contenttype", "%6Ason", 0, ""},
      {"sdkappid", nullptr, 60012, "sdkappid_missing"},
      {"sdkappid", "", 60012, "sdkappid_missing"},
      {"sdkappid", "abc", 60006, "sdkappid_malformed"},
      {"sdkappid", "-1", 60006, "sdkappid_malformed"},
      {"sdkappid", "%2B1400000000", 60006, "sdkappid_malformed"},
      {"sdkappid", "4294967296", 60006, "sdkappid_malformed"},
      {"sdkappid", "1400000000%00", 60006, "sdkappid_malformed"},
      {"sdkappid", "4294967295", 70020, "sdkappid_unknown"},
      {"sdkappid", "0", 70020, "sdkappid_unknown"},
      {"sdkappid", "%31400000000", 0, ""},
      {"identifier", nullptr, 60004, "identifier_missing"},
      {"identifier", "", 60004, "identifier_missing"},
      {"identifier", "Administrator", 70013, "usersig_identifier_mismatch"},
      {"identifier", "%61dministrator", 0, ""},
      {"random", nullptr, 0, ""},
      {"random", "", 0, ""},
      {"random", "4294967295", 0, ""},
      {"random", "6b032bbdbc78f", 0, ""},
      {"random", "-5", 0, ""},
      {"random", "179537100211054870000", 0, ""},
      {"usersig", nullptr, 70002, "usersig_missing"},
      {"usersig", "", 70002, "usersig_missing"},
      {"usersig", "not*a*sig", 70003, "usersig_malformed"},
  };
  for (const Row& row : rows) {
    const Ask ask =
        row.raw != nullptr ? Valid().With(row.name, row.raw) : Valid().Without(row.name);
    EXPECT_EQ(Send(ask).code, row.code) << ask.Target();
    EXPECT_EQ(LastCall().rule, row.rule) << ask.Target();
  }
}

TEST_P(UrlTest, NotesAnOddRandomAndRefusesItWhereTheSwitchSaysSo) {
  Send(Valid().With("random", "6b03"));
  EXPECT_TRUE(Diagnosed("random_malformed"));
  Send(Valid().Without("random"));
  EXPECT_TRUE(Diagnosed("random_missing"));
  StartWithSwitches(R"({"random_missing":60002,"random_malformed":60003})");
  EXPECT_EQ(Send(Valid().Without("random")).code, 60002);
  EXPECT_EQ(Send(Valid().With("random", "6b03")).code, 60003);
}

TEST_P(UrlTest, FirstOfADoubledParameterCountsAndParameterNamesAreNotDecoded) {
  Ask ask = Valid();
  ask.query.emplace_back("sdkappid", "1");
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_TRUE(Diagnosed("parameter_twice"));
  ask = Valid().Without("sdkappid").With("%73dkappid", "1400000000").With("SdkAppId", "1");
  EXPECT_EQ(Send(ask).code, 60012);
}

TEST_P(UrlTest, IgnoresTheOrderAndUnknownParameters) {
  Ask ask = Valid();
  std::reverse(ask.query.begin(), ask.query.end());
  ask.query.insert(ask.query.begin(), {"ver", "v4"});
  ask.query.emplace_back("", "");
  EXPECT_EQ(Send(ask).code, 0);
  EXPECT_TRUE(LastCall().diagnoses.empty());
}

TEST_P(UrlTest, HeadersDecideNothing) {
  for (const char* type : {"application/json; charset=utf-8", "text/plain;charset=UTF-8",
                           "application/x-www-form-urlencoded", "nonsense"}) {
    Ask ask = Valid();
    ask.headers = {{"Content-Type", type}, {"Accept", "text/html"}};
    EXPECT_EQ(Send(ask).code, 0) << type;
  }
}

TEST_P(UrlTest, ReadsAPlusInTheIdentifierBothWays) {
  App app = DemoApp();
  app.admins = {"a b", "c+d"};
  Start({.apps = {app}});
  const auto ask = [&](const char* raw, const char* signed_for) {
    return Valid()
        .With("identifier", raw)
        .With("usersig", service().Sign(kDemo, signed_for).value());
  };
  EXPECT_EQ(Send(ask("a+b", "a b")).code, 0);
  EXPECT_TRUE(Diagnosed("identifier_plus"));
  EXPECT_EQ(Send(ask("a%20b", "a b")).code, 0);
  EXPECT_EQ(Send(ask("c+d", "c+d")).code, 0);
  EXPECT_EQ(Send(ask("c%2Bd", "c+d")).code, 0);
  EXPECT_EQ(Send(ask("c%2Bd", "c d")).code, 70013);
  EXPECT_EQ(Send(ask("a+b", "a+b")).code, 90009) << "the signed reading is not an admin";
}

TEST_P(UrlTest, TakesAPercentThatIsNoEscapeAsItself) {
  App app = DemoApp();
  app.admins = {"50%", "%zz"};
  Start({.apps = {app}});
  for (const char* name : {"50%", "%zz"}) {
    Ask ask = Valid().With("identifier", name).With("usersig", service().Sign(kDemo, name).value());
    EXPECT_EQ(Send(ask).code, 0) << name;
  }
}

TEST_P(UrlTest, TakesRawBytesInTheTarget) {
  App app = DemoApp();
  app.admins = {"管理员"};
  Start({.apps = {app}});
  const Ask ask = Valid().With("usersig", service().Sign(kDemo, "管理员").value());
  EXPECT_EQ(Send(ask.With("identifier", "管理员")).code, 0);
  EXPECT_EQ(Send(ask.With("identifier", "%E7%AE%A1%E7%90%86%E5%91%98")).code, 0);
}

TEST_P(UrlTest, HoldsTheHostAgainstTheRegion) {
  App app = DemoApp();
  app.region = "singapore";
  Start({.apps = {app}});
  const auto code_at = [&](const char* host) {
    Ask ask = Valid();
    ask.headers = {{"Host", host}};
    return Send(ask).code;
  };
  EXPECT_EQ(code_at("adminapisgp.im.qcloud.com"), 0);
  EXPECT_EQ(code_at("ADMINAPISGP.my-imcloud.com:443"), 0);
  EXPECT_EQ(code_at("localhost:8080"), 0);
  EXPECT_EQ(code_at("console.tim.qq.com"), 60026);
  EXPECT_EQ(LastCall().rule, "host_region_mismatch");
  Ask ask = Valid();
  ask.path = "http://adminapikr.im.qcloud.com" + ask.path;
  EXPECT_EQ(Send(ask).code, 60026) << "the absolute form's host comes before the header";
}

TEST_P(UrlTest, ShapesRepliesAsTheSwitchesSay) {
  StartWithSwitches(R"({"key_order":"error_code_first","action_status":"absent",
                        "content_type":"text/html","error_info":{"60012":"no \"id\""}})");
  EXPECT_EQ(Set(kValidBody).body, R"({"ErrorCode":0,"ErrorInfo":""})");
  EXPECT_EQ(Set(kValidBody).content_type, "text/html");
  EXPECT_EQ(Send(Valid().Without("sdkappid")).body,
            R"({"ErrorCode":60012,"ErrorInfo":"no \"id\""})");
  StartWithSwitches(R"({"key_order":"error_info_first"})");
  EXPECT_EQ(Send(Valid().Without("usersig")).body.find(R"({"ActionStatus":"FAIL","ErrorInfo":")"),
            0U);
}

TEST_P(UrlTest, PlainHttpIsRefusedWhereTheSwitchSaysSo) {
  EXPECT_EQ(Send(Valid()).code, 0);
  EXPECT_TRUE(LastCall().diagnoses.empty());
  StartWithSwitches(R"({"plain_http":60002})");
  EXPECT_EQ(Send(Valid()).code, 60002);
  EXPECT_EQ(LastCall().rule, "plain_http");
}

TEST_P(UrlTest, EveryRefusalSaysWhyAndHowAndHoldsNoSecret) {
  const std::string signature = service().Sign(kDemo, "administrator").value();
  std::vector<Ask> asks;
  for (const char* name : {"sdkappid", "identifier", "contenttype", "usersig", "random"}) {
    asks.push_back(Valid().Without(name));
    for (const std::string& value : {std::string("bad"), signature, DemoApp().keys.front()}) {
      asks.push_back(Valid().With(name, value));
      asks.push_back(Valid().With(name, "x;usersig=" + value));
    }
  }
  for (const char* in_place_of_question : {"&", "%3F", ";"}) {
    asks.push_back(Valid());
    asks.back().path += in_place_of_question + ("usersig=" + signature);
  }
  asks.push_back(Valid());
  asks.back().body = R"({"AttrNames":{")" + signature + R"(":"x"}})";
  asks.push_back(Valid());
  asks.back().body = "{\"" + signature + R"(":1})";
  asks.push_back(Valid());
  asks.back().query.emplace_back(signature, "1");
  asks.back().query.emplace_back(signature, "1");
  for (const Ask& ask : asks) {
    const bool refused = Send(ask).code != 0;
    const SeenCall call = LastCall();
    ASSERT_EQ(refused, !call.rule.empty()) << ask.Target();
    ASSERT_TRUE(!refused || !call.diagnoses.empty()) << ask.Target();
    EXPECT_TRUE(!refused || call.diagnoses.front().name == call.rule) << ask.Target();
    std::string told = call.command;
    for (const Diagnosis& diagnosis : call.diagnoses) {
      EXPECT_FALSE(diagnosis.detail.empty());
      EXPECT_FALSE(diagnosis.remedy.empty());
      told += '\n' + diagnosis.detail + '\n' + diagnosis.remedy;
    }
    EXPECT_EQ(told.find(signature.substr(0, 40)), std::string::npos) << told;
    EXPECT_EQ(told.find(DemoApp().keys.front().substr(0, 40)), std::string::npos) << told;
  }
}

TEST_P(UrlTest, NotesAnyDoubledParameterOfAnyCall) {
  Ask ask = Valid();
  ask.path = "/nowhere";
  ask.query.emplace_back("ver", "1");
  ask.query.emplace_back("ver", "2");
  Send(ask);
  EXPECT_EQ(LastCall().rule, "path_malformed");
  EXPECT_TRUE(Diagnosed("parameter_twice"));
}

}  // namespace
}  // namespace timock
