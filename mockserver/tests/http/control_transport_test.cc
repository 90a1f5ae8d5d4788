#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "control/control_api.h"
#include "http/authority.h"
#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "http/server_loop.h"
#include "http/socket.h"
#include "http/stream.h"
#include "http/tls_client.h"

namespace timock::testing {
namespace {

using std::chrono::milliseconds;
using State = DeferredAnswer::State;

/// An answer made by a function; counts itself while it lives.
class Scripted final : public DeferredAnswer {
 public:
  using Script = std::function<State(int poll, HttpResponse* response)>;

  Scripted(std::atomic<int>& alive, bool stream, Script script)
      : alive_(alive), stream_(stream), script_(std::move(script)) {
    ++alive_;
  }
  ~Scripted() override { --alive_; }
  State Poll(Tick /*now*/, HttpResponse* response) override { return script_(++polls_, response); }
  bool stream() const override { return stream_; }

 private:
  std::atomic<int>& alive_;
  const bool stream_;
  const Script script_;
  int polls_ = 0;
};

std::string Get(std::string_view path, std::string_view method = "GET") {
  return std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

/// One event loop, over HTTP and HTTPS, whose control API is a few made-up routes.
class ControlTransportTest : public ::testing::Test {
 protected:
  void Start(HttpLimits limits = {}) {
    limits_ = limits;
    TlsIdentity identity = MakeTlsIdentity({}).value();
    ca_ = identity.ca_certificate;
    tls_ = TlsContext::Create(identity).value();
    service_ = Service::Create().value();
    shared_ = std::unique_ptr<Shared>(
        new Shared{.service = *service_,
                   .limits = limits_,
                   .tls = tls_.get(),
                   .control = [this](const HttpRequestView& request, Tick /*now*/,
                                     HttpResponse* response) { return Handle(request, response); },
                   .control_on_all_ports = true});
    loop_ = std::make_unique<ServerLoop>(*shared_);
    port_ = Open(PortRole::kHttp);
    tls_port_ = Open(PortRole::kTls);
    thread_ = std::thread([this] { loop_->Run(); });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    loop_->Stop();
    thread_.join();
  }

  void TearDown() override { Stop(); }

  std::unique_ptr<TlsClient> ConnectTls() const {
    auto client = std::make_unique<TlsClient>(tls_port_, TlsClientOptions{.ca = ca_});
    EXPECT_TRUE(client->established()) << client->failure();
    return client;
  }

  /// Until as many deferred answers are held, or for ten seconds.
  void ExpectAlive(int count) const {
    const auto until = SystemClock().Ticks() + std::chrono::seconds{10};
    while (alive_.load() != count && SystemClock().Ticks() < until) std::this_thread::yield();
    EXPECT_EQ(alive_.load(), count);
  }

  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  std::atomic<int> alive_ = 0;
  std::atomic<bool> ready_ = false;

 private:
  std::uint16_t Open(PortRole role) {
    ListeningSockets listening = ListenOn("127.0.0.1", 0).value();
    loop_->Listen(std::move(listening.sockets), role);
    return listening.port;
  }

  std::unique_ptr<DeferredAnswer> Handle(const HttpRequestView& request, HttpResponse* response) {
    const std::string_view route = request.target.substr(std::string_view("/_timock/").size());
    *response = {.status = 201, .content_type = "text/plain", .headers = {{"X-A", "b"}}};
    if (route == "echo") {
      response->body = std::to_string(request.connection) + " " +
                       std::to_string(request.body.size()) +
                       (request.body_too_large ? " too large" : "") + (request.tls ? " tls" : "");
      return nullptr;
    }
    const auto deferred = [this](bool stream, Scripted::Script script) {
      return std::make_unique<Scripted>(alive_, stream, std::move(script));
    };
    if (route == "wait") {
      return deferred(false, [this](int /*poll*/, HttpResponse* answer) {
        if (!ready_) return State::kWait;
        *answer = {.status = 200, .content_type = "text/plain", .body = "ready"};
        return State::kReady;
      });
    }
    if (route == "three") {
      response->body = "0;";
      return deferred(true, [](int poll, HttpResponse* answer) {
        answer->body += std::to_string(poll) + ";";
        return poll == 3 ? State::kOver : State::kWait;
      });
    }
    if (route == "endless") {
      return deferred(true, [](int poll, HttpResponse* answer) {
        if (poll == 1) answer->body = "begun";
        return State::kWait;
      });
    }
    return deferred(true, [](int /*poll*/, HttpResponse* answer) {
      answer->body.assign(std::size_t{1} << 20, 'x');
      return State::kWait;
    });
  }

  HttpLimits limits_;
  std::string ca_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Shared> shared_;
  std::unique_ptr<ServerLoop> loop_;
  std::thread thread_;
};

TEST_F(ControlTransportTest, SendsStatusAndHeadersOfAnAnswerThatIsReady) {
  Start();
  const Answer answer = Exchange(port_, Get("/_timock/echo"));
  EXPECT_EQ(answer.status, 201);
  EXPECT_TRUE(answer.Has("X-A: b"));
  EXPECT_EQ(answer.body, "1 0");
  EXPECT_EQ(Exchange(port_, Get("/_timockx")).body.find("1 0"), std::string::npos)
      << "goes to the service";
}

TEST_F(ControlTransportTest, NumbersConnectionsFromOne) {
  Start();
  RawClient one(port_);
  RawClient two(port_);
  ASSERT_TRUE(one.Send(Get("/_timock/echo")));
  EXPECT_EQ(one.Read().body, "1 0");
  ASSERT_TRUE(two.Send(Get("/_timock/echo")));
  EXPECT_EQ(two.Read().body, "2 0");
  ASSERT_TRUE(one.Send(Get("/_timock/echo")));
  EXPECT_EQ(one.Read().body, "1 0");
  const auto tls = ConnectTls();
  ASSERT_TRUE(tls->Send(Get("/_timock/echo")));
  EXPECT_EQ(tls->Read().body, "3 0 tls");
}

TEST_F(ControlTransportTest, TakesALargerBodyThanTheEndpointDoes) {
  Start();
  const auto post = [this](std::string_view path, std::size_t size, bool whole) {
    RawClient client(port_);
    EXPECT_TRUE(client.Send("POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
                            "Content-Length: " + std::to_string(size) + "\r\n\r\n" +
                            std::string(whole ? size : 0, 'x')));
    return client.Read();
  };
  EXPECT_EQ(post("/_timock/echo", 65'537, true).body, "1 65537");
  EXPECT_EQ(post("/_timock/echo", kMaxControlBody, true).body,
            "2 " + std::to_string(kMaxControlBody));
  const Answer too_large = post("/_timock/echo", kMaxControlBody + 1, false);
  EXPECT_EQ(too_large.body, "3 0 too large");
  EXPECT_TRUE(too_large.Closes());
  EXPECT_TRUE(post("/v4/x", 65'537, false).Closes());
  RawClient chunks(port_);
  ASSERT_TRUE(
      chunks.Send("POST /_timock/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "20000\r\n" +
                  std::string(0x20000, 'x') + "\r\n0\r\n\r\n"));
  EXPECT_EQ(chunks.Read().body, "5 131072");
}

TEST_F(ControlTransportTest, HoldsAnAnswerUntilItIsReady) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/echo") + Get("/_timock/wait") + Get("/_timock/echo")));
  EXPECT_EQ(client.Read().status, 201);
  ExpectAlive(1);
  EXPECT_FALSE(client.Readable(50)) << "what stands behind it waits, too";
  EXPECT_EQ(Exchange(port_, Get("/_timock/echo")).status, 201) << "others are served";
  ready_ = true;
  const Answer answer = client.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "ready");
  EXPECT_FALSE(answer.Has("X-A: b"));
  EXPECT_EQ(client.Read().body, "1 0");
  EXPECT_EQ(alive_.load(), 0);
}

TEST_F(ControlTransportTest, HoldsAnAnswerForAClientThatEndedSending) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/wait")));
  client.EndSending();
  ExpectAlive(1);
  EXPECT_FALSE(client.Readable(30));
  ready_ = true;
  EXPECT_EQ(client.Read().body, "ready");
  EXPECT_TRUE(client.Ended());
}

TEST_F(ControlTransportTest, StreamsUntilTheStreamIsOver) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/three") + Get("/_timock/echo")));
  const std::string bytes = client.TakeAll();
  EXPECT_TRUE(bytes.starts_with("HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-A: b\r\n"))
      << bytes;
  EXPECT_TRUE(bytes.ends_with("\r\nConnection: close\r\n\r\n0;1;2;3;")) << bytes;
  EXPECT_EQ(bytes.find("Content-Length"), std::string::npos) << bytes;
  EXPECT_FALSE(client.reset());
  EXPECT_EQ(alive_.load(), 0);
}

TEST_F(ControlTransportTest, AnswersHeadOfAStreamWithItsHead) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/three", "HEAD")));
  const std::string bytes = client.TakeAll();
  EXPECT_TRUE(bytes.ends_with("\r\nConnection: close\r\n\r\n")) << bytes;
}

TEST_F(ControlTransportTest, EndsAStreamWhenItsClientLeaves) {
  Start();
  const auto begun = [](auto& client) {
    std::string bytes;
    while (!bytes.ends_with("begun")) {
      if (!client.Take(&bytes)) return false;
    }
    return true;
  };
  RawClient closes(port_);
  ASSERT_TRUE(closes.Send(Get("/_timock/endless")));
  ASSERT_TRUE(begun(closes));
  RawClient ends_with_a_request_behind(port_);
  ASSERT_TRUE(ends_with_a_request_behind.Send(Get("/_timock/endless") + Get("/_timock/echo")));
  ASSERT_TRUE(begun(ends_with_a_request_behind));
  auto tls = ConnectTls();
  ASSERT_TRUE(tls->Send(Get("/_timock/endless")));
  ExpectAlive(3);
  closes.Close();
  ExpectAlive(2);
  ends_with_a_request_behind.EndSending();
  ExpectAlive(1);
  tls.reset();
  ExpectAlive(0);
}

TEST_F(ControlTransportTest, EndsAStreamWhoseClientDoesNotReadIt) {
  Start({.write_time = milliseconds{100}});
  RawClient client(port_, 4096);
  ASSERT_TRUE(client.Send(Get("/_timock/flood")));
  ASSERT_TRUE(client.Readable(5000));
  ExpectAlive(0);
}

TEST_F(ControlTransportTest, StreamsOverTls) {
  Start();
  auto client = ConnectTls();
  ASSERT_TRUE(client->Send(Get("/_timock/three")));
  EXPECT_EQ(client->Read().status, 201);
}

TEST_F(ControlTransportTest, ManyStreamsKeepNobodyWaiting) {
  Start();
  std::vector<std::unique_ptr<RawClient>> streams;
  for (int stream = 0; stream < 64; ++stream) {
    streams.push_back(std::make_unique<RawClient>(port_));
    ASSERT_TRUE(streams.back()->Send(Get("/_timock/endless")));
  }
  ExpectAlive(64);
  for (int call = 0; call < 50; ++call) {
    EXPECT_EQ(Exchange(port_, Get("/_timock/echo")).status, 201);
  }
  streams.clear();
  ExpectAlive(0);
}

TEST_F(ControlTransportTest, StopEndsAStreamAtOnce) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/endless")));
  auto tls = ConnectTls();
  ASSERT_TRUE(tls->Send(Get("/_timock/endless")));
  ExpectAlive(2);
  const auto began = SystemClock().Ticks();
  Stop();
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{800});
  EXPECT_EQ(alive_.load(), 0);
  EXPECT_FALSE(client.TakeAll().empty());
  EXPECT_FALSE(client.reset());
}

