#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/hosts.h"
#include "http/proxy_route.h"
#include "http/server_fixture.h"
#include "http/tls_client.h"
#include "text/url.h"

namespace timock::testing {
namespace {

constexpr std::string_view kHost = "console.tim.qq.com";

struct RouteCase {
  std::string_view method;
  std::string_view target;
  ProxyRoute route;
};

TEST(ProxyRouteTest, ServesOurOwnHostsAndRefusesAllOthers) {
  using enum ProxyRoute;
  constexpr OwnPorts kOwn{.http = 8080, .tls = 8443};
  const std::vector<RouteCase> cases = {
      {"CONNECT", "console.tim.qq.com:443", kTunnel},
      {"CONNECT", "CONSOLE.TIM.QQ.COM:443", kTunnel},
      {"CONNECT", "adminapisgp.my-imcloud.com:443", kTunnel},
      {"CONNECT", "adminapiksa.im.qcloud.com:443", kTunnel},
      {"CONNECT", "console.tim.qq.com:80", kTunnelPlain},
      {"CONNECT", "a.example:443", kTunnel},
      {"CONNECT", "a.example.:80", kTunnelPlain},
      {"CONNECT", "b.a.example:443", kRefuse},
      {"CONNECT", "console.tim.qq.com:4430", kRefuse},
      {"CONNECT", "console.tim.qq.com.evil.example:443", kRefuse},
      {"CONNECT", "evil-console.tim.qq.com:443", kRefuse},
      {"CONNECT", "console.tim.qq.com.:443", kTunnel},
      {"CONNECT", "console.tim.qq.com..:443", kRefuse},
      {"CONNECT", "sg.api.im.qcloud.com:443", kRefuse},
      {"POST", "http://A.example/v4/x", kServe},
      {"POST", "https://console.tim.qq.com./v4/x", kServeAsTls},
      {"CONNECT", "example.com:443", kRefuse},
      {"CONNECT", "127.0.0.1:443", kRefuse},
      {"CONNECT", "127.0.0.1:8443", kRefuse},
      {"CONNECT", "localhost:443", kRefuse},
      {"CONNECT", "[::1]:443", kRefuse},
      {"CONNECT", "[2001:db8::1]:443", kRefuse},
      {"POST", "http://console.tim.qq.com/v4/x", kServe},
      {"POST", "http://console.tim.qq.com:80/v4/x", kServe},
      {"POST", "HTTP://Console.tim.qq.com/v4/x", kServe},
      {"GET", "http://console.tim.qq.com?x", kServe},
      {"POST", "https://console.tim.qq.com/v4/x", kServeAsTls},
      {"POST", "https://console.tim.qq.com:443/v4/x", kServeAsTls},
      {"POST", "https://console.tim.qq.com:80/v4/x", kRefuse},
      {"POST", "http://console.tim.qq.com:443/v4/x", kRefuse},
      {"POST", "http://console.tim.qq.com:99999/v4/x", kRefuse},
      {"POST", "http://console.tim.qq.com:x/v4/x", kRefuse},
      {"POST", "http://u:p@console.tim.qq.com/v4/x", kRefuse},
      {"POST", "http://console.tim.qq.com:80@example.com/", kRefuse},
      {"POST", "http://example.com/console.tim.qq.com", kRefuse},
      {"POST", "ftp://console.tim.qq.com/v4/x", kRefuse},
      {"POST", "http://localhost/v4/x", kServe},
      {"POST", "http://localhost:8080/v4/x", kServe},
      {"POST", "http://127.0.0.1:8080/v4/x", kServe},
      {"POST", "http://[::1]:8080/v4/x", kServe},
      {"POST", "http://[::1]/v4/x", kServe},
      {"POST", "https://localhost:8443/v4/x", kServeAsTls},
      {"POST", "http://localhost:8443/v4/x", kRefuse},
      {"POST", "http://localhost:9999/v4/x", kRefuse},
      {"POST", "http://127.0.0.2/v4/x", kRefuse},
      {"POST", "http://[::2]/v4/x", kRefuse},
      {"POST", "/v4/x", kNoProxyForm},
      {"OPTIONS", "*", kNoProxyForm},
  };
  const std::vector<std::string> hosts = ServedHosts({"a.example"});
  for (const RouteCase& one : cases) {
    EXPECT_EQ(RouteOf(one.method, one.target, kOwn, hosts), one.route)
        << one.method << " " << one.target;
  }
}

TEST(HostPortTest, ReadsOneHostAndPossiblyAPortAndNothingElse) {
  struct Case {
    std::string_view text;
    std::string_view host;  // empty: refused
    std::optional<int> port = {};
  };
  for (const auto& [text, host, port] : std::vector<Case>{
           {"a.example", "a.example"},
           {"a.example:", "a.example"},
           {"a.example:0", "a.example", 0},
           {"127.0.0.1:65535", "127.0.0.1", 65535},
           {"A%20!$&'()*+;=~_-:00080", "A%20!$&'()*+;=~_-", 80},
           {"[::]", "[::]"},
           {"[::1]:", "[::1]"},
           {"[::ffff:127.0.0.1]:443", "[::ffff:127.0.0.1]", 443},
           {"", ""},
           {":80", ""},
           {"a:65536", ""},
           {"a:000080", ""},
           {"a:-1", ""},
           {"a:+1", ""},
           {"a:8x", ""},
           {"a:80:80", ""},
           {"a,b", ""},
           {"a b", ""},
           {"u@a", ""},
           {"a\x80", ""},
           {std::string_view("a\0", 2), ""},
           {"[]", ""},
           {"[:]", ""},
           {"[::1", ""},
           {"[::1]80", ""},
           {"[::g]", ""},
           {"[[::1]]", ""},
           {"a[::1]", ""},
       }) {
    const std::optional<HostPort> read = ReadHostPort(text);
    EXPECT_EQ(read.has_value(), !host.empty()) << text;
    if (!read) continue;
    EXPECT_EQ(read->host, host) << text;
    EXPECT_EQ(read->port, port) << text;
  }
}

class ProxyTest : public ServerFixture {
 protected:
  void StartProxy(ServiceOptions service = {}) {
    ServerOptions options;
    options.service = std::move(service);
    options.tls = TlsOptions{};
    options.proxy_port = 0;
    Launch(std::move(options));
  }

