#include "load/send/generator.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace timock::load {
namespace {

/// A server of one connection at a time, which does what the test says.
class OneByOne {
 public:
  OneByOne() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    // What the socket functions take is an address of any family.
    auto* const address = reinterpret_cast<sockaddr*>(&any);  // NOLINT
    EXPECT_EQ(::bind(listener_, address, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    ::getsockname(listener_, address, &size);
    port_ = std::to_string(ntohs(any.sin_port));
  }
  ~OneByOne() { ::close(listener_); }
  OneByOne(const OneByOne&) = delete;
  OneByOne& operator=(const OneByOne&) = delete;

  const std::string& port() const { return port_; }
  /// Negative after Stop.
  int Accept() const { return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }
  void Stop() const { ::shutdown(listener_, SHUT_RDWR); }
  /// Answers whatever comes next, and tells that.
  static std::string Answer(int connection, const std::string& reply) {
    std::string request(4096, '\0');
    const ssize_t size = ::recv(connection, request.data(), request.size(), 0);
    EXPECT_GT(size, 0);
    request.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    EXPECT_EQ(::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(reply.size()));
    return request;
  }

 private:
  int listener_;
  std::string port_;
};

const std::string kHealthy = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
// The server ends a connection when a request is waited for on it and before its bytes are out: the
// link must live until they are, although another one has its place by then.
TEST(GeneratorTest, WritesToALinkThatHasBeenReplaced) {
  OneByOne server;
  std::atomic<int> newest = -1;
  std::thread serving([&] {
    std::vector<int> accepted;
    for (int connection = 0; (connection = server.Accept()) >= 0;) {
      accepted.push_back(connection);
      newest = connection;
      OneByOne::Answer(connection, kHealthy);
    }
    for (const int connection : accepted) ::close(connection);
  });
  const std::string request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
  const Dialer dialer({.tls = false, .host = "127.0.0.1", .port = server.port()}, "");
  LoadRun run;
  bool sent = false;
  // On a busy machine a request may be late, and is skipped then: once more.
  while (!sent) {
    std::promise<void> replaced;
    const BytesOf bytes_of = [&](const PlannedRequest&) -> const std::string& {
      sent = true;
      ::shutdown(newest, SHUT_RDWR);
      replaced.get_future().wait();
      return request;
    };
    // Told five times a second: at the second time since the request failed, the mender has long
    // put another link in its place.
    int failed = 0;
    const GeneratorOptions options{.connections = 1, .on_progress = [&](const Progress& now) {
                                     if (now.answered == 1 && ++failed == 2) replaced.set_value();
                                   }};
    run = Offer({PlannedRequest{}}, bytes_of, dialer, options);
  }
  server.Stop();
  serving.join();
  EXPECT_EQ(run.reconnects, 1U);
  EXPECT_EQ(run.samples.at(0).verdict.failure, Failure::kClosed);
}

TEST(LinkTest, AsksForHealthAtTheWholeAddressAndKnowsTheEndInAnySpelling) {
  OneByOne server;
  std::string asked;
  int connections = 0;
  std::thread serving([&] {
    for (const char* header : {"Connection: close", "connection:CLOSE", "CONNECTION: x , Close"}) {
      const int first = server.Accept();
      asked = OneByOne::Answer(
          first, std::string("HTTP/1.1 200 OK\r\n") + header + "\r\nContent-Length: 2\r\n\r\n");
      const int second = server.Accept();
      connections += 2;
      ::close(first);
      ::close(second);
    }
  });
  const Dialer dialer({.tls = false, .host = "127.0.0.1", .port = server.port()}, "");
  for (int i = 0; i < 3; ++i) Link link(dialer);
  serving.join();
  EXPECT_EQ(connections, 6);
  EXPECT_EQ(asked, "HEAD / HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n\r\n");
}

}  // namespace
}  // namespace timock::load
