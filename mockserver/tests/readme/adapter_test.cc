#include <gtest/gtest.h>
#include <timock/httplib.h>
#include <timock/timock.h>

#include <thread>

TEST(OwnServer, ServesTheFakeBesideItsOwnRoutes) {
  auto fake = timock::Service::Create().value();
  httplib::Server server;
  server.Get("/own", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("own", "text/plain");
  });
  timock::Mount(server, *fake);  // after the routes of your own
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();

  httplib::Client client("127.0.0.1", port);
  const auto url = fake->Target("im_get_attr_name", 1400000000, "administrator").value();
  const auto own = client.Get("/own");
  const auto reply = client.Post(url, "{}", "application/json");
  server.stop();
  thread.join();
  ASSERT_TRUE(own && reply);
  EXPECT_EQ(own->body, "own");
  EXPECT_EQ(reply->body, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0,"AttrNames":{}})");
}