  std::uint16_t proxy() const { return server_->proxy_port(); }

  /// A signed call of the demo app, in origin form or behind `origin`.
  std::string Call(std::string_view command, const std::string& origin = "") const {
    return "POST " + origin +
           server_->service().Target(command, 1'400'000'000, "administrator").value() +
           " HTTP/1.1\r\nHost: console.tim.qq.com\r\nContent-Length: 2\r\n\r\n{}";
  }

  static std::string ConnectTo(std::string_view authority, std::string_view version = "1.1") {
    return "CONNECT " + std::string(authority) + " HTTP/" + std::string(version) +
           "\r\nHost: " + std::string(authority) + "\r\n\r\n";
  }

  /// Sends `connect` and goes on with TLS in the same segment.
  void ExpectTunnel(const std::string& connect, std::size_t piece = 0) {
    TlsClient client(proxy(), {.ca = server_->ca_certificate(),
                               .host = std::string(kHost),
                               .piece = piece,
                               .before = connect});
    EXPECT_EQ(client.before().head, "HTTP/1.1 200 Connection established\r\n\r\n");
    ASSERT_TRUE(client.established()) << client.failure();
    for (int call = 0; call < 2; ++call) {
      ASSERT_TRUE(client.Send(Call("im_get_attr_name")));
      const Answer answer = client.Read();
      EXPECT_NE(answer.body.find(R"("ErrorCode":0)"), std::string::npos) << answer.body;
    }
  }

  void ExpectNothingLeaves(const std::string& request) {
    const int before = proxy_refused();
    RawClient client(proxy());
    ASSERT_TRUE(client.Send(request));
    const Answer answer = client.Read(!request.starts_with("HEAD"));
    EXPECT_EQ(answer.status, 403) << request;
    EXPECT_TRUE(answer.Closes());
    if (!request.starts_with("HEAD")) {
      EXPECT_NE(answer.body.find("nothing leaves this machine"), std::string::npos);
    }
    EXPECT_TRUE(client.Ended());
    EXPECT_EQ(proxy_refused(), before + 1);
  }
};

TEST_F(ProxyTest, HandsATunnelToTheOwnTls) {
  StartProxy({.profile = Profile::Parse(R"({"plain_http":60002})").value()});
  RawClient plain(proxy());
  ASSERT_TRUE(plain.Send(ConnectTo("console.tim.qq.com:443")));
  const Answer answer = plain.Read(false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.head, "HTTP/1.1 200 Connection established\r\n\r\n");
  ExpectTunnel(ConnectTo("console.tim.qq.com:443"));
}

TEST_F(ProxyTest, TakesFirstBytesOfTlsThatFollowTheConnectAtOnceOrOneByOne) {
  StartProxy();
  ExpectTunnel(ConnectTo("console.tim.qq.com:443"));
  ExpectTunnel(ConnectTo("console.tim.qq.com:443"), 1);
}

TEST_F(ProxyTest, TakesAConnectOfHttp10WithoutHost) {
  StartProxy();
  ExpectTunnel("CONNECT console.tim.qq.com:443 HTTP/1.0\r\n\r\n");
}

TEST_F(ProxyTest, HasACertificateForEveryDocumentedHost) {
  StartProxy();
  for (const std::string host : {"adminapisgp.im.qcloud.com", "adminapiksa.im.qcloud.com",
                                 "adminapiger.my-imcloud.com", "adminapi.my-imcloud.com"}) {
    const TlsClient client(
        proxy(),
        {.ca = server_->ca_certificate(), .host = host, .before = ConnectTo(host + ":443")});
    EXPECT_TRUE(client.established()) << host << ": " << client.before().head << client.failure();
  }
}

TEST_F(ProxyTest, RefusesAnyOtherHostAndPort) {
  StartProxy();
  for (const std::string_view authority :
       {"example.com:443", "console.tim.qq.com:8080", "192.0.2.1:443", "[2001:db8::1]:443",
        "localhost:443", "127.0.0.1:22"}) {
    ExpectNothingLeaves(ConnectTo(authority));
    ExpectNothingLeaves("CONNECT " + std::string(authority) + " HTTP/1.0\r\n\r\n");
  }
  EXPECT_EQ(reason(), "CONNECT 127.0.0.1:22: no documented host (R11) at its usual port");
  for (const std::string_view method : {"GET", "POST", "HEAD"}) {
    ExpectNothingLeaves(std::string(method) +
                        " http://example.com/ HTTP/1.1\r\nHost: console.tim.qq.com\r\n\r\n");
  }
  EXPECT_EQ(handled(), 0);
}

TEST_F(ProxyTest, OpensNoConnectionToAPortOfThisMachine) {
  StartProxy();
  std::atomic<int> reached = 0;
  ServerOptions options;
  options.service.on_call = [&](const CallEvent&) { ++reached; };
  const auto other = Server::Start(std::move(options)).value();
  ExpectNothingLeaves(ConnectTo("127.0.0.1:" + std::to_string(other->port())));
  ExpectNothingLeaves("GET http://127.0.0.1:" + std::to_string(other->port()) +
                      "/ HTTP/1.1\r\nHost: a\r\n\r\n");
  other->Stop();
  EXPECT_EQ(reached, 0);
}

TEST_F(ProxyTest, ServesAbsoluteTargetsOnAConnectionThatStays) {
  StartProxy();
  RawClient client(proxy());
  for (const std::string& origin :
       std::vector<std::string>{"http://console.tim.qq.com", "https://console.tim.qq.com",
                                "http://127.0.0.1:" + std::to_string(port())}) {
    ASSERT_TRUE(client.Send(Call("im_get_attr_name", origin)));
    const Answer answer = client.Read();
    EXPECT_NE(answer.body.find(R"("ErrorCode":0)"), std::string::npos) << origin << answer.body;
    EXPECT_FALSE(answer.Closes());
  }
  ASSERT_TRUE(client.Send(ConnectTo("console.tim.qq.com:443")));
  EXPECT_EQ(client.Read(false).status, 200);
}

TEST_F(ProxyTest, CountsAnHttpsTargetAsTls) {
  StartProxy({.profile = Profile::Parse(R"({"plain_http":60002})").value()});
  EXPECT_NE(Exchange(proxy(), Call("im_get_attr_name", "https://console.tim.qq.com"))
                .body.find(R"("ErrorCode":0)"),
            std::string::npos);
  EXPECT_NE(Exchange(proxy(), Call("im_get_attr_name", "http://console.tim.qq.com"))
                .body.find(R"("ErrorCode":60002)"),
            std::string::npos);
}

TEST_F(ProxyTest, ChecksTheRegionOfTheHostThatTheTunnelIsFor) {
  App app = DemoApp();
  app.region = "china";
  StartProxy({.apps = {app}});
  TlsClient client(proxy(), {.ca = server_->ca_certificate(),
                             .host = "adminapisgp.im.qcloud.com",
                             .before = ConnectTo("adminapisgp.im.qcloud.com:443")});
  ASSERT_TRUE(client.established()) << client.failure();
  std::string call = Call("im_get_attr_name");
  call.replace(call.find(kHost), kHost.size(), "adminapisgp.im.qcloud.com");
  ASSERT_TRUE(client.Send(call));
  const Answer answer = client.Read();
  EXPECT_NE(answer.body.find(R"("ErrorCode":60026)"), std::string::npos) << answer.body;
}

TEST_F(ProxyTest, RefusesAsMalformedWhatNoProxyIsSent) {
  StartProxy();
  for (const std::string_view request :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT console.tim.qq.com HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT console.tim.qq.com: HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT [::1] HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT /v4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT http://console.tim.qq.com:443 HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT console.tim.qq.com:443 HTTP/1.1\r\n\r\n",
        "CONNECT console.tim.qq.com:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
        "CONNECT console.tim.qq.com:443 HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n"}) {
    const int before = malformed();
    RawClient client(proxy());
    ASSERT_TRUE(client.Send(request));
    ExpectRefusal(client.Read());
    EXPECT_TRUE(client.Ended());
    EXPECT_EQ(malformed(), before + 1) << request;
  }
}

TEST_F(ProxyTest, RefusesPlainHttpInATunnel) {
  StartProxy();
  ASSERT_TRUE(server_->proxy_port() != 0);
  RawClient client(proxy());
  ASSERT_TRUE(client.Send(ConnectTo("console.tim.qq.com:443") + std::string(kGet)));
  EXPECT_EQ(client.Read(false).status, 200);
  ExpectRefusal(client.Read());
  EXPECT_TRUE(client.Ended());
}

TEST_F(ProxyTest, IsNoTunnelOnThePortsForCalls) {
  StartProxy();
  ExpectRefusal(Exchange(port(), ConnectTo("console.tim.qq.com:443")));
  TlsClient client(server_->tls_port(), {.ca = server_->ca_certificate()});
  ASSERT_TRUE(client.Send(ConnectTo("console.tim.qq.com:443")));
  ExpectRefusal(client.Read());
}

TEST_F(ProxyTest, CountsATunnelAsOneConnection) {
  ServerOptions options;
  options.limits.connections = 2;
  options.tls = TlsOptions{};
  options.proxy_port = 0;
  Launch(std::move(options));
  RawClient other(port());
  for (int round = 0; round < 3; ++round) {
    // What ended before this is seen by the server before this.
    ASSERT_TRUE(other.Send(kGet));
    EXPECT_EQ(other.Read().status, 200);
    TlsClient client(proxy(), {.ca = server_->ca_certificate(),
                               .host = std::string(kHost),
                               .before = ConnectTo("console.tim.qq.com:443")});
    ASSERT_TRUE(client.established()) << client.failure();
    EXPECT_EQ(Exchange(port(), kGet).status, 503);
    ASSERT_TRUE(client.Send(kGet));
    EXPECT_EQ(client.Read().status, 200);
    client.EndSending();
  }
}

TEST_F(ProxyTest, StopEndsATunnelThatIsIdle) {
  StartProxy();
  RawClient waiting(proxy());
  ASSERT_TRUE(waiting.Send(ConnectTo("console.tim.qq.com:443")));
  EXPECT_EQ(waiting.Read(false).status, 200);
  TlsClient open(proxy(), {.ca = server_->ca_certificate(),
                           .host = std::string(kHost),
                           .before = ConnectTo("console.tim.qq.com:443")});
  server_->Stop();
  EXPECT_TRUE(waiting.Ended());
  EXPECT_TRUE(open.Ended());
}

TEST_F(ProxyTest, NeedsTls) {
  const auto server = Server::Start({.proxy_port = 0});
  ASSERT_FALSE(server.ok());
  EXPECT_NE(server.error().Text().find("without tls"), std::string::npos);
}

}  // namespace
}  // namespace timock::testing
