#include <gmock/gmock.h>

#include <stdexcept>
#include <string>

#include "control/control_test.h"

namespace timock {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using FaultRoutesTest = ControlTest;
using MetricsTest = ControlTest;

TEST_F(FaultRoutesTest, AddListAndRemove) {
  const ControlReply added =
      Send("POST", "/faults", R"({"id":"my.fault-1","action":{"http_status":502}})");
  ASSERT_EQ(added.status, 201) << added.text;
  EXPECT_EQ(added.Header("Location"), "/_timock/faults/my.fault-1");
  EXPECT_EQ(added.json["hits"], 0);
  Call();
  EXPECT_EQ(Get("/faults/my.fault-1").json["hits"], 1);
  EXPECT_EQ(Get("/faults").json["faults"].size(), 1U);
  EXPECT_EQ(Send("DELETE", "/faults/my.fault-1").status, 200);
  EXPECT_EQ(Send("DELETE", "/faults/my.fault-1").Refused(), "404");
  EXPECT_EQ(Get("/faults/a").Refused(), "404");
  Send("POST", "/faults", R"({"action":{"http_status":502}})");
  EXPECT_EQ(Send("DELETE", "/faults").status, 200);
  EXPECT_EQ(Get("/faults").json["faults"].size(), 0U);
}

TEST_F(FaultRoutesTest, RefuseBadFaults) {
  const auto refused = [&](const char* body) { return Send("POST", "/faults", body).Refused(); };
  EXPECT_EQ(refused("[]"), "400 ");
  EXPECT_EQ(refused(R"({"nope":1})"), "400 /nope");
  EXPECT_EQ(refused(R"({"match":{"every_nth":0},"action":{"http_status":502}})"),
            "400 /match/every_nth");
  EXPECT_TRUE(service().Faults().empty());
}

TEST_F(FaultRoutesTest, TakeTheShapesThatCannotBeMisread) {
  const auto added = [&](const std::string& body) {
    const ControlReply reply = Send("POST", "/faults", body);
    EXPECT_EQ(reply.status, 201) << body << reply.text;
    return reply.json;
  };
  const json preset = added(R"({"preset":"retry-91000","match":{"sdkappid":1400000000}})");
  EXPECT_EQ(added(R"("retry-91000")")["times"], 1);
  EXPECT_EQ(added(R"({"preset":"timeout-3s","action":{"delay":{"uniform_ms":[1,9]}}})")["action"],
            json({{"delay", {{"uniform_ms", {1, 9}}}}}));
  json again = preset;
  again["id"] = "again";
  again["hits"] = 5;
  EXPECT_EQ(added(again.dump())["hits"], 0) << "counts are not taken over";
}

TEST_F(FaultRoutesTest, RefuseShapesThatCan) {
  const auto refused = [&](const char* body) { return Send("POST", "/faults", body).Refused(); };
  EXPECT_EQ(refused(R"("nope")"), "400 ");
  EXPECT_EQ(refused(R"({"preset":"nope"})"), "400 /preset");
  EXPECT_EQ(refused(R"({"name":"timeout-3s"})"), "400 /name");
  EXPECT_EQ(refused(R"({"action":{"delay_ms":1}})"), "400 /action/delay_ms");
  EXPECT_EQ(refused(R"({"match":{"app":1},"preset":"timeout-3s"})"), "400 /match/app");
  EXPECT_EQ(refused(R"({"match":{"sdkappid":5},"preset":"timeout-3s"})"), "404 /match/sdkappid");
  EXPECT_TRUE(service().Faults().empty());
}

TEST_F(FaultRoutesTest, SayWhatTheyTake) {
  const auto message = [&](const char* body) { return Send("POST", "/faults", body).message(); };
  EXPECT_THAT(message(R"({"action":{"http_status":"x"}})"), HasSubstr("200 to 599"));
  EXPECT_THAT(message(R"({"name":"timeout-3s"})"), HasSubstr("expected one of id, preset, match"));
  EXPECT_THAT(message(R"({"action":{"delay_ms":1}})"), HasSubstr("delay, ending"));
  EXPECT_THAT(message(R"({"preset":"timeout-3s","times":-1})"), HasSubstr("a whole number from 1"));
  EXPECT_EQ(
      Send("POST", "/faults", R"({"action":{"delay":{"log_normal":{"median_ms":5}}}})").Refused(),
      "400 /action/delay/log_normal/sigma");
}

TEST(FaultPresetTest, IsAFaultByName) {
  EXPECT_TRUE(FaultPreset("retry-91000").value().action.internal_error);
  EXPECT_EQ(FaultPreset("timeout-3s").value().action.delay.low, std::chrono::milliseconds{3000});
  const Result<Fault> unknown = FaultPreset("nope");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().Text(), HasSubstr("expected one of retry-91000, "));
}

TEST_F(MetricsTest, ArePrometheusText) {
  Start({.version = "0.1.0",
         .host = "127.0.0.1",
         .connections = [] { return 3; },
         .turned_away = [] { return 7; }});
  Call();
  Call("{}");
  Send("POST", "/faults", R"({"preset":"gateway-502"})");
  Call();
  const ControlReply reply = Get("/metrics");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.text, HasSubstr("# TYPE timock_calls_total counter\n"));
  EXPECT_THAT(reply.text,
              HasSubstr("timock_calls_total{command=\"all_member_push/im_set_attr_name\","
                        "code=\"0\"} 1\n"));
  EXPECT_THAT(reply.text,
              HasSubstr("timock_calls_total{command=\"all_member_push/im_set_attr_name\","
                        "code=\"none\"} 1\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_call_duration_seconds_count 3\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_call_duration_seconds_bucket{le=\"+Inf\"} 3\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_throttle_total{outcome=\"admitted\"} 2\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_connections 3\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_connections_turned_away_total 7\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_journal_entries 3\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_journal_evicted_total 0\n"));
}

TEST_F(MetricsTest, AnExceptionIsAnsweredAndCounted) {
  bool throws = true;
  Start({.version = "0.1.0", .host = "127.0.0.1", .connections = [&throws]() -> std::uint64_t {
           if (throws) throw std::runtime_error("on purpose");
           return 3;
         }});
  const ControlReply reply = Get("/metrics");
  EXPECT_EQ(reply.Refused(), "500");
  EXPECT_THAT(reply.message(), HasSubstr("on purpose"));
  EXPECT_EQ(service().Calls().entries.at(0).rule, "exception");
  throws = false;
  EXPECT_THAT(Get("/metrics").text, HasSubstr("timock_exceptions_total 1\n"));
}

}  // namespace
}  // namespace timock
