// Allocations of a request fail in turn: alone, and with all that follow. The request is answered
// with what it would have got, or with 500, and the next one is answered as ever.

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "control/control_api.h"
#include "http/raw_client.h"
#include "timock/httplib.h"
#include "timock/timock.h"

namespace {

/// Of this thread: how many allocations pass before one fails; none fails while it is negative.
thread_local long allocations_left = -1;
/// Whether all others after it fail as well.
thread_local bool for_good = false;
thread_local bool has_failed = false;

void* Allocate(std::size_t size) {
  if (allocations_left == 0) {
    has_failed = true;
    if (!for_good) allocations_left = -1;
    throw std::bad_alloc();
  }
  if (allocations_left > 0) --allocations_left;
  if (void* const memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size); }
void* operator new[](std::size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace timock {
namespace {

constexpr std::string_view kNames = R"({"AttrNames":{"0":"a name that is not short"}})";

void FailAfter(long allocations, bool others_too) {
  for_good = others_too;
  has_failed = false;
  allocations_left = allocations;
}

/// Whether an allocation has failed.
bool EndFailing() {
  allocations_left = -1;
  return has_failed;
}

std::unique_ptr<Service> NewService() {
  return Service::Create({.clock = std::make_shared<ManualClock>(UnixSeconds(1'795'369'800))})
      .value();
}

std::string SetTarget(const Service& service) {
  return service.Target("im_set_attr_name", DemoApp().sdkappid, "administrator").value();
}

// Of a call whose UserSig is known already: reading one builds a document, see below.
TEST(OutOfMemoryTest, InHandle) {
  for (const bool others_too : {false, true}) {
    bool failed = true;
    for (long allocation = 0; failed; ++allocation) {
      const auto service = NewService();
      const std::string target = SetTarget(*service);
      HttpResponse response;
      service->Handle({.method = "POST", .target = target, .body = kNames}, &response);
      ASSERT_EQ(response.status, 200);
      response = {};
      FailAfter(allocation, others_too);
      service->Handle({.method = "POST", .target = target, .body = kNames}, &response);
      failed = EndFailing();
      const bool answered = response.status == 200 && !response.body.empty();
      EXPECT_TRUE(answered || response.status == 500) << allocation;
      EXPECT_EQ(service->metrics().exceptions, answered ? 0U : 1U) << allocation;
      service->Handle({.method = "POST", .target = target, .body = kNames}, &response);
      EXPECT_EQ(response.status, 200);
      ASSERT_LT(allocation, 1000);
    }
  }
}

// The rest of the control API builds JSON documents, and nlohmann's constructors are noexcept where
// they allocate: out of memory there ends the process, whatever is caught.
TEST(OutOfMemoryTest, InAStreamOfTheControlApi) {
  const auto service = NewService();
  ControlApi api(*service, {.version = "0.1.0", .host = "127.0.0.1"});
  const std::vector<HttpHeaderView> headers = {{"Host", "localhost"}};
  HttpResponse response;
  const auto stream = api.Handle(
      {.method = "GET", .target = "/_timock/requests/stream", .headers = headers}, {}, &response);
  ASSERT_NE(stream, nullptr);
  service->Handle({.target = SetTarget(*service), .body = std::string(kNames)});
  response = {};
  FailAfter(0, false);
  const DeferredAnswer::State state = stream->Poll({}, &response);
  EXPECT_TRUE(EndFailing());
  EXPECT_EQ(state, DeferredAnswer::State::kOver);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(service->metrics().exceptions, 1U);
}

/// Makes allocations of the thread that answers a call fail, from its end on.
struct FailAfterCall {
  std::atomic<long> allocations{-1};
  void operator()() const { FailAfter(allocations.load(), false); }
};

TEST(OutOfMemoryTest, BehindTheCallInTheSocketLoop) {
  FailAfterCall fail;
  ServerOptions options;
  options.service.on_call = [&fail](const CallEvent& /*event*/) { fail(); };
  const auto server = Server::Start(std::move(options)).value();
  const auto request = [&server] {
    return "POST " + SetTarget(server->service()) +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kNames.size()) + "\r\n\r\n" +
           std::string(kNames);
  };
  for (long allocation = 0; allocation < 30; ++allocation) {
    fail.allocations = allocation;
    {
      testing::RawClient client(server->port());
      ASSERT_TRUE(client.Send(request() + request()));
      const int status = client.Read().status;
      EXPECT_TRUE(status == 200 || status == 500 || status == 0) << status;
    }
    fail.allocations = -1;
    // The first may end the failing of the loop's thread, and meet it.
    testing::Exchange(server->port(), request());
    EXPECT_EQ(testing::Exchange(server->port(), request()).status, 200) << allocation;
  }
}

TEST(OutOfMemoryTest, BehindTheCallInTheAdapter) {
  FailAfterCall fail;
  const auto service =
      Service::Create({.on_call = [&fail](const CallEvent& /*event*/) { fail(); }}).value();
  httplib::Server http;
  Mount(http, *service);
  const int port = http.bind_to_any_port("127.0.0.1");
  std::thread thread([&http] { http.listen_after_bind(); });
  while (!http.is_running()) std::this_thread::yield();
  httplib::Client client("127.0.0.1", port);
  const auto call = [&] {
    const auto reply = client.Post(SetTarget(*service), std::string(kNames), "application/json");
    return reply ? reply->status : 0;
  };
  fail.allocations = 0;
  EXPECT_EQ(call(), 500);
  fail.allocations = -1;
  EXPECT_EQ(service->metrics().exceptions, 1U);
  EXPECT_EQ(call(), 200);
  http.stop();
  thread.join();
}

}  // namespace
}  // namespace timock
