#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/pem.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server_fixture.h"
#include "http/tls_client.h"

namespace timock::testing {
namespace {

using std::chrono::milliseconds;

class TlsTest : public ServerFixture {
 protected:
  Server& StartTls(HttpLimits limits = {}, std::size_t max_body_bytes = 65536) {
    ServerOptions options;
    options.limits = limits;
    options.service.max_body_bytes = max_body_bytes;
    options.tls = TlsOptions{};
    return Launch(std::move(options));
  }

  std::uint16_t tls_port() const { return server_->tls_port(); }

  TlsClientOptions Trusting() const { return {.ca = server_->ca_certificate()}; }

  std::unique_ptr<TlsClient> Connect(TlsClientOptions options) const {
    options.ca = server_->ca_certificate();
    auto client = std::make_unique<TlsClient>(tls_port(), options);
    EXPECT_TRUE(client->established()) << client->failure();
    return client;
  }
};

TEST_F(TlsTest, ServesAClientThatTrustsTheAuthority) {
  StartTls();
  BIO* const text = BIO_new_mem_buf(server_->ca_certificate().data(),
                                    static_cast<int>(server_->ca_certificate().size()));
  X509* const certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
  BIO_free(text);
  X509_STORE* const store = X509_STORE_new();
  X509_STORE_add_cert(store, certificate);
  X509_free(certificate);
  for (const char* const host : {"localhost", "127.0.0.1"}) {
    httplib::SSLClient client(host, tls_port());
    X509_STORE_up_ref(store);
    client.set_ca_cert_store(store);
    client.enable_server_certificate_verification(true);
    const std::string target =
        server_->service().Target("im_set_attr_name", 1'400'000'000, "administrator").value();
    const auto answer = client.Post(target, R"({"AttrNames":{"0":"sex"}})", "application/json");
    ASSERT_TRUE(answer) << host << ": " << httplib::to_string(answer.error());
    EXPECT_EQ(answer->status, 200);
    EXPECT_NE(answer->body.find(R"("ErrorCode":0)"), std::string::npos) << answer->body;
  }
  X509_STORE_free(store);
  EXPECT_EQ(handled(), 2);
}

TEST_F(TlsTest, ServesHttpBesideHttps) {
  StartTls();
  EXPECT_EQ(Exchange(port(), kGet).status, 200);
  EXPECT_NE(port(), tls_port());
}

TEST_F(TlsTest, HasNoTlsPortWithoutTls) {
  StartServer();
  EXPECT_EQ(server_->tls_port(), 0);
  EXPECT_EQ(server_->proxy_port(), 0);
  EXPECT_EQ(server_->ca_certificate(), "");
}

TEST_F(TlsTest, TellsTheServiceThatACallCameOverTls) {
  ServerOptions options;
  options.service.profile = Profile::Parse(R"({"plain_http":60002})").value();
  options.tls = TlsOptions{};
  Launch(std::move(options));
  const std::string call =
      "POST " +
      server_->service().Target("im_get_attr_name", 1'400'000'000, "administrator").value() +
      " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
  EXPECT_NE(Exchange(port(), call).body.find(R"("ErrorCode":60002)"), std::string::npos);
  const auto client = Connect({});
  ASSERT_TRUE(client->Send(call));
  const Answer answer = client->Read();
  EXPECT_NE(answer.body.find(R"("ErrorCode":0)"), std::string::npos) << answer.body;
}

TEST_F(TlsTest, SpeaksTls12And13) {
  StartTls();
  EXPECT_EQ(Connect({.version = TLS1_2_VERSION})->version(), "TLSv1.2");
  EXPECT_EQ(Connect({.version = TLS1_3_VERSION})->version(), "TLSv1.3");
}

TEST_F(TlsTest, RefusesTls11) {
  StartTls();
  TlsClientOptions options = Trusting();
  options.version = TLS1_1_VERSION;
  const TlsClient client(tls_port(), options);
  EXPECT_FALSE(client.established());
  EXPECT_EQ(client.failure(), "tlsv1 alert protocol version");
  ExpectReason("TLS 1.2 and 1.3 are supported");
  EXPECT_EQ(malformed(), 1);
}

TEST_F(TlsTest, ChoosesHttp11OfWhatAClientOffers) {
  StartTls();
  EXPECT_EQ(Connect({.alpn = "\x02h2\x08http/1.1"})->alpn(), "http/1.1");
  EXPECT_EQ(Connect({})->alpn(), "");
}

TEST_F(TlsTest, RefusesAClientThatSpeaksOnlyHttp2) {
  StartTls();
  TlsClientOptions options = Trusting();
  options.alpn = "\x02h2";
  const TlsClient client(tls_port(), options);
  EXPECT_FALSE(client.established());
  EXPECT_EQ(client.failure(), "tlsv1 alert no application protocol");
  ExpectReason("ALPN does not offer http/1.1");
}

TEST_F(TlsTest, SaysThatAClientDoesNotTrustTheAuthority) {
  StartTls();
  const TlsClient client(tls_port(), {});
  EXPECT_FALSE(client.established());
  EXPECT_EQ(client.failure(), "certificate verify failed");
  ExpectReason("let it trust that of the authority");
}

TEST_F(TlsTest, ResumesASession) {
  StartTls();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto first = Connect({.version = version});
    ASSERT_TRUE(first->Send(kGet));
    ASSERT_EQ(first->Read().status, 200);  // the tickets of TLS 1.3 come before it
    SSL_SESSION* const session = SSL_get1_session(first->ssl());
    const auto second = Connect({.version = version, .session = session});
    EXPECT_EQ(SSL_session_reused(second->ssl()), 1) << version;
    ASSERT_TRUE(second->Send(kGet));
    EXPECT_EQ(second->Read().status, 200);
    SSL_SESSION_free(session);
  }
}

TEST_F(TlsTest, AnswersPipelinedRequestsInOrder) {
  StartTls();
  const auto client = Connect({});
  std::string requests;
  for (int call = 0; call < 200; ++call) {
    requests += call % 3 == 0 ? "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" : Post("{}");
  }
  ASSERT_TRUE(client->Send(requests + "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"));
  for (int call = 0; call < 200; ++call) {
    ASSERT_EQ(client->Read(call % 3 != 0).status, 200) << call;
  }
  ExpectRefusal(client->Read());
  EXPECT_TRUE(client->Ended());
  EXPECT_EQ(handled(), 200);
}

TEST_F(TlsTest, AnswersAPipelineWhoseAnswersTheClientIsSlowToTake) {
  StartTls();
  const auto client = Connect({.receive_buffer = 4096});
  std::string requests;
  constexpr int kCalls = 3000;
  for (int call = 0; call < kCalls; ++call) requests += kGet;
  ASSERT_TRUE(client->Send(requests));
  for (int call = 0; call < kCalls; ++call) ASSERT_EQ(client->Read().status, 200) << call;
  EXPECT_EQ(handled(), kCalls);
}

TEST_F(TlsTest, TakesRecordsByteByByte) {
  StartTls();
  const auto client = Connect({.piece = 1});
  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(client->Send(Post("{}")));
    EXPECT_EQ(client->Read().status, 200);
  }
}

TEST_F(TlsTest, TakesARequestOfOneRecordForEachByte) {
  StartTls();
  const auto client = Connect({});
  for (const char byte : Post("{}")) ASSERT_TRUE(client->Send({&byte, 1}));
  EXPECT_EQ(client->Read().status, 200);
}

TEST_F(TlsTest, TakesABodyOfManyRecords) {
  StartTls({}, 1'000'000);
  const auto client = Connect({});
  for (int call = 0; call < 2; ++call) {
    ASSERT_TRUE(client->Send(Post(std::string(1'000'000, 'x'))));
    const Answer answer = client->Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.Closes());
  }
}

TEST_F(TlsTest, TellsAClientThatIsStillSendingThatItsBodyIsTooLarge) {
  StartTls();
  const auto client = Connect({});
  constexpr std::size_t kSize = std::size_t{10} * 1024 * 1024;
  ASSERT_TRUE(client->Send(
      "POST /v4/x/y HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n"));
  ASSERT_TRUE(client->Send(std::string(kSize, 'x')));
  const Answer answer = client->Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_NE(answer.body.find("60002"), std::string::npos) << answer.body;
  EXPECT_TRUE(client->Ended());
  EXPECT_EQ(handled(), 1);
}

TEST_F(TlsTest, AnswersAClientThatEndsSendingBeforeItReads) {
  StartTls();
  for (const bool with_close_notify : {true, false}) {
    const auto client = Connect({});
    ASSERT_TRUE(client->Send(std::string(kGet) + std::string(kGet)));
    with_close_notify ? client->EndSending() : client->raw().EndSending();
    EXPECT_EQ(client->Read().status, 200);
    EXPECT_EQ(client->Read().status, 200);
    EXPECT_TRUE(client->Ended());
  }
  EXPECT_EQ(malformed(), 0);
}

/// The end of the stream in one piece with what came before it, and TCP stays open.
TEST_F(TlsTest, SeesTheEndThatCameTogetherWithARequest) {
  StartTls();
  const auto client = Connect({});
  ASSERT_GT(SSL_write(client->ssl(), kGet.data(), int{kGet.size()}), 0);
  client->EndStream();
  EXPECT_EQ(client->Read().status, 200);
  EXPECT_TRUE(client->Ended());

  const auto half = Connect({});
  ASSERT_GT(SSL_write(half->ssl(), kGet.data(), int{kGet.size() - 2}), 0);
  half->EndStream();
  ExpectRefusal(half->Read());
  EXPECT_TRUE(half->Ended());
}

TEST_F(TlsTest, TellsOfABrokenRecordThatCameTogetherWithARequest) {
  StartTls();
  {
    const auto client = Connect({});
    ASSERT_GT(SSL_write(client->ssl(), kGet.data(), int{kGet.size()}), 0);
    constexpr std::string_view kBroken("\x17\x03\x03\x00\x05xxxxx", 10);
    BIO_write(SSL_get_wbio(client->ssl()), kBroken.data(), kBroken.size());
    client->EndStream();
    EXPECT_FALSE(client->Ended());
  }
  server_.reset();
  EXPECT_EQ(malformed(), 1);
  EXPECT_NE(reason().find("TLS failed"), std::string::npos) << reason();
}

TEST_F(TlsTest, RefusesARequestThatItsClientEndsHalfway) {
  StartTls();
  const auto client = Connect({});
  ASSERT_TRUE(client->Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc"));
  client->EndSending();
  ExpectRefusal(client->Read());
  EXPECT_TRUE(client->Ended());
}

TEST_F(TlsTest, EndsAnIdleConnectionWithCloseNotify) {
  StartTls({.idle_time = milliseconds(50)});
  const auto client = Connect({});
  ASSERT_TRUE(client->Send(kGet));
  EXPECT_EQ(client->Read().status, 200);
  EXPECT_TRUE(client->Ended());
  EXPECT_EQ(malformed(), 0);
}

TEST_F(TlsTest, EndsAConnectionThatOnlyBeginsARecord) {
  StartTls({.idle_time = milliseconds(50)});
  const auto client = Connect({});
  ASSERT_TRUE(client->raw().Send("\x17\x03\x03"));
  EXPECT_TRUE(client->Ended());
}

TEST_F(TlsTest, RefusesARequestThatDoesNotArriveInTime) {
  StartTls({.request_time = milliseconds(200)});
  const auto client = Connect({});
  ASSERT_TRUE(client->Send("P"));
  ExpectRefusal(client->Read());
  EXPECT_TRUE(client->Ended());
}

TEST_F(TlsTest, CutsOffASlowHandshake) {
  StartTls({.request_time = milliseconds(50), .idle_time = milliseconds(60'000)});
  RawClient silent(tls_port());
  RawClient slow(tls_port());
  ASSERT_TRUE(slow.Send("\x16\x03\x01"));
  EXPECT_TRUE(silent.Ended());
  EXPECT_TRUE(slow.Ended());
  ExpectReason("did not finish within the time limit");
  EXPECT_EQ(malformed(), 1);
}

TEST_F(TlsTest, TellsAClientThatSpeaksPlainHttpToUseHttps) {
  StartTls();
  for (const std::string_view request : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE / HTTP/1.1",
                                         "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"}) {
    RawClient client(tls_port());
    ASSERT_TRUE(client.Send(request));
    ExpectRefusal(client.Read());
    EXPECT_TRUE(client.Ended());
  }
  ExpectReason("plain HTTP arrived on the port for TLS");
  EXPECT_EQ(malformed(), 3);
}

TEST_F(TlsTest, LogsARecordThatWasTamperedWith) {
  StartTls();
  const auto client = Connect({});
  ASSERT_TRUE(client->Send(kGet));
  ASSERT_EQ(client->Read().status, 200);
  ASSERT_TRUE(client->raw().Send(std::string_view("\x17\x03\x03\x00\x14", 5)));
  ASSERT_TRUE(client->raw().Send("01234567890123456789"));
  EXPECT_FALSE(client->Ended());
  ExpectReason("TLS failed: ");
  EXPECT_EQ(handled(), 1);
}

TEST_F(TlsTest, AnswersOneConnectionTooManyWith503) {
  StartTls({.connections = 1});
  const auto first = Connect({});
  ASSERT_TRUE(first->Send(kGet));
  ASSERT_EQ(first->Read().status, 200);
  const auto second = Connect({});
  const Answer refused = second->Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.Closes());
  EXPECT_TRUE(second->Ended());
}

TEST_F(TlsTest, StopEndsWhatIsIdleAndAnswersWhatHasBegun) {
  StartTls();
  RawClient silent(tls_port());
  const auto idle = Connect({});
  const auto busy = Connect({});
  for (TlsClient* client : {idle.get(), busy.get()}) {
    ASSERT_TRUE(client->Send(kGet));
    EXPECT_EQ(client->Read().status, 200);
  }
  ASSERT_TRUE(
      busy->Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                 "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(busy->Read().status, 100);
  std::thread stopper([this] { server_->Stop(); });
  EXPECT_TRUE(idle->Ended());
  EXPECT_TRUE(silent.Ended());
  ASSERT_TRUE(busy->Send("{}"));
  const Answer answer = busy->Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.Closes());
  EXPECT_TRUE(busy->Ended());
  stopper.join();
  EXPECT_FALSE(RawClient(tls_port()).connected());
}

TEST_F(TlsTest, StopAnswersARequestThatIsOnItsWay) {
  for (int cycle = 0; cycle < 20; ++cycle) {
    StartTls();
    const auto client = Connect({});
    ASSERT_TRUE(client->Send(kGet));
    ASSERT_EQ(client->Read().status, 200);
    ASSERT_TRUE(client->Send(kGet));
    server_->Stop();
    ASSERT_EQ(client->Read().status, 200) << cycle;
  }
}

TEST_F(TlsTest, SaysWhatIsWrongWithTheFilesGiven) {
  const auto server =
      Server::Start({.tls = TlsOptions{.certificate_file = "/no/such.pem", .key_file = "/no/key"}});
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.error().Text().find("/no/such.pem"), std::string::npos);
}

TEST_F(TlsTest, SaysThatTheTlsPortIsTaken) {
  StartTls();
  const auto second = Server::Start({.tls = TlsOptions{.port = tls_port()}});
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().Text().find(std::to_string(tls_port())), std::string::npos);
}

}  // namespace
}  // namespace timock::testing
