#include "cases/case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using testing::HasSubstr;

std::string File(const std::string& members) {
  return R"({"rule":"R8","about":"names","cases":[{"id":"R8.one","since":"0.1","title":"t",)"
         R"("level":"documented","source":{"doc":"seed","quote":"q"})" +
         members + "}]}";
}

std::string Refusal(const std::string& text) {
  try {
    ReadCases("f.json", text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

constexpr const char* kPlain = R"(,"request":{},"expect":{"error_code":0})";

TEST(CaseTest, TakesTheDefaultsOfAValidCall) {
  const std::vector<Case> cases = ReadCases("f.json", File(kPlain));
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].FullName(), "documented/R8.one");
  EXPECT_EQ(cases[0].request.method, "POST");
  EXPECT_EQ(cases[0].request.body, "");
  EXPECT_FALSE(cases[0].then);
  EXPECT_EQ(cases[0].expect.http_status, 200);
}

TEST(CaseTest, ExpandsParametersAndKeepsTheirTypes) {
  const std::vector<Case> cases = ReadCases(
      "f.json", File(R"(,"params":[{"name":"a","v":{"0":"x"},"k":"sdkappid"},)"
                     R"({"name":"b","v":7,"k":"random"}],)"
                     R"("request":{"body":{"AttrNames":"${v}"},"query":{"x":"${k}!${sdkappid}"}},)"
                     R"("expect":{"error_code":{"not":0}})"));
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].id, "R8.one_a");
  EXPECT_EQ(cases[0].request.body, R"({"AttrNames":{"0":"x"}})");
  EXPECT_EQ(cases[1].request.body, R"({"AttrNames":7})");
  // What is no parameter stays for the request to fill in.
  EXPECT_EQ(cases[1].request.query[0].second, "random!${sdkappid}");
}

TEST(CaseTest, DecodesBytesAndReadsWhatHappensByWord) {
  const std::vector<Case> cases =
      ReadCases("f.json", File(R"(,"request":{"body_base64":"ewB9"},)"
                               R"("expect":{"error_code":{"switch":"second_call"}},)"
                               R"("then":{"by_word":{"merge":{"0":"a"},"code":"unchanged"}})"));
  EXPECT_EQ(cases[0].request.body, std::string("{\0}", 3));
  EXPECT_EQ(cases[0].expect.code->switches.at(0), "second_call");
  EXPECT_EQ(cases[0].then->by_word.at("merge").names.at("0"), "a");
  EXPECT_TRUE(cases[0].then->by_word.at("code").unchanged);
}

TEST(CaseTest, PutsParametersIntoKeysToo) {
  const std::vector<Case> cases = ReadCases(
      "f.json",
      File(R"(,"params":[{"name":"a","slot":"7","age":11}],)"
           R"("request":{"usersig":{"issued_s_ago":"${age}","pack":"cut"}},)"
           R"("expect":{"error_code":0,"payload":{"AttrNames":{"${slot}":"x","8":null}}},)"
           R"("then":{"when_accepted":{"${slot}":"${repeat:é:3}"},)"
           R"("when_refused":"unchanged"})"));
  EXPECT_EQ(cases[0].request.signing->issued_s_ago, 11);
  EXPECT_EQ(cases[0].request.signing->pack, "cut");
  EXPECT_EQ(cases[0].expect.payload->at("7"), "x");
  EXPECT_EQ(cases[0].expect.payload->at("8"), std::nullopt);
  EXPECT_EQ(cases[0].then->accepted->names.at("7"), "ééé");
  EXPECT_TRUE(cases[0].then->refused->unchanged);
}

TEST(CaseTest, RefusesWhatIsNoCaseAndSaysWhere) {
  EXPECT_THAT(Refusal("{"), HasSubstr("f.json"));
  EXPECT_THAT(Refusal(R"({"rule":"R8","about":"x","cases":[]})"), HasSubstr("holds no case"));
  EXPECT_THAT(Refusal(File(R"(,"request":{},"expect":{},"wirtes":true)")),
              HasSubstr("\"R8.one\": unknown member wirtes"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"body":1,"body_text":"x"},"expect":{})")),
              HasSubstr("more than one form"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"body_base64":"?"},"expect":{})")),
              HasSubstr("no base64"));
  EXPECT_THAT(Refusal(File(R"(,"request":{},"expect":{"error_code":"0"})")),
              HasSubstr("wrong type"));
  EXPECT_THAT(Refusal(File(R"(,"expect":{})")), HasSubstr("lacks the member request"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"usersig":{"key":"none"}},"expect":{})")),
              HasSubstr("wrong, hex_decoded or second_app"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"usersig":{"pack":"zip"}},"expect":{})")),
              HasSubstr("no way to pack"));
}

}  // namespace
}  // namespace timock::conformance
