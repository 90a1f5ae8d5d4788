#include <gtest/gtest.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "faults/fault_fields.h"
#include "http/server_fixture.h"
#include "http/tls_client.h"

namespace timock::testing {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kBody = R"({"AttrNames":{"0":"sex"}})";
constexpr std::string_view kSuccess = R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})";

/// The bytes of an answer, but for the moment of its making.
std::string WithoutDate(const std::string& bytes) {
  return std::regex_replace(bytes, std::regex("Date: [^\r]*GMT\r\n"), "");
}

std::string Whole(std::string_view status, std::string_view content_type, std::string_view body) {
  return "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n" + std::string(body);
}

class FaultTransportTest : public ServerFixture {
 protected:
  FaultTransportTest() {
    ServerOptions options;
    options.tls = TlsOptions{};
    Launch(std::move(options));
  }

  FaultStatus Add(std::string_view json) {
    const Fault fault = FaultFromJson(nlohmann::json::parse(json)).value();
    return server_->service().AddFault(fault).value();
  }

  FaultStatus AddPreset(const std::string& name) {
    return Add(nlohmann::json{{"preset", name}, {"id", name}}.dump());
  }

  std::uint64_t Hits(const std::string& id) { return server_->service().FindFault(id)->hits; }

  std::string Target() {
    return server_->service().Target("im_set_attr_name", 1'400'000'000, "administrator").value();
  }

  std::string Call() {
    return "POST " + Target() +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" +
           std::string(kBody);
  }

  /// All that a preset's answer puts on the wire, when the client ends after it.
  std::string Wire(const std::string& preset) {
    AddPreset(preset);
    RawClient client(port());
    EXPECT_TRUE(client.Send(Call()));
    client.EndSending();
    std::string bytes = WithoutDate(client.TakeAll());
    EXPECT_EQ(Hits(preset), 1U);
    was_reset_ = client.reset();
    return bytes;
  }

  bool was_reset_ = false;
};

std::string Json(std::string_view body) { return Whole("200 OK", "application/json", body); }

TEST_F(FaultTransportTest, PresetRetry91000) {
  EXPECT_EQ(
      Wire("retry-91000"),
      Json(
          R"({"ActionStatus":"FAIL","ErrorInfo":"service failed, please repeat","ErrorCode":91000})"));
  EXPECT_TRUE(server_->service().Names(1'400'000'000).empty()) << "changes nothing";
  RawClient again(port());
  ASSERT_TRUE(again.Send(Call()));
  EXPECT_EQ(again.Read().body, kSuccess);
}

TEST_F(FaultTransportTest, PresetGateway502) {
  EXPECT_EQ(Wire("gateway-502"),
            Whole("502 Bad Gateway", "text/html",
                  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
                  "<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"));
}

TEST_F(FaultTransportTest, PresetTimeout3s) {
  const auto began = SystemClock().Ticks();
  EXPECT_EQ(Wire("timeout-3s"), Json(kSuccess));
  EXPECT_GE(SystemClock().Ticks() - began, milliseconds{2990});
}

TEST_F(FaultTransportTest, PresetCloseBeforeAnswer) {
  EXPECT_EQ(Wire("close-before-answer"), "");
  EXPECT_FALSE(was_reset_);
  EXPECT_FALSE(server_->service().Names(1'400'000'000).empty()) << "the call was carried out";
}

TEST_F(FaultTransportTest, PresetResetMidAnswer) {
  const std::string whole = Json(kSuccess);
  EXPECT_EQ(Wire("reset-mid-answer"), whole.substr(0, whole.size() - kSuccess.size() / 2));
  EXPECT_TRUE(was_reset_);
}

TEST_F(FaultTransportTest, PresetTruncated) {
  const std::string whole = Json(kSuccess);
  EXPECT_EQ(Wire("truncated"), whole.substr(0, whole.size() - kSuccess.size() / 2));
  EXPECT_FALSE(was_reset_);
}

TEST_F(FaultTransportTest, PresetSlowTrickle) {
  Add(R"({"preset":"slow-trickle","id":"slow","action":{"trickle_bytes":40,"trickle_every_ms":20}})");
  RawClient client(port());
  const auto began = SystemClock().Ticks();
  ASSERT_TRUE(client.Send(Call()));
  std::string bytes;
  int pieces = 0;
  while (!WithoutDate(bytes).ends_with(kSuccess)) {
    ASSERT_TRUE(client.Take(&bytes));
    ++pieces;
  }
  EXPECT_EQ(WithoutDate(bytes), Json(kSuccess));
  EXPECT_GE(pieces, 3);
  EXPECT_GE(SystemClock().Ticks() - began, milliseconds{20 * 3});
  EXPECT_EQ(Hits("slow"), 1U);
  server_->service().RemoveFaults();
  ASSERT_TRUE(client.Send(Call()));
  EXPECT_EQ(client.Read().status, 200) << "the connection stays open";
}

TEST_F(FaultTransportTest, PresetDriftNoActionstatus) {
  EXPECT_EQ(Wire("drift-no-actionstatus"), Json(R"({"ErrorInfo":"","ErrorCode":0})"));
}

TEST_F(FaultTransportTest, PresetNullErrorInfo) {
  EXPECT_EQ(Wire("null-error-info"),
            Json(R"({"ActionStatus":"OK","ErrorInfo":null,"ErrorCode":0})"));
}

TEST_F(FaultTransportTest, PresetHtmlContentType) {
  EXPECT_EQ(Wire("html-content-type"), Whole("200 OK", "text/html; charset=utf-8", kSuccess));
}

TEST_F(FaultTransportTest, ThePresetsAboveAreAllThereAre) {
  EXPECT_EQ(FaultPresets().at("presets").size(), 10U);
}

TEST_F(FaultTransportTest, AStatusWithoutABodyIsFramedAsOne) {
  Add(R"({"action":{"http_status":204},"times":1})");
  RawClient client(port());
  ASSERT_TRUE(client.Send(Call() + Call()));
  const Answer empty = client.Read();
  EXPECT_EQ(empty.status, 204);
  EXPECT_EQ(empty.head.find("Content-Length"), std::string::npos) << empty.head;
  EXPECT_EQ(client.Read().body, kSuccess);
}

TEST_F(FaultTransportTest, PipelinedRequestsWaitBehindAHeldAnswerAndThoseBeforeItDoNot) {
  Add(R"({"match":{"body":{"equals":1}},"action":{"delay":{"fixed_ms":700}}})");
  RawClient client(port());
  const std::string held =
      "POST /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1";
  const auto began = SystemClock().Ticks();
  ASSERT_TRUE(client.Send(std::string(kGet) + held + std::string(kGet) + Call()));
  EXPECT_EQ(client.Read().status, 200);
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{600}) << "sent before the held one";
  for (int call = 0; call < 2; ++call) EXPECT_EQ(client.Read().status, 200) << call;
  EXPECT_EQ(client.Read().body, kSuccess);
  EXPECT_GE(SystemClock().Ticks() - began, milliseconds{690});
}

TEST_F(FaultTransportTest, ManyHeldAnswersCostNoThreadAndKeepNobodyWaiting) {
  Add(R"({"match":{"body":{"equals":1}},"action":{"delay":{"fixed_ms":2000}}})");
  std::vector<std::unique_ptr<RawClient>> held;
  const auto began = SystemClock().Ticks();
  for (int client = 0; client < 200; ++client) {
    held.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(
        held.back()->Send("POST /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: "
                          "a\r\nContent-Length: 1\r\n\r\n1"));
  }
  for (int call = 0; call < 50; ++call) EXPECT_EQ(Exchange(port(), kGet).status, 200);
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{2000});
  for (const auto& client : held) EXPECT_EQ(client->Read().status, 200);
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{10'000});
}

TEST_F(FaultTransportTest, AHeldAnswerIsTheLastAsTheRequestAsked) {
  Add(R"({"action":{"delay":{"fixed_ms":20}}})");
  RawClient head(port());
  ASSERT_TRUE(
      head.Send("HEAD /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: a\r\nConnection: "
                "close\r\n\r\n"));
  EXPECT_TRUE(head.Read(false).Closes());
  EXPECT_TRUE(head.Ended());
  const Answer large = Exchange(port(),
                                "POST /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: "
                                "a\r\nContent-Length: 99999\r\n\r\n");
  EXPECT_EQ(large.status, 200);
  EXPECT_TRUE(large.Closes());
}

TEST_F(FaultTransportTest, StopWaitsForAHeldAnswerNoLongerThanTheGrace) {
  Add(R"({"match":{"body":{"equals":1}},"action":{"delay":{"fixed_ms":600000}}})");
  Add(R"({"match":{"body":{"equals":2}},"action":{"delay":{"fixed_ms":200}}})");
  RawClient never(port());
  ASSERT_TRUE(
      never.Send("POST /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: a\r\nContent-Length: "
                 "1\r\n\r\n1"));
  RawClient soon(port());
  ASSERT_TRUE(
      soon.Send("POST /v4/all_member_push/im_get_attr_name HTTP/1.1\r\nHost: a\r\nContent-Length: "
                "1\r\n\r\n2"));
  EXPECT_EQ(Exchange(port(), kGet).status, 200);
  while (handled() < 3) std::this_thread::yield();
  const auto began = SystemClock().Ticks();
  server_->Stop();
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{2500});
  const Answer answer = soon.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes()) << "the server stopped while it was held";
  EXPECT_EQ(never.TakeAll(), "");
}

TEST_F(FaultTransportTest, AClientThatLeavesWhileItsAnswerIsHeldDoesNoHarm) {
  Add(R"({"preset":"slow-trickle","id":"slow","action":{"trickle_every_ms":1}})");
  for (int client = 0; client < 20; ++client) {
    RawClient leaves(port());
    ASSERT_TRUE(leaves.Send(Call()));
    ASSERT_TRUE(leaves.Readable(5000));
  }
  server_->service().RemoveFaults();
  EXPECT_EQ(Exchange(port(), kGet).status, 200);
}

TEST_F(FaultTransportTest, ActsOverTls) {
  const auto connect = [this] {
    return std::make_unique<TlsClient>(server_->tls_port(),
                                       TlsClientOptions{.ca = server_->ca_certificate()});
  };
  const auto end_of = [&](const std::string& preset) {
    server_->service().RemoveFaults();
    AddPreset(preset);
    auto client = connect();
    EXPECT_TRUE(client->Send(Call()));
    return client;
  };
  EXPECT_TRUE(end_of("close-before-answer")->Ended()) << "with close_notify";
  EXPECT_EQ(end_of("truncated")->Read().status, 0);
  auto reset = end_of("reset-mid-answer");
  EXPECT_EQ(reset->Read().status, 0);
  EXPECT_TRUE(reset->raw().reset());
  server_->service().RemoveFaults();
  Add(R"({"action":{"delay":{"fixed_ms":20},"ending":"trickle","trickle_bytes":50,"trickle_every_ms":5}})");
  auto slow = connect();
  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(slow->Send(Call()));
    EXPECT_EQ(slow->Read().body, kSuccess);
  }
}

/// What a client library makes of each preset, once.
TEST_F(FaultTransportTest, IsMetByAClientLibrary) {
  struct Case {
    std::string preset;
    httplib::Error error = httplib::Error::Success;
    int status = 200;
    std::string part;
  };
  using httplib::Error;
  const std::vector<Case> cases = {
      {.preset = "retry-91000", .part = "91000"},
      {.preset = "gateway-502", .status = 502, .part = "<h1>"},
      {.preset = "timeout-3s", .error = Error::Read, .part = ""},
      {.preset = "close-before-answer", .error = Error::Read, .part = ""},
      {.preset = "reset-mid-answer", .error = Error::Read, .part = ""},
      {.preset = "truncated", .error = Error::Read, .part = ""},
      {.preset = "drift-no-actionstatus", .part = R"({"ErrorInfo":"","ErrorCode":0})"},
      {.preset = "null-error-info", .part = R"("ErrorInfo":null)"},
      {.preset = "html-content-type", .part = R"("ErrorCode":0)"},
      {.preset = "slow-trickle", .part = R"("ErrorCode":0)"},
  };
  for (const Case& one : cases) {
    server_->service().RemoveFaults();
    if (one.preset == "slow-trickle") {
      Add(R"({"preset":"slow-trickle","id":"slow-trickle","action":{"trickle_every_ms":1}})");
    } else {
      AddPreset(one.preset);
    }
    httplib::Client client("127.0.0.1", port());
    client.set_url_encode(false);
    client.set_read_timeout(milliseconds{1500});
    const auto answer = client.Post(Target(), std::string(kBody), "application/json");
    EXPECT_EQ(answer.error(), one.error) << one.preset;
    EXPECT_EQ(Hits(one.preset), 1U) << one.preset;
    if (!answer) continue;
    EXPECT_EQ(answer->status, one.status) << one.preset;
    EXPECT_NE(answer->body.find(one.part), std::string::npos) << one.preset << answer->body;
  }
}

}  // namespace
}  // namespace timock::testing