TEST_F(ControlTransportTest, StopEndsWaitingAnswersWithTheGrace) {
  Start();
  RawClient client(port_);
  ASSERT_TRUE(client.Send(Get("/_timock/wait")));
  RawClient floods(port_, 4096);
  ASSERT_TRUE(floods.Send(Get("/_timock/flood")));
  ExpectAlive(2);
  const auto began = SystemClock().Ticks();
  Stop();
  EXPECT_LT(SystemClock().Ticks() - began, milliseconds{2500});
  EXPECT_EQ(alive_.load(), 0);
}

/// Which door leads to the control API, of a whole server.
class ControlPortsTest : public ServerFixture {
 protected:
  static Answer Ask(std::uint16_t port, std::string_view target = "/_timock/nothing") {
    return Exchange(port, Get(target));
  }
  static bool IsOfService(const Answer& answer) {
    return answer.status == 200 && answer.body.find("ErrorCode") != std::string::npos;
  }
};

TEST_F(ControlPortsTest, IsServedBesideTheEndpointOnEveryPort) {
  ServerOptions options;
  options.tls = TlsOptions{};
  options.proxy_port = 0;
  Launch(std::move(options));
  EXPECT_EQ(server_->control_port(), port());
  EXPECT_EQ(server_->control_token(), "");
  EXPECT_EQ(Ask(port()).status, 404);
  EXPECT_TRUE(IsOfService(Ask(port(), "/_timockx")));
  TlsClient tls(server_->tls_port(), {.ca = server_->ca_certificate()});
  ASSERT_TRUE(tls.Send(Get("/_timock/nothing")));
  EXPECT_EQ(tls.Read().status, 404);
  const std::string own = "http://127.0.0.1:" + std::to_string(port()) + "/_timock/nothing";
  EXPECT_EQ(Exchange(server_->proxy_port(), "GET " + own + " HTTP/1.1\r\nHost: 127.0.0.1:" +
                                                std::to_string(port()) + "\r\n\r\n")
                .status,
            404);
  EXPECT_EQ(Ask(server_->proxy_port(), "http://example.com/_timock/nothing").status, 403);
  EXPECT_EQ(handled(), 1);
}

