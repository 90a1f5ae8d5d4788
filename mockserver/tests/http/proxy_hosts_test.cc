#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "http/server_fixture.h"
#include "http/socket.h"
#include "http/tls_client.h"

namespace timock::testing {
namespace {

class HostsOfAServer : public ServerFixture {
 protected:
  void StartProxy() {
    ServerOptions options;
    options.tls = TlsOptions{};
    options.proxy_port = 0;
    options.extra_hosts = {"Stand-in.example."};
    Launch(std::move(options));
  }

  std::uint16_t proxy() const { return server_->proxy_port(); }

  static std::string ConnectTo(const std::string& authority) {
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
  }

  std::string Call() const {
    return "POST " +
           server_->service().Target("im_get_attr_name", 1'400'000'000, "administrator").value() +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
  }

  /// Whether a TLS client for `host` comes through the proxy that is asked for `authority`.
  void ExpectTunnel(const std::string& authority, const std::string& host) {
    TlsClient client(
        proxy(), {.ca = server_->ca_certificate(), .host = host, .before = ConnectTo(authority)});
    ASSERT_TRUE(client.established()) << authority << client.before().head << client.failure();
    ASSERT_TRUE(client.Send(Call()));
    const Answer answer = client.Read();
    EXPECT_NE(answer.body.find(R"("ErrorCode":0)"), std::string::npos) << answer.body;
  }
};

TEST_F(HostsOfAServer, AreInTheCertificateAndBehindTheProxy) {
  StartProxy();
  ExpectTunnel("stand-in.example:443", "stand-in.example");
  ExpectTunnel("STAND-IN.example.:443", "stand-in.example");
  ExpectTunnel("console.tim.qq.com.:443", "console.tim.qq.com");
}

TEST_F(HostsOfAServer, MayBeConnectedToAtPort80) {
  StartProxy();
  for (const std::string_view follows : {"", "at once"}) {
    RawClient tunnel(proxy());
    ASSERT_TRUE(tunnel.Send(ConnectTo("console.tim.qq.com:80") + (follows.empty() ? "" : Call())));
    EXPECT_EQ(tunnel.Read(false).head, "HTTP/1.1 200 Connection established\r\n\r\n");
    if (follows.empty()) {
      ASSERT_TRUE(tunnel.Send(Call()));
    }
    EXPECT_NE(tunnel.Read().body.find(R"("ErrorCode":0)"), std::string::npos);
    ASSERT_TRUE(tunnel.Send(ConnectTo("console.tim.qq.com:80")));
    ExpectRefusal(tunnel.Read());
  }
}

TEST_F(HostsOfAServer, LeadNoVendorsHostToTheVendor) {
  StartProxy();
  EXPECT_EQ(Exchange(proxy(), ConnectTo("sg.api.im.qcloud.com:443")).body.find("NO_PROXY"),
            std::string::npos);
  EXPECT_NE(Exchange(proxy(), ConnectTo("sg.api.im.qcloud.com:443")).body.find("--extra-host"),
            std::string::npos);
  EXPECT_NE(Exchange(proxy(), ConnectTo("example.com:443")).body.find("NO_PROXY"),
            std::string::npos);
}

TEST_F(HostsOfAServer, MustBeNames) {
  for (const char* host : {"", "a:443", "https://a", "*.a", "127.0.0.1"}) {
    const auto server = Server::Start({.extra_hosts = {host}});
    ASSERT_FALSE(server.ok()) << host;
    EXPECT_NE(server.error().Text().find("extra_hosts has"), std::string::npos);
  }
}

TEST_F(HostsOfAServer, TellTlsOnThePlainPortFromABareLf) {
  StartServer();
  // The bytes of a ClientHello have a LF in some places in one of two handshakes.
  const std::string hello =
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "a\nb";
  ExpectRefusal(Exchange(port(), hello));
  ExpectReason("a TLS handshake arrived on the port for plain HTTP");
}

/// An answer of a server at [::1]; empty when no connection can be made.
std::string AskOverIpv6(std::uint16_t port) {
  const Descriptor descriptor(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  address.sin6_port = htons(port);
  if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
      0) {
    return {};
  }
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(::send(descriptor.get(), request.data(), request.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(request.size()));
  std::string answer;
  char part[1024];
  for (ssize_t size; (size = ::recv(descriptor.get(), part, sizeof part, 0)) > 0;) {
    answer.append(part, static_cast<std::size_t>(size));
  }
  return answer;
}

bool HasIpv6() {
  const Descriptor descriptor(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return ::bind(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

TEST_F(HostsOfAServer, AreBothAddressesOfLocalhost) {
  if (!HasIpv6()) GTEST_SKIP() << "this machine has no ::1";
  ServerOptions options;
  options.host = "localhost";
  options.tls = TlsOptions{};
  options.proxy_port = 0;
  options.control.port = 0;
  Launch(std::move(options));
  EXPECT_TRUE(server_->control_token().empty()) << "it is loopback";
  for (const std::uint16_t one : {port(), server_->control_port()}) {
    EXPECT_TRUE(AskOverIpv6(one).starts_with("HTTP/1.1 ")) << one;
    EXPECT_NE(Exchange(one, kGet).status, 0) << one;
  }
  // The port of one is kept on the other.
  const std::uint16_t taken = port();
  EXPECT_FALSE(Server::Start({.host = "localhost", .port = taken}).ok());
  EXPECT_FALSE(Server::Start({.host = "::1", .port = taken}).ok());
  server_->Stop();
  EXPECT_EQ(AskOverIpv6(taken), "");
}

TEST_F(HostsOfAServer, SayHowLongAConnectionMayBeIdle) {
  StartServer({.idle_time = std::chrono::milliseconds{7'900}});
  RawClient client(port());
  ASSERT_TRUE(client.Send(kGet));
  const Answer open = client.Read();
  EXPECT_TRUE(open.Has("Connection: keep-alive")) << open.head;
  EXPECT_TRUE(open.Has("Keep-Alive: timeout=7")) << open.head;
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  EXPECT_FALSE(client.Read().Has("Keep-Alive: timeout=7"));
}

TEST_F(HostsOfAServer, SayNothingOfAnIdleTimeBelowASecond) {
  StartServer({.idle_time = std::chrono::milliseconds{999}});
  EXPECT_EQ(Exchange(port(), kGet).head.find("Keep-Alive:"), std::string::npos);
}

}  // namespace
}  // namespace timock::testing
