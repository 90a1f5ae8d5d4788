#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults/fault_fields.h"

namespace timock {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

Result<Fault> Read(std::string_view text) { return FaultFromJson(json::parse(text)); }

/// Without the counters, which FaultFromJson does not read.
json Written(const Fault& fault) {
  ordered_json out = FaultToJson({.fault = fault});
  out.erase("matched");
  out.erase("hits");
  return json::parse(out.dump());
}

constexpr std::string_view kWhole = R"({
  "id": "f",
  "match": {"sdkappid": 1, "command": "im_set_attr_name", "identifier": "a",
            "body": {"pointer": "/AttrNames/0", "equals": "sex"},
            "every_nth": 2, "probability": 0.5},
  "action": {"error_code": 91000, "error_info": "x", "http_status": 502, "content_type": "text/html",
             "drop_action_status": true, "delay": {"log_normal": {"median_ms": 100, "sigma": 0.5}},
             "ending": "trickle", "trickle_bytes": 2, "trickle_every_ms": 50},
  "times": 2, "seed": 1})";

TEST(FaultJsonTest, ReadsEveryMember) {
  using std::chrono::milliseconds;
  const Fault expected{.id = "f",
                       .match = {.sdkappid = 1,
                                 .command = "im_set_attr_name",
                                 .identifier = "a",
                                 .body_pointer = "/AttrNames/0",
                                 .body_equals = "\"sex\"",
                                 .every_nth = 2,
                                 .probability = 0.5},
                       .action = {.error_code = 91000,
                                  .error_info = "x",
                                  .http_status = 502,
                                  .content_type = "text/html",
                                  .drop_action_status = true,
                                  .delay = {.kind = FaultDelay::Kind::kLogNormal,
                                            .median = milliseconds{100},
                                            .sigma = 0.5},
                                  .ending = FaultAction::Ending::kTrickle,
                                  .trickle_bytes = 2,
                                  .trickle_every = milliseconds{50}},
                       .times = 2,
                       .seed = 1};
  EXPECT_EQ(Read(kWhole).value(), expected);
}

TEST(FaultJsonTest, WritesWhatItReads) {
  for (
      const std::string_view text : {
          kWhole,
          std::string_view(
              R"({"id":"a","match":{"body":{"equals":{"b":[1]}}},"action":{"http_status":500,"body":"<p>"}})"),
          std::string_view(
              R"({"id":"a","match":{},"action":{"delay":{"uniform_ms":[0,9]},"ending":"close"}})"),
          std::string_view(
              R"({"id":"a","match":{},"action":{"delay":{"fixed_ms":9},"null_error_info":true}})"),
          std::string_view(
              R"({"id":"a","match":{},"action":{"ending":"truncate","ending_after_bytes":0}})"),
          std::string_view(R"({"id":"a","match":{},"action":{"ending":"reset"}})"),
          std::string_view(
              R"({"id":"a","match":{},"action":{"internal_error":true,"error_info":"x"}})"),
      }) {
    EXPECT_EQ(Written(Read(text).value()), json::parse(text));
  }
}

TEST(FaultJsonTest, WritesTheCounters) {
  const ordered_json out = FaultToJson({.fault = {.id = "a", .seed = 5}, .matched = 3, .hits = 2});
  EXPECT_EQ(out.dump(), R"({"id":"a","match":{},"action":{},"seed":5,"matched":3,"hits":2})");
}

