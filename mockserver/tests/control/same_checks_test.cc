// What the control API refuses, the same method in C++ refuses, in the same words.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "control/control_test.h"

namespace timock {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SameChecksTest : public ControlTest {
 protected:
  /// "/match/sdkappid: why" as C++ says it, from an answer of the control API.
  static std::string Said(const ControlReply& reply) {
    EXPECT_GE(reply.status, 400) << reply.text;
    if (reply.status < 400) return "accepted";
    const json& error = reply.json["error"];
    return error.value("pointer", "") + ": " + error["message"].get<std::string>();
  }
  static std::string Said(const Result<FaultStatus>& added) {
    return added ? "accepted" : added.error().Text();
  }
};

TEST_F(SameChecksTest, OfFaults) {
  struct Case {
    Fault fault;
    const char* text;
    const char* part;
  };
  const FaultAction fails{.error_code = 91000};
  const std::vector<Case> cases = {
      {{.match = {.sdkappid = 77}, .action = fails},
       R"({"match":{"sdkappid":77},"action":{"error_code":91000}})",
       "/match/sdkappid: there is no app 77"},
      {{.match = {.command = "im_set_attr_nam"}, .action = fails},
       R"({"match":{"command":"im_set_attr_nam"},"action":{"error_code":91000}})",
       "/match/command: \"im_set_attr_nam\" is not a served command; expected one of "
       "all_member_push/im_set_attr_name, all_member_push/im_get_attr_name"},
      {{.match = {.command = "openim/sendmsg"}, .action = fails},
       R"({"match":{"command":"openim/sendmsg"},"action":{"error_code":91000}})",
       "/match/command"},
      {{.match = {.command = "/im_set_attr_name"}, .action = fails},
       R"({"match":{"command":"/im_set_attr_name"},"action":{"error_code":91000}})",
       "/match/command"},
      {{.match = {.body_pointer = "AttrNames"}, .action = fails},
       R"({"match":{"body":{"pointer":"AttrNames"}},"action":{"error_code":91000}})",
       "/match/body/pointer"},
      {{.match = {.every_nth = 0}, .action = fails},
       R"({"match":{"every_nth":0},"action":{"error_code":91000}})",
       "/match/every_nth"},
      {{.id = "presets", .action = fails},
       R"({"id":"presets","action":{"error_code":91000}})",
       "/id"},
      {{}, R"({})", "/action"},
      {{.action = fails, .times = 0}, R"({"action":{"error_code":91000},"times":0})", "/times"},
  };
  for (const Case& one : cases) {
    const std::string in_cpp = Said(service().AddFault(one.fault));
    EXPECT_THAT(in_cpp, StartsWith(one.part)) << one.text;
    EXPECT_EQ(Said(Send("POST", "/faults", one.text)), in_cpp);
  }
  EXPECT_TRUE(service().Faults().empty());
}

TEST_F(SameChecksTest, AFaultForAnAppThatIsGoneButWasCalledIsAccepted) {
  Call();
  service().RemoveApp(kDemo);
  EXPECT_TRUE(service().AddFault({.match = {.sdkappid = kDemo}, .action = {.error_code = 91000}}));
  EXPECT_EQ(
      Send("POST", "/faults", R"({"preset":"timeout-3s","match":{"sdkappid":1400000000}})").status,
      201);
}

TEST_F(SameChecksTest, AMisspeltCommandOfAFilterIsRefused) {
  Call();
  for (const char* const query :
       {"/requests?command=im_set_attr_nam", "/requests/count?command=all_member_push/nope",
        "/assumptions?command=attr_name", "/requests/stream?command=im_set_attr_name/"}) {
    EXPECT_EQ(Get(query).Refused(), "404 ?command") << query;
  }
  EXPECT_EQ(Send("DELETE", "/requests?command=nope").Refused(), "404 ?command");
  EXPECT_THAT(Get("/requests?command=im_set_attr_nam").message(),
              HasSubstr("no command \"im_set_attr_nam\" is known, and no recorded call names it"));
  EXPECT_EQ(Get("/requests?command=im_set_attr_name").json["requests"].size(), 1U);
  EXPECT_EQ(Get("/requests?command=openim/sendmsg").json["requests"].size(), 0U) << "a real one";
}

TEST_F(SameChecksTest, ACommandThatWasCalledIsKnown) {
  service().Handle({.target = "/v4/some/thing"});
  EXPECT_EQ(Get("/requests?command=thing").json["requests"].size(), 1U);
}

TEST_F(SameChecksTest, APresetThatThereIsNotNamesItAndTheChoices) {
  const Result<Fault> preset = FaultPreset("retry91000");
  ASSERT_FALSE(preset.ok());
  EXPECT_THAT(preset.error().Text(),
              StartsWith("no preset is named \"retry91000\"; expected one of retry-91000, "));
  const ControlReply reply = Send("POST", "/faults", R"({"preset":"retry91000"})");
  EXPECT_EQ(reply.Refused(), "400 /preset");
  EXPECT_EQ(reply.message(), preset.error().Text());
}

TEST_F(SameChecksTest, CallsAreAllThereAreUnlessALimitIsGiven) {
  for (int call = 0; call < 250; ++call) Call();
  EXPECT_EQ(service().Calls().entries.size(), 250U);
  EXPECT_EQ(service().Calls({}, 100).entries.size(), 100U);
  EXPECT_EQ(Get("/requests").json["requests"].size(), 100U);
}

TEST_F(SameChecksTest, ATargetHasItsServiceOnceAndARandomOfItsOwn) {
  const auto target = [this](std::string_view command) {
    return service().Target(command, kDemo, "administrator").value();
  };
  EXPECT_THAT(target("im_set_attr_name"), StartsWith("/v4/all_member_push/im_set_attr_name?"));
  EXPECT_THAT(target("all_member_push/im_set_attr_name"),
              StartsWith("/v4/all_member_push/im_set_attr_name?"));
  EXPECT_THAT(target("openim/sendmsg"), StartsWith("/v4/openim/sendmsg?"));
  const auto random = [](const std::string& text) {
    const std::size_t begin = text.find("&random=") + 8;
    return text.substr(begin, text.find('&', begin) - begin);
  };
  EXPECT_NE(random(target("im_set_attr_name")), random(target("im_set_attr_name")));
  const auto query = [this] {
    return Send("POST", "/usersig", R"({"sdkappid":1400000000,"identifier":"administrator"})")
        .json["query"]
        .get<std::string>();
  };
  EXPECT_NE(random(query()), random(query()));
  // The fake itself finds nothing to note about it.
  service().Handle({.target = target("im_set_attr_name"), .body = R"({"AttrNames":{"0":"a"}})"});
  EXPECT_TRUE(service().Calls({}, 1, true).entries.at(0).diagnoses.empty());
}

TEST_F(SameChecksTest, OfUserSigs) {
  const auto said = [](const Result<std::string>& text) {
    return text ? "accepted" : text.error().Text();
  };
  using std::chrono::seconds;
  const std::string long_name(6000, 'x');
  const auto asked = [this](const json& body) {
    return Said(Send("POST", "/usersig", body.dump()));
  };
  EXPECT_EQ(said(service().Sign(77, "a")), asked({{"sdkappid", 77}, {"identifier", "a"}}));
  EXPECT_EQ(said(service().Sign(kDemo, "")), asked({{"sdkappid", kDemo}, {"identifier", ""}}));
  EXPECT_EQ(said(service().Sign(kDemo, "a", seconds{9'000'000'001})),
            asked({{"sdkappid", kDemo}, {"identifier", "a"}, {"expire", 9'000'000'001}}));
  EXPECT_EQ(said(service().Sign(kDemo, long_name)),
            asked({{"sdkappid", kDemo}, {"identifier", long_name}}));
}

using SameChecksDeathTest = SameChecksTest;

TEST_F(SameChecksDeathTest, AValueThatIsNotThereNamesTheLineThatAskedForIt) {
  const Result<Fault> preset = FaultPreset("nope");
  const std::string here = "same_checks_test.cc:" + std::to_string(__LINE__ + 1);
  EXPECT_DEATH(static_cast<void>(preset.value()), here + ": .*no preset is named \"nope\"");
}

}  // namespace
}  // namespace timock
