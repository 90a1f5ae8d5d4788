#include <string>
#include <vector>

#include "control/control_test.h"
#include "control/routes.h"

namespace timock {
namespace {

using nlohmann::json;
using State = DeferredAnswer::State;

class JournalRoutesTest : public ControlTest {
 protected:
  // The answer to a count that does not wait.
  json Count(const std::string& query) { return Get("/requests/count?" + query).json; }

  std::string Poll(DeferredAnswer& stream) {
    HttpResponse response;
    EXPECT_EQ(stream.Poll(now_, &response), State::kWait);
    return response.body;
  }
};

TEST_F(JournalRoutesTest, RefuseBadFilters) {
  for (const char* parameter :
       {"sdkappid=x", "sdkappid=4294967296", "sdkappid=", "code=-2147483649", "code=2147483648",
        "code=1x", "command=", "fault=", "from=x", "from=-1", "from=9000000001",
        "until=1.0000000001", "until=1e3", "since=-1", "since=9223372036854775808"}) {
    const std::string name(parameter, std::string_view(parameter).find('='));
    const std::string query = std::string("?") + parameter;
    EXPECT_EQ(Get("/requests" + query).Refused(), "400 ?" + name) << parameter;
    EXPECT_EQ(Send("DELETE", "/requests" + query).Refused(), "400 ?" + name) << parameter;
    EXPECT_EQ(Get("/requests/count" + query).Refused(), "400 ?" + name) << parameter;
    EXPECT_EQ(Get("/requests/stream" + query).Refused(), "400 ?" + name) << parameter;
    EXPECT_EQ(Get("/assumptions" + query).Refused(), "400 ?" + name) << parameter;
  }
  EXPECT_EQ(Get("/requests?command=" + std::string(201, 'a')).Refused(), "400 ?command");
  EXPECT_EQ(Get("/requests?limit=0").Refused(), "400 ?limit");
  EXPECT_EQ(Get("/requests?limit=1001").Refused(), "400 ?limit");
  EXPECT_EQ(Get("/requests/count?wait_ms=60001").Refused(), "400 ?wait_ms");
  EXPECT_EQ(Get("/requests/count?at_least=2&at_most=1").Refused(), "400 ?at_most");
  EXPECT_EQ(Get("/requests/x").Refused(), "404");
  EXPECT_EQ(Get("/requests/999").Refused(), "404");
}

TEST_F(JournalRoutesTest, RefuseAppsThatNothingKnows) {
  for (const char* path : {"/requests", "/requests/count", "/requests/stream", "/assumptions"}) {
    EXPECT_EQ(Get(path + std::string("?sdkappid=5")).Refused(), "404 ?sdkappid") << path;
  }
  EXPECT_EQ(Send("DELETE", "/requests?sdkappid=5").Refused(), "404 ?sdkappid");
  service().Handle({.target = "/v4/all_member_push/im_set_attr_name?sdkappid=5&identifier=a"
                              "&usersig=x&random=1&contenttype=json",
                    .body = "{}"});
  EXPECT_EQ(Count("sdkappid=5&at_least=1")["count"], 1) << "called, though it does not exist";
}

TEST_F(JournalRoutesTest, ListCallsPageByPage) {
  for (int i = 0; i < 3; ++i) Call();
  const json page =
      Get("/requests?limit=2&sdkappid=1400000000&code=0&command=im_set_attr_name").json;
  ASSERT_EQ(page["requests"].size(), 2U);
  EXPECT_TRUE(page["more"]);
  EXPECT_EQ(page["evicted"], 0);
  EXPECT_EQ(page["last_id"], 3);
  const json rest = Get("/requests?since=2&from=0&until=9000000000").json;
  ASSERT_EQ(rest["requests"].size(), 1U);
  EXPECT_FALSE(rest["more"]);
  EXPECT_EQ(rest["requests"][0], Get("/requests/3").json);
  EXPECT_EQ(Get("/requests?from=1795369800.000000001").json["requests"].size(), 0U);
  EXPECT_EQ(Send("DELETE", "/requests?sdkappid=1400000000").status, 200);
  EXPECT_EQ(Get("/requests").json["requests"].size(), 0U);
}

TEST_F(JournalRoutesTest, ListTheNewestFirstWhenAsked) {
  for (int i = 0; i < 3; ++i) Call();
  const json page = Get("/requests?order=newest&limit=2").json;
  ASSERT_EQ(page["requests"].size(), 2U);
  EXPECT_EQ(page["requests"][0]["id"], 3);
  EXPECT_EQ(page["requests"][1]["id"], 2);
  EXPECT_TRUE(page["more"]);
  EXPECT_EQ(Get("/requests?order=oldest&limit=1").json["requests"][0]["id"], 1);
  EXPECT_EQ(Get("/requests?order=up").Refused(), "400 ?order");
}

TEST_F(JournalRoutesTest, NameTheAssumptionsOfCalls) {
  Call(R"({"AttrNames":["sex"]})");
  const json reply = Get("/assumptions").json;
  EXPECT_TRUE(reply["note"].is_string());
  ASSERT_FALSE(reply["assumptions"].empty());
  for (const json& assumption : reply["assumptions"]) {
    EXPECT_FALSE(assumption["value"].is_null()) << assumption;
    EXPECT_EQ(assumption["last_id"], 1) << assumption;
  }
}

TEST_F(JournalRoutesTest, CountWithinBounds) {
  for (int i = 0; i < 3; ++i) Call();
  EXPECT_EQ(Count("at_least=3&at_most=3"),
            json({{"count", 3}, {"satisfied", true}, {"complete", true}}));
  const json more = Count("sdkappid=1400000000&code=60007&at_least=1");
  EXPECT_FALSE(more["satisfied"]);
  ASSERT_EQ(more["near_misses"].size(), 3U);
  EXPECT_EQ(more["near_misses"][0]["id"], 3);
  EXPECT_TRUE(more["near_misses"][0]["why"].is_string());
  const json too_many = Count("at_most=1");
  EXPECT_FALSE(too_many["satisfied"]);
  EXPECT_EQ(too_many["near_misses"],
            json({{{"id", 3}, {"why", "one too many"}}, {{"id", 2}, {"why", "one too many"}}}));
  for (int i = 0; i < 4; ++i) Call();
  EXPECT_EQ(Count("at_most=0")["near_misses"].size(), 5U);
  EXPECT_TRUE(Count("")["satisfied"]);
}

TEST_F(JournalRoutesTest, ProveNothingButALeastNumberOnceCallsWereDropped) {
  Start({.version = "0.1.0", .host = "127.0.0.1"}, {.journal = {.max_entries = 2}});
  for (int i = 0; i < 64; ++i) Call();
  EXPECT_TRUE(Count("at_least=1")["satisfied"]);
  for (const char* query :
       {"at_least=60", "at_most=60", "at_least=1&at_most=60", "at_most=1", ""}) {
    const json count = Count(query);
    EXPECT_FALSE(count["satisfied"]) << query;
    EXPECT_FALSE(count["complete"]) << query;
    EXPECT_TRUE(count.contains("reason")) << query;
  }
}

TEST_F(JournalRoutesTest, WaitForCalls) {
  HttpResponse response;
  const auto answer = Defer("/requests/count?at_least=2&wait_ms=2000", &response);
  ASSERT_NE(answer, nullptr);
  EXPECT_FALSE(answer->stream());
  EXPECT_EQ(answer->Poll(now_, &response), State::kWait);
  Call();
  EXPECT_EQ(answer->Poll(now_, &response), State::kWait);
  Call();
  ASSERT_EQ(answer->Poll(now_, &response), State::kReady);
  EXPECT_EQ(json::parse(response.body)["count"], 2);
  EXPECT_TRUE(json::parse(response.body)["satisfied"]);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_FALSE(response.headers.empty());
}

TEST_F(JournalRoutesTest, CountAnewWhatWasDeletedMeanwhile) {
  HttpResponse response;
  const auto answer = Defer("/requests/count?at_least=3&wait_ms=2000", &response);
  Call();
  Call();
  EXPECT_EQ(answer->Poll(now_, &response), State::kWait);
  service().ClearCalls();
  for (int i = 0; i < 2; ++i) {
    Call();
    EXPECT_EQ(answer->Poll(now_, &response), State::kWait) << i;
  }
  Call();
  EXPECT_EQ(answer->Poll(now_, &response), State::kReady);
  EXPECT_EQ(json::parse(response.body)["count"], 3);
}

TEST_F(JournalRoutesTest, StopWaitingOnceDroppedCallsDecide) {
  Start({.version = "0.1.0", .host = "127.0.0.1"}, {.journal = {.max_entries = 2}});
  HttpResponse response;
  const auto answer = Defer("/requests/count?at_least=60&at_most=60&wait_ms=2000", &response);
  for (int i = 0; i < 40; ++i) Call();
  ASSERT_EQ(answer->Poll(now_, &response), State::kReady);
  EXPECT_FALSE(json::parse(response.body)["complete"]);
}

TEST_F(JournalRoutesTest, WaitNoLongerThanAsked) {
  HttpResponse response;
  const auto answer = Defer("/requests/count?at_least=1&wait_ms=2000", &response);
  ASSERT_NE(answer, nullptr);
  now_ += std::chrono::milliseconds{2000} - Tick{1};
  EXPECT_EQ(answer->Poll(now_, &response), State::kWait);
  now_ += Tick{1};
  ASSERT_EQ(answer->Poll(now_, &response), State::kReady);
  EXPECT_FALSE(json::parse(response.body)["satisfied"]);
}

TEST_F(JournalRoutesTest, DoNotWaitForWhatCannotBecomeTrue) {
  Call();
  EXPECT_FALSE(Count("at_most=0&wait_ms=60000")["satisfied"]);
  EXPECT_TRUE(Count("at_most=1&wait_ms=60000")["satisfied"]);
}

TEST_F(JournalRoutesTest, StreamCallsFromNowOn) {
  Call();
  HttpResponse head;
  const auto stream = Defer("/requests/stream?sdkappid=1400000000", &head);
  ASSERT_NE(stream, nullptr);
  EXPECT_TRUE(stream->stream());
  EXPECT_EQ(head.content_type, "text/event-stream");
  EXPECT_EQ(Poll(*stream), "");
  Call();
  const std::string event = Poll(*stream);
  EXPECT_TRUE(event.starts_with("id: 2\nevent: call\ndata: {\"id\":2,")) << event;
  EXPECT_TRUE(event.ends_with("}\n\n")) << event;
  EXPECT_EQ(Poll(*stream), "");
}

TEST_F(JournalRoutesTest, StreamFromWhereAClientLeftOff) {
  for (int i = 0; i < 3; ++i) Call();
  HttpResponse head;
  EXPECT_TRUE(Poll(*Defer("/requests/stream?since=0", &head)).starts_with("id: 1\n"));
  EXPECT_TRUE(Poll(*Defer("/requests/stream?since=0", &head,
                          {{"Host", "localhost"}, {"last-event-id", "2"}}))
                  .starts_with("id: 3\n"));
  EXPECT_EQ(Send("GET", "/requests/stream", "", {{"Host", "localhost"}, {"Last-Event-ID", "x"}})
                .Refused(),
            "400");
}

TEST_F(JournalRoutesTest, StreamMoreThanOnePollTakes) {
  service().SetProfile(Profile().With(R"({"throttle":{"limit":"none"}})").value());
  for (int i = 0; i < 150; ++i) Call();
  HttpResponse head;
  const auto stream = Defer("/requests/stream?since=0", &head);
  EXPECT_NE(Poll(*stream).find("id: 100\n"), std::string::npos);
  EXPECT_NE(Poll(*stream).find("id: 150\n"), std::string::npos);
  EXPECT_EQ(Poll(*stream), "");
}

TEST_F(JournalRoutesTest, SendHeartbeatsIntoQuietStreams) {
  HttpResponse head;
  const auto stream = Defer("/requests/stream", &head);
  now_ += std::chrono::seconds{15} - Tick{1};
  EXPECT_EQ(Poll(*stream), "");
  now_ += Tick{1};
  EXPECT_EQ(Poll(*stream), ":\n\n");
  EXPECT_EQ(Poll(*stream), "");
}

TEST_F(JournalRoutesTest, ServeAtMost64Streams) {
  HttpResponse head;
  std::vector<std::unique_ptr<DeferredAnswer>> streams;
  streams.reserve(64);
  for (int i = 0; i < 64; ++i) streams.push_back(Defer("/requests/stream", &head));
  EXPECT_EQ(Get("/requests/stream").Refused(), "503");
  streams.pop_back();
  EXPECT_EQ(Send("HEAD", "/requests/stream").status, 200) << "takes no place";
  EXPECT_NE(Defer("/requests/stream", &head), nullptr);
}

TEST(EntryTest, HasNullsForWhatIsAbsent) {
  JournalEntry entry;
  entry.id = 7;
  entry.at = UnixSeconds(kStart) + Tick{500'000'000};
  EXPECT_EQ(control::EntryToJson(entry).dump(),
            R"({"id":7,"at":"2026-11-22T17:50:00.500000000Z","unix":1795369800.5,)"
            R"("connection":null,"method":"","target":"","headers":[],"tls":false,"body":"",)"
            R"("body_bytes":0,"http_status":200,"error_code":0,"reply":"","command":null,)"
            R"("sdkappid":null,"rule":null,"fault":null,"duration_us":0.0,"diagnoses":[],)"
            R"("assumptions":[]})");
}

TEST(EntryTest, HasNoCodeWhereTheAnswerHeldNone) {
  JournalEntry entry;
  entry.error_code = std::nullopt;
  EXPECT_TRUE(control::EntryToJson(entry)["error_code"].is_null());
}

TEST(EntryTest, HasAllThatIsKnown) {
  JournalEntry entry;
  entry.connection = 3;
  entry.headers = {{"Host", "x"}, {"Host", "y"}};
  entry.sdkappid = 5;
  entry.rule = "r";
  entry.duration = std::chrono::nanoseconds{1500};
  entry.diagnoses = {{"n", "d", "m"}};
  entry.assumptions = {"a"};
  const json read = control::EntryToJson(entry);
  EXPECT_EQ(read["connection"], 3);
  EXPECT_EQ(read["headers"].dump(), R"([["Host","x"],["Host","y"]])");
  EXPECT_EQ(read["sdkappid"], 5);
  EXPECT_EQ(read["rule"], "r");
  EXPECT_EQ(read["duration_us"], 1.5);
  EXPECT_EQ(read["diagnoses"].dump(), R"([{"detail":"d","name":"n","remedy":"m"}])");
  EXPECT_EQ(read["assumptions"].dump(), R"(["a"])");
}

TEST(EntryTest, HasTheBytesOfABodyThatIsNoText) {
  JournalEntry entry;
  entry.body = "caf\xC3\xA9";
  EXPECT_FALSE(control::EntryToJson(entry).contains("body_base64"));
  entry.body += " \xFF";
  EXPECT_EQ(control::EntryToJson(entry)["body_base64"], "Y2Fmw6kg/w==");
}

}  // namespace
}  // namespace timock
