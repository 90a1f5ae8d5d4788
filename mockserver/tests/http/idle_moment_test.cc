// A request that arrives when the idle time of its connection ends.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "http/call_handler.h"
#include "http/server_fixture.h"
#include "http/tls_client.h"
#include "timock/clock.h"

namespace timock::testing {
namespace {

constexpr std::chrono::seconds kIdleTime{1};
constexpr std::string_view kBlock = "GET /block HTTP/1.1\r\nHost: a\r\n\r\n";

/// The loop is kept in a call while the requests arrive and the time ends, so that it sees both at
/// once: the time first. Over TLS the look for bytes that have arrived takes them from the kernel.
TEST(IdleMomentTest, ARequestThatHasArrivedIsAnswered) {
  std::atomic<bool> blocked = false;
  std::atomic<bool> go_on = false;
  ServerOptions options;
  options.limits.idle_time = kIdleTime;
  options.tls = TlsOptions{};
  CallHandler handler = [&](Service& service, const HttpRequestView& request,
                            HttpResponse* response) {
    if (request.target == "/block") {
      blocked = true;
      while (!go_on) std::this_thread::yield();
    }
    service.Handle(request, response);
  };
  const auto server = ServerAccess::StartWith(std::move(options), std::move(handler)).value();
  RawClient blocker(server->port());
  RawClient plain(server->port());
  TlsClient tls(server->tls_port(), {.ca = server->ca_certificate()});
  ASSERT_TRUE(plain.Send(kGet));
  ASSERT_TRUE(tls.Send(kGet));
  ASSERT_EQ(plain.Read().status, 200);
  ASSERT_EQ(tls.Read().status, 200);

  ASSERT_TRUE(blocker.Send(kBlock));
  while (!blocked) std::this_thread::yield();
  ASSERT_TRUE(plain.Send(kGet));
  ASSERT_TRUE(tls.Send(kGet));
  const SystemClock clock;
  const Tick end = clock.Ticks() + kIdleTime;
  while (clock.Ticks() < end) std::this_thread::yield();
  go_on = true;
  EXPECT_EQ(plain.Read().status, 200);
  EXPECT_EQ(tls.Read().status, 200);
  EXPECT_EQ(blocker.Read().status, 200);
}

}  // namespace
}  // namespace timock::testing
