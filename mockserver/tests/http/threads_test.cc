#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server_fixture.h"
#include "http/tls_client.h"

namespace timock::testing {
namespace {

class ThreadsTest : public ServerFixture {
 protected:
  void StartThreads(unsigned threads, ServiceOptions service = {}, bool tls = false) {
    ServerOptions options;
    options.service = std::move(service);
    options.threads = threads;
    if (tls) {
      options.tls = TlsOptions{};
      options.proxy_port = 0;
    }
    Launch(std::move(options));
  }

  std::string Call() const {
    return "POST " +
           server_->service().Target("im_set_attr_name", 1'400'000'000, "administrator").value() +
           " HTTP/1.1\r\nHost: a\r\nContent-Length: 26\r\n\r\n" + R"({"AttrNames":{"0":"sex1"}})";
  }
};

TEST_F(ThreadsTest, DealsConnectionsOutEvenly) {
  std::mutex mutex;
  std::map<std::thread::id, int> calls;
  ServerOptions options;
  options.threads = 4;
  options.service.on_call = [&](const CallEvent&) {
    const std::lock_guard lock(mutex);
    ++calls[std::this_thread::get_id()];
  };
  server_ = Server::Start(std::move(options)).value();
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int client = 0; client < 200; ++client) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->connected());
  }
  for (int round = 0; round < 3; ++round) {
    for (const auto& client : clients) ASSERT_TRUE(client->Send(kGet));
    for (const auto& client : clients) ASSERT_EQ(client->Read().status, 200);
  }
  server_->Stop();
  ASSERT_EQ(calls.size(), 4U);
  for (const auto& [thread, count] : calls) EXPECT_EQ(count, 150);
}

TEST_F(ThreadsTest, AdmitsExactlyAHundredCallsWhereverTheyArrive) {
  StartThreads(4, {.clock = std::make_shared<ManualClock>(UnixSeconds(1'795'369'800))});
  const std::string call = Call();
  std::atomic<int> admitted = 0;
  std::atomic<int> throttled = 0;
  std::vector<std::thread> callers;
  callers.reserve(8);
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      RawClient client(port());
      for (int sent = 0; sent < 100; ++sent) {
        if (!client.Send(call)) return;
        const Answer answer = client.Read();
        if (answer.body.find(R"("ErrorCode":0)") != std::string::npos) ++admitted;
        if (answer.body.find("60007") != std::string::npos) ++throttled;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(admitted, 100);
  EXPECT_EQ(throttled, 700);
}

TEST_F(ThreadsTest, CountsConnectionsOfAllLoopsTogether) {
  ServerOptions options;
  options.threads = 3;
  options.limits.connections = 5;
  Launch(std::move(options));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int client = 0; client < 5; ++client) {
    clients.push_back(std::make_unique<RawClient>(port()));
    ASSERT_TRUE(clients.back()->Send(kGet));
    ASSERT_EQ(clients.back()->Read().status, 200);
  }
  for (int client = 0; client < 4; ++client) {
    RawClient one_too_many(port());
    EXPECT_EQ(one_too_many.Read().status, 503);
  }
}

TEST_F(ThreadsTest, SaysThatAPortIsTakenWhoeverHasIt) {
  for (const unsigned first : {1U, 2U}) {
    for (const unsigned second : {1U, 2U}) {
      StartThreads(first);
      const auto server = Server::Start({.port = port(), .threads = second});
      ASSERT_FALSE(server.ok()) << first << " and " << second << " threads";
      EXPECT_NE(server.error().Text().find(std::to_string(port())), std::string::npos);
      EXPECT_EQ(Exchange(port(), kGet).status, 200);
    }
  }
}

TEST_F(ThreadsTest, StopUnderLoadEndsWhatItSaidItWouldAndLeavesNothingRunning) {
  for (int cycle = 0; cycle < 5; ++cycle) {
    StartThreads(4, {}, true);
    std::atomic<int> served = 0;
    std::atomic<int> lost = 0;
    std::vector<std::thread> callers;
    callers.reserve(8);
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&, caller] {
        const bool over_tls = caller % 2 == 0;
        const std::string ca = server_->ca_certificate();
        while (true) {
          if (over_tls) {
            TlsClient client(server_->tls_port(), {.ca = ca});
            if (!client.established()) return;
            while (client.Send(kGet) && client.Read().status == 200) ++served;
          } else {
            RawClient client(port());
            if (!client.connected()) return;
            for (;;) {
              if (!client.Send(kGet)) break;
              const Answer answer = client.Read();
              if (answer.status != 200) break;
              ++served;
              if (answer.Closes()) {
                lost += client.Ended() ? 0 : 1;
                break;
              }
            }
          }
        }
      });
    }
    while (served < 100) std::this_thread::yield();
    server_->Stop();
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(lost, 0);
  }
}

TEST_F(ThreadsTest, StopAnswersRequestsThatAreOnTheirWay) {
  for (int cycle = 0; cycle < 20; ++cycle) {
    StartThreads(4);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int client = 0; client < 8; ++client) {
      clients.push_back(std::make_unique<RawClient>(port()));
      ASSERT_TRUE(clients.back()->Send(kGet));
    }
    server_->Stop();
    for (const auto& client : clients) ASSERT_EQ(client->Read().status, 200) << cycle;
  }
}

TEST_F(ThreadsTest, StartsAndStopsManyTimesOnOnePort) {
  StartThreads(3);
  const std::uint16_t first = port();
  for (int cycle = 0; cycle < 50; ++cycle) {
    server_.reset();
    auto server = Server::Start({.port = first, .threads = 3});
    ASSERT_TRUE(server.ok()) << server.error().Text();
    server_ = std::move(server).value();
  }
}

TEST_F(ThreadsTest, StartNamesANumberOfThreadsThatIsNone) {
  for (const unsigned threads : {0U, 257U}) {
    const auto server = Server::Start({.threads = threads});
    ASSERT_FALSE(server.ok());
    EXPECT_NE(server.error().Text().find("threads is " + std::to_string(threads)),
              std::string::npos);
  }
}

}  // namespace
}  // namespace timock::testing
