#include "cases/case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<PageSentence> OneSentence() { return {{.id = "seed-01", .quote = "Words."}}; }

/// A file of one case that has `members`, a source unless they have one.
std::string File(const std::string& members, const std::string& defaults = "") {
  const bool has_source = members.find("\"source\"") != std::string::npos || !defaults.empty();
  return R"({"rule":"R8","about":"names",)" + defaults + R"("cases":[{"id":"R8.one","title":"t")" +
         (has_source ? "" : R"(,"source":"seed-01")") + members + "}]}";
}

std::vector<Case> Read(const std::string& text) { return ReadCases("f.json", text, OneSentence()); }

Case ReadOne(const std::string& members) { return Read(File(members)).front(); }

std::string Refusal(const std::string& text) {
  try {
    Read(text);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

constexpr const char* kPlain = R"(,"request":{},"expect":{"error_code":0})";

TEST(CaseTest, TakesTheDefaultsOfAValidCall) {
  const std::vector<Case> cases = Read(File(kPlain));
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases[0].FullName(), "documented/R8.one");
  EXPECT_EQ(cases[0].request.method, "POST");
  EXPECT_EQ(cases[0].request.body, "");
  EXPECT_FALSE(cases[0].then);
  EXPECT_EQ(cases[0].expect.http_status, 200);
}

TEST(CaseTest, ExpandsParametersAndKeepsTheirTypes) {
  const std::vector<Case> cases =
      Read(File(R"(,"params":[{"name":"a","v":{"0":"x"},"k":"sdkappid"},)"
                R"({"name":"b","v":7,"k":"random"}],)"
                R"("request":{"body":{"AttrNames":"${v}"},"query":{"x":"${k}!${sdkappid}"}},)"
                R"("expect":{"error_code":{"not":0}})"));
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[0].id, "R8.one_a");
  EXPECT_EQ(cases[0].entry, "R8.one");
  EXPECT_EQ(cases[0].request.body, R"({"AttrNames":{"0":"x"}})");
  EXPECT_EQ(cases[1].request.body, R"({"AttrNames":7})");
  // What is no parameter stays for the request to fill in.
  EXPECT_EQ(cases[1].request.query[0].second, "random!${sdkappid}");
}

TEST(CaseTest, DecodesBytesAndReadsWhatHappensByWord) {
  const std::vector<Case> cases =
      Read(File(R"(,"request":{"body_base64":"ewB9"},)"
                R"("expect":{"error_code":{"switch":"second_call"}},)"
                R"("then":{"by_word":{"merge":{"0":"a"},"code":"unchanged"}})"));
  EXPECT_EQ(cases[0].request.body, std::string("{\0}", 3));
  EXPECT_EQ(cases[0].expect.code->switches.at(0), "second_call");
  EXPECT_EQ(cases[0].then->by_word.at("merge").names.at("0"), "a");
  EXPECT_TRUE(cases[0].then->by_word.at("code").unchanged);
}

