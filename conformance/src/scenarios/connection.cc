#include <chrono>

#include "scenarios/scenarios.h"
#include "target/request_builder.h"

namespace timock::conformance {
namespace {

using namespace std::chrono_literals;

/// One read as the first app's admin, on a connection of HTTP.
Outgoing PlainRead(Stage& stage) { return stage.ReadRequest(stage.Who("admin")); }

/// Reads the answer to `request` and expects ErrorCode 0.
Reply Passed(Stage& stage, HttpClient& client, const Outgoing& request, const std::string& what) {
  Reply reply = client.Read();
  stage.Expect(stage.CodeOf(request, reply), 0, "ErrorCode of " + what);
  return reply;
}

void TwentyCalls(Stage& stage) {
  const std::unique_ptr<HttpClient> client = stage.target().Dial();
  const Outgoing read = PlainRead(stage);
  const std::string bytes = client->Bytes(read);
  for (int i = 1; i <= 20 && stage.wrong().empty(); ++i) {
    const std::string what = "read " + std::to_string(i) + " on one connection";
    if (!client->Write(bytes)) return stage.Wrong(what + " could not be sent");
    if (Passed(stage, *client, read, what).closed) stage.Wrong(what + " was the last one");
  }
}

void CloseIsAnnounced(Stage& stage) {
  std::unique_ptr<HttpClient> client = stage.target().Dial();
  const Outgoing read = PlainRead(stage);
  for (int i = 1; i <= 30 && stage.wrong().empty(); ++i) {
    const std::string what = "read " + std::to_string(i);
    if (!client->Write(client->Bytes(read))) {
      return stage.Wrong("the server ended the connection before " + what + " without saying so");
    }
    const Reply reply = Passed(stage, *client, read, what);
    if (reply.closed_unannounced) stage.Wrong("the server ended the connection without saying so");
    if (reply.closed) client = stage.target().Dial();
  }
}

void SplitHeadAndBody(Stage& stage) {
  const std::unique_ptr<HttpClient> client = stage.target().Dial();
  const Outgoing read = PlainRead(stage);
  const std::string bytes = client->Bytes(read);
  const std::string_view whole = bytes;
  client->Write(whole.substr(0, whole.size() - read.body.size()));
  client->WaitDelivered();
  client->Write(read.body);
  Passed(stage, *client, read, "a read whose head came before its body");
}

void OneByteAtATime(Stage& stage) {
  const std::unique_ptr<HttpClient> client = stage.target().Dial();
  const Outgoing read = PlainRead(stage);
  const std::string bytes = client->Bytes(read);
  for (const char& byte : bytes) client->Write({&byte, 1});
  Passed(stage, *client, read, "a read sent byte by byte");
}

void Pipelined(Stage& stage) {
  const std::unique_ptr<HttpClient> client = stage.target().Dial();
  const Outgoing read = PlainRead(stage);
  const Outgoing other = BuildRequest(
      {.path = "/v4/all_member_push/im_no_such_command", .body = "{}"}, stage.target());
  client->Write(client->Bytes(read) + client->Bytes(other));
  Passed(stage, *client, read, "the first of two calls in one write");
  const int second = stage.CodeOf(other, client->Read());
  stage.ExpectNot(second, 0, "ErrorCode of the second call, whose command is none");
  stage.ExpectSwitch(second, {"command_unknown"}, "ErrorCode of the second call");
}

void ExpectContinue(Stage& stage) {
  constexpr std::size_t kBytes = 40'000;
  const std::unique_ptr<HttpClient> client = stage.target().Dial();
  Outgoing read = PlainRead(stage);
  const std::string frame = R"({"pad":""})";
  read.body = R"({"pad":")" + std::string(kBytes - frame.size(), 'x') + R"("})";
  read.headers.emplace_back("Expect", "100-continue");
  const std::string bytes = client->Bytes(read);
  const std::string_view whole = bytes;
  client->Write(whole.substr(0, whole.size() - read.body.size()));
  const Reply interim = client->ReadInterim();
  if (interim.status != 100) {
    return stage.Wrong("the interim answer has HTTP status " + std::to_string(interim.status) +
                       ", expected 100");
  }
  client->Write(read.body);
  Passed(stage, *client, read, "a read of 40,000 bytes after 100 Continue");
}

void TlsVersions(Stage& stage) {
  struct Offer {
    const char* name;
    ClientOptions options;
  };
  const Offer offers[] = {{"TLS 1.2 only", {.tls = ClientOptions::Tls::k12}},
                          {"TLS 1.3 only", {.tls = ClientOptions::Tls::k13}},
                          {"ALPN http/1.1", {.alpn = {"http/1.1"}}},
                          {"ALPN h2 and http/1.1", {.alpn = {"h2", "http/1.1"}}}};
  const Outgoing read = PlainRead(stage);
  for (const Offer& offer : offers) {
    const std::unique_ptr<HttpClient> client = stage.target().Dial(offer.options);
    stage.Expect(stage.CodeOf(read, client->Send(read)), 0,
                 std::string("ErrorCode of a read with ") + offer.name);
    if (client->Protocol() == "h2") stage.Wrong("the server takes h2 and answers in HTTP/1.1");
  }
}

void AnswerInTime(Stage& stage) {
  const Outgoing read = PlainRead(stage);
  for (int i = 0; i < 5; ++i) {
    const Reply reply = stage.target().Send(read);
    stage.CodeOf(read, reply);
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(reply.answered - reply.sent);
    if (took > 2s) stage.Wrong("an answer took " + std::to_string(took.count()) + " ms");
  }
}

void PlainHttp(Stage& stage) {
  const std::string url = stage.target().PlainUrl();
  if (url.empty()) return stage.Skip("the target has no door without TLS");
  HttpClient client(Origin::Parse(url), {});
  const Outgoing read = PlainRead(stage);
  stage.ExpectSwitch(stage.CodeOf(read, client.Send(read)), {"plain_http"},
                     "ErrorCode of a read over plain HTTP");
}

}  // namespace

std::vector<NamedScenario> ConnectionScenarios() {
  return {{"connection.twenty_calls", TwentyCalls},
          {"connection.close_is_announced", CloseIsAnnounced},
          {"connection.split_head_and_body", SplitHeadAndBody},
          {"connection.one_byte_at_a_time", OneByteAtATime},
          {"connection.pipelined", Pipelined},
          {"connection.expect_continue", ExpectContinue},
          {"connection.tls_versions", TlsVersions},
          {"reply.in_time", AnswerInTime},
          {"tls.plain_http", PlainHttp}};
}

}  // namespace timock::conformance