TEST_F(ControlPortsTest, IsServedOnItsOwnPortAlone) {
  ServerOptions options;
  options.control.port = 0;
  Launch(std::move(options));
  EXPECT_NE(server_->control_port(), port());
  EXPECT_NE(server_->control_port(), 0);
  EXPECT_EQ(Ask(server_->control_port()).status, 404);
  EXPECT_EQ(Ask(server_->control_port(), "/v4/all_member_push/im_set_attr_name").status, 404);
  EXPECT_EQ(handled(), 0);
  EXPECT_TRUE(IsOfService(Ask(port())));
}

TEST_F(ControlPortsTest, CanBeLeftOut) {
  ServerOptions options;
  options.control.enabled = false;
  options.control.token = "unused";
  Launch(std::move(options));
  EXPECT_TRUE(IsOfService(Ask(port())));
  EXPECT_EQ(server_->control_token(), "");
}

TEST_F(ControlPortsTest, DemandsATokenOutsideTheLoopback) {
  Launch({.host = "0.0.0.0"});
  const std::string made = server_->control_token();
  EXPECT_EQ(made.size(), 32U);
  EXPECT_EQ(made.find_first_not_of("0123456789abcdef"), std::string::npos) << made;
  Launch({.host = "0.0.0.0"});
  EXPECT_NE(server_->control_token(), made);
  Launch({.control = {.token = "mine"}});
  EXPECT_EQ(server_->control_token(), "mine");
}

TEST_F(ControlPortsTest, RefusesOptionsThatDoNotFit) {
  EXPECT_NE(Server::Start({.control = {.enabled = false, .port = 0}})
                .error()
                .message.find("control.port"),
            std::string::npos);
  for (const std::string& token :
       {std::string("a b"), std::string("a\nb"), std::string(1025, 'a')}) {
    EXPECT_NE(Server::Start({.control = {.token = token}}).error().Text().find("control.token"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace timock::testing