TEST(CaseTest, PutsParametersIntoKeysToo) {
  const std::vector<Case> cases =
      Read(File(R"(,"params":[{"name":"a","slot":"7","age":11}],)"
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

TEST(CaseTest, HasATitleForEachParameter) {
  const std::vector<Case> cases =
      Read(File(R"(,"params":[{"name":"of_51_bytes","v":"x"},{"name":"b","title":"long","v":"y"}],)"
                R"("request":{"body_text":"${v}"},"expect":{"error_code":0})"));
  EXPECT_EQ(cases.at(0).title, "t: of 51 bytes");
  EXPECT_EQ(cases.at(1).title, "t: long");
}

TEST(CaseTest, NamesAndLinesAreShorterFormsOfABody) {
  EXPECT_EQ(ReadOne(R"(,"request":{"names":{"0":"sex"}},"expect":{"error_code":0})").request.body,
            R"({"AttrNames":{"0":"sex"}})");
  EXPECT_EQ(
      ReadOne(R"(,"request":{"raw_lines":["GET / HTTP/1.1","",""]},"expect":{"error_code":0})")
          .request.raw,
      "GET / HTTP/1.1\r\n\r\n");
}

TEST(CaseTest, TakesWhatItDoesNotSayFromTheDefaultsOfItsFile) {
  const std::string defaults = R"("defaults":{"source":{"switch":"name_empty"},)"
                               R"("request":{"command":"im_get_attr_name","body":{}}},)";
  const Case plain = Read(File(kPlain, defaults)).front();
  EXPECT_EQ(plain.source_switch, "name_empty");
  EXPECT_EQ(plain.request.command, "im_get_attr_name");
  EXPECT_EQ(plain.request.body, "{}");
  const Case other = Read(File(R"(,"source":"seed-01","request":{"command":"im_set_attr_name",)"
                               R"("names":{"0":"x"}},"expect":{"error_code":0})",
                               defaults))
                         .front();
  EXPECT_EQ(other.source_doc, "seed-01");
  EXPECT_EQ(other.request.command, "im_set_attr_name");
  EXPECT_EQ(other.request.body, R"({"AttrNames":{"0":"x"}})");
}

TEST(CaseTest, TheSourceTellsTheLevelAndWhoseSentenceAFailureBreaks) {
  const auto read = [](const std::string& source) {
    return ReadOne(",\"source\":" + source + kPlain);
  };
  const Case documented = read("\"seed-01\"");
  EXPECT_EQ(documented.level, Level::kDocumented);
  EXPECT_EQ(documented.source_quote, "Words.");
  EXPECT_EQ(documented.SourceText(), "the endpoint's page says");
  const Case elsewhere = read(R"({"doc":"1047/34620","quote":"q"})");
  EXPECT_EQ(elsewhere.level, Level::kElsewhere);
  EXPECT_EQ(elsewhere.SourceText(),
            "another page of the vendor, "
            "https://www.tencentcloud.com/document/product/1047/34620, says");
  EXPECT_THAT(read(R"({"doc":"679/131708","quote":"q","in_english":"e"})").SourceText(),
              HasSubstr("https://cloud.tencent.com/document/product/679/131708"));
  EXPECT_THAT(read(R"({"doc":"zh/647/63417","quote":"q","in_english":"e"})").SourceText(),
              HasSubstr("https://www.tencentcloud.com/zh/document/product/647/63417"));
  const Case client = read("\"client go-d60\"");
  EXPECT_EQ(client.level, Level::kClient);
  EXPECT_EQ(client.SourceText(), "a client relies on it: go-d60");
  EXPECT_EQ(read("\"public answers\"").level, Level::kObserved);
  const Case contract = read(R"({"doc":"contract","quote":"q"})");
  EXPECT_EQ(contract.level, Level::kUndetermined);
  EXPECT_EQ(contract.SourceText(), "our contract, mockserver/docs/PROTOCOL.md, says");
  EXPECT_EQ(read(R"({"switch":"name_empty"})").SourceText(),
            "our contract leaves it to the switch name_empty");
}

TEST(CaseTest, CoversItsSourceAndWhatItSays) {
  const Case tested = ReadOne(std::string(R"(,"covers":["seed-07"])") + kPlain);
  EXPECT_THAT(tested.covers, ElementsAre("seed-01", "seed-07"));
  EXPECT_THAT(ReadOne(std::string(R"(,"source":"client x")") + kPlain).covers, IsEmpty());
}

TEST(CaseTest, NeedsWhatItsRequestsAndItsExpectationTell) {
  const auto needs = [](const std::string& request, const std::string& more = "") {
    return ReadOne(",\"request\":" + request + R"(,"expect":{"error_code":0})" + more).needs;
  };
  EXPECT_THAT(needs("{}"), IsEmpty());
  EXPECT_THAT(needs("{}", R"(,"needs":["clock"],"then":{"names":"unchanged"})"),
              ElementsAre("clock", "read_back"));
  EXPECT_THAT(needs(R"({"identity":"non_admin"})"), ElementsAre("non_admin"));
  EXPECT_THAT(needs(R"({"identity":"unknown_app"})"), ElementsAre("sign"));
  EXPECT_THAT(needs(R"({"usersig":{"key":"second_app"}})"), ElementsAre("second_app", "sign"));
  EXPECT_THAT(needs(R"({"usersig":{"text":"x"}})"), IsEmpty());
  EXPECT_THAT(needs(R"({"raw_lines":["x"]})"), ElementsAre("connection"));
  EXPECT_THAT(needs("{}", R"(,"before":[{"identity":"second_app"}])"), ElementsAre("second_app"));
  EXPECT_THAT(ReadOne(R"(,"request":{"raw_lines":["x"]},"expect":{"malformed":true})").needs,
              ElementsAre("malformed"));
  EXPECT_THAT(ReadOne(R"(,"scenario":"connection.x","needs":["tls"])").needs,
              ElementsAre("connection", "tls"));
  EXPECT_THAT(ReadOne(R"(,"scenario":"order.x")").needs, IsEmpty());
}

TEST(CaseTest, WritesWhereARequestOrAScenarioMayStoreNames) {
  const auto writes = [](const std::string& request, const std::string& more = "") {
    return ReadOne(",\"request\":" + request + R"(,"expect":{"error_code":0})" + more).writes;
  };
  EXPECT_FALSE(writes("{}"));
  EXPECT_FALSE(writes(R"({"body":{}})"));
  EXPECT_TRUE(writes(R"({"body":{}})", R"(,"writes":true)"));
  EXPECT_TRUE(writes(R"({"names":{"0":"x"}})"));
  EXPECT_TRUE(writes(R"({"raw_lines":["x"]})"));
  EXPECT_FALSE(writes(R"({"command":"im_get_attr_name","names":{"0":"x"}})"));
  EXPECT_FALSE(writes(R"({"path":"/v4/x","names":{"0":"x"}})"));
  EXPECT_TRUE(writes(R"({"command":"im_get_attr_name"})", R"(,"before":[{"names":{"0":"x"}}])"));
  EXPECT_TRUE(ReadOne(R"(,"scenario":"throttle.x")").writes);
  EXPECT_FALSE(ReadOne(R"(,"scenario":"throttle.x","writes":false)").writes);
  EXPECT_FALSE(ReadOne(R"(,"scenario":"region.x")").writes);
}

TEST(CaseTest, RefusesWhatIsNoCaseAndSaysWhere) {
  EXPECT_THAT(Refusal("{"), HasSubstr("f.json"));
  EXPECT_THAT(Refusal(R"({"rule":"R8","about":"x","cases":[]})"), HasSubstr("holds no case"));
  EXPECT_THAT(Refusal(File(kPlain, R"("defaults":{"needs":["clock"]},)")),
              HasSubstr("f.json: defaults: unknown member needs"));
  EXPECT_THAT(Refusal(File(R"(,"request":{},"expect":{},"wirtes":true)")),
              HasSubstr("\"R8.one\": unknown member wirtes"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"body":1,"body_text":"x"},"expect":{})")),
              HasSubstr("more than one form"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"body_base64":"?"},"expect":{})")),
              HasSubstr("is not base64"));
  EXPECT_THAT(Refusal(File(R"(,"request":{},"expect":{"error_code":"0"})")),
              HasSubstr("wrong type"));
  EXPECT_THAT(Refusal(File(R"(,"expect":{})")), HasSubstr("lacks the member request"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"usersig":{"key":"none"}},"expect":{})")),
              HasSubstr("wrong, hex_decoded or second_app"));
  EXPECT_THAT(Refusal(File(R"(,"request":{"usersig":{"pack":"zip"}},"expect":{})")),
              HasSubstr("no way to pack"));
  EXPECT_THAT(Refusal(File(std::string(R"(,"source":"seed-99")") + kPlain)),
              HasSubstr("register.json has no sentence seed-99"));
  EXPECT_THAT(Refusal(File(std::string(R"(,"source":"hearsay")") + kPlain)),
              HasSubstr("hearsay is not a source"));
  EXPECT_THAT(Refusal(File(std::string(R"(,"source":{"doc":"1047/34620"})") + kPlain)),
              HasSubstr("lacks the member quote"));
}

}  // namespace
}  // namespace timock::conformance