TEST(FaultJsonTest, NamesTheMemberThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"([])", ""},
      {R"({"nope":1})", "/nope"},
      {R"({"a~/b":1})", "/a~0~1b"},
      {R"({"id":1})", "/id"},
      {R"({"match":[]})", "/match"},
      {R"({"match":{"command":""}})", "/match/command"},
      {R"({"match":{"identifier":""}})", "/match/identifier"},
      {R"({"match":{"nope":1}})", "/match/nope"},
      {R"({"match":{"sdkappid":-1}})", "/match/sdkappid"},
      {R"({"match":{"sdkappid":4294967296}})", "/match/sdkappid"},
      {R"({"match":{"sdkappid":1.0}})", "/match/sdkappid"},
      {R"({"match":{"sdkappid":"1"}})", "/match/sdkappid"},
      {R"({"match":{"command":null}})", "/match/command"},
      {R"({"match":{"every_nth":0}})", "/match/every_nth"},
      {R"({"match":{"probability":"x"}})", "/match/probability"},
      {R"({"match":{"body":{}}})", "/match/body"},
      {R"({"match":{"body":{"pointer":""}}})", "/match/body"},
      {R"({"match":{"body":{"nope":1}}})", "/match/body/nope"},
      {R"({"match":{"body":{"pointer":"x"}}})", "/match/body/pointer"},
      {R"({"action":1})", "/action"},
      {R"({})", "/action"},
      {R"({"action":{"nope":1}})", "/action/nope"},
      {R"({"action":{"error_code":2147483648}})", "/action/error_code"},
      {R"({"action":{"error_code":1,"error_info":1}})", "/action/error_info"},
      {R"({"action":{"http_status":-2147483649}})", "/action/http_status"},
      {R"({"action":{"drop_action_status":1}})", "/action/drop_action_status"},
      {R"({"action":{"internal_error":1}})", "/action/internal_error"},
      {R"({"action":{"internal_error":true,"error_code":1}})", "/action/internal_error"},
      {R"({"action":{"internal_error":true,"http_status":500,"body":"b"}})", "/action/body"},
      {R"({"action":{"delay":3}})", "/action/delay"},
      {R"({"action":{"delay":{}}})", "/action/delay"},
      {R"({"action":{"delay":{"fixed_ms":1,"uniform_ms":[1,2]}}})", "/action/delay"},
      {R"({"action":{"delay":{"seconds":1}}})", "/action/delay/seconds"},
      {R"({"action":{"delay":{"fixed_ms":1.5}}})", "/action/delay/fixed_ms"},
      {R"({"action":{"delay":{"fixed_ms":600001}}})", "/action/delay/fixed_ms"},
      {R"({"action":{"delay":{"uniform_ms":[1]}}})", "/action/delay/uniform_ms"},
      {R"({"action":{"delay":{"uniform_ms":[1,"2"]}}})", "/action/delay/uniform_ms/1"},
      {R"({"action":{"delay":{"log_normal":{"mean":1}}}})", "/action/delay/log_normal/mean"},
      {R"({"action":{"ending":"explode"}})", "/action/ending"},
      {R"({"action":{"ending":"reset","ending_after_bytes":-1}})", "/action/ending_after_bytes"},
      {R"({"action":{"error_code":1},"times":0})", "/times"},
      {R"({"action":{"error_code":1},"seed":-1})", "/seed"},
      {R"({"preset":"nope"})", "/preset"},
      {R"({"preset":7})", "/preset"},
      {R"({"preset":"retry-91000","nope":1})", "/nope"},
      {R"({"preset":"retry-91000","action":5})", "/action"},
      {R"({"preset":"retry-91000","action":{"nope":5}})", "/action/nope"},
  };
  for (const auto& [text, pointer] : cases) {
    const Result<Fault> fault = Read(text);
    ASSERT_FALSE(fault.ok()) << text;
    EXPECT_EQ(fault.error().pointer, pointer) << text << '\n' << fault.error().Text();
  }
}

TEST(FaultPresetsTest, EachIsAFaultWithADescription) {
  const ordered_json presets = FaultPresets().at("presets");
  EXPECT_GE(presets.size(), 10U);
  for (const ordered_json& preset : presets) {
    const json named = {{"preset", preset.at("name")}};
    EXPECT_TRUE(FaultFromJson(named).ok()) << preset;
    EXPECT_GT(preset.at("description").get<std::string>().size(), 40U) << preset;
  }
}

TEST(FaultPresetsTest, MembersBesideTheNameTakeThePlaceOfThePresets) {
  const Fault fault = Read(R"({"preset":"gateway-502","id":"mine","times":3,"seed":9,
                               "match":{"sdkappid":7},"action":{"http_status":503}})")
                          .value();
  EXPECT_EQ(fault.id, "mine");
  EXPECT_EQ(fault.times, 3U);
  EXPECT_EQ(fault.seed, 9U);
  EXPECT_EQ(fault.match.sdkappid, 7U);
  EXPECT_EQ(fault.action.http_status, 503);
  EXPECT_EQ(fault.action.content_type, "text/html");
  EXPECT_EQ(Read(R"({"preset":"retry-91000"})").value().times, 1U);
}

}  // namespace
}  // namespace timock
