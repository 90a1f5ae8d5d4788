#ifndef TIMOCK_TESTS_HTTP_SERVER_FIXTURE_H_
#define TIMOCK_TESTS_HTTP_SERVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "http/raw_client.h"
#include "timock/server.h"

namespace timock::testing {

/// A server whose calls are counted: those that reached Service::Handle, and those refused as
/// malformed or by the proxy.
class ServerFixture : public ::testing::Test {
 protected:
  Server& StartServer(HttpLimits limits = {}, std::size_t max_body_bytes = 65536) {
    ServerOptions options;
    options.limits = limits;
    options.service.max_body_bytes = max_body_bytes;
    return Launch(std::move(options));
  }

  Server& Launch(ServerOptions options) {
    options.service.on_call = [this](const CallEvent& event) { Count(event); };
    server_ = Server::Start(std::move(options)).value();
    return *server_;
  }

  std::uint16_t port() const { return server_->port(); }
  int handled() const { return handled_.load(); }
  int malformed() const { return malformed_.load(); }
  int proxy_refused() const { return proxy_refused_.load(); }

  /// Why the last message was refused, as malformed or by the proxy.
  std::string reason() {
    const std::lock_guard lock(mutex_);
    return reason_;
  }

  /// Ends the server, so that all its events have come, and expects this among the last reason.
  void ExpectReason(std::string_view part) {
    server_->Stop();
    EXPECT_NE(reason().find(part), std::string::npos) << reason();
  }

  /// The answer of P9, and the end of the connection (P8).
  static void ExpectRefusal(const Answer& answer) {
    EXPECT_EQ(answer.status, 400) << answer.head;
    EXPECT_TRUE(answer.Closes()) << answer.head;
    EXPECT_NE(answer.body.find("60002"), std::string::npos) << answer.body;
  }

  std::unique_ptr<Server> server_;

 private:
  void Count(const CallEvent& event) {
    const bool malformed = event.rule == "http_malformed";
    const bool proxy_refused = event.rule == "proxy_refused";
    ++(malformed ? malformed_ : proxy_refused ? proxy_refused_ : handled_);
    if (!malformed && !proxy_refused) return;
    const std::lock_guard lock(mutex_);
    reason_ = event.diagnoses.front().detail;
  }

  std::atomic<int> handled_ = 0;
  std::atomic<int> malformed_ = 0;
  std::atomic<int> proxy_refused_ = 0;
  std::mutex mutex_;
  std::string reason_;
};

inline constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A POST of `body` with a Content-Length.
inline std::string Post(std::string_view body) {
  return "POST /v4/x/y HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

}  // namespace timock::testing

#endif  // TIMOCK_TESTS_HTTP_SERVER_FIXTURE_H_
