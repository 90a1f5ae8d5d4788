#include <gmock/gmock.h>

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

TEST_F(MetricsTest, ArePrometheusText) {
  Start({.version = "0.1.0",
         .host = "127.0.0.1",
         .connections = [] { return 3; },
         .turned_away = [] { return 7; }});
  Call();
  Call("{}");
  const ControlReply reply = Get("/metrics");
  EXPECT_EQ(reply.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(reply.text, HasSubstr("# TYPE timock_calls_total counter\n"));
  EXPECT_THAT(reply.text,
              HasSubstr("timock_calls_total{command=\"all_member_push/im_set_attr_name\","
                        "code=\"0\"} 1\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_call_duration_seconds_count 2\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_call_duration_seconds_bucket{le=\"+Inf\"} 2\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_throttle_total{outcome=\"admitted\"} 2\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_connections 3\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_connections_turned_away_total 7\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_journal_entries 2\n"));
  EXPECT_THAT(reply.text, HasSubstr("timock_journal_evicted_total 0\n"));
}

}  // namespace
}  // namespace timock
