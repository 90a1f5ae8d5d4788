#include <gtest/gtest.h>
#include <httplib.h>
#include <timock/timock.h>

TEST(Backend, NamesItsAttributes) {
  auto fake = timock::Server::Start().value();  // the demo app, on a free port
  const auto url = fake->service().Target("im_set_attr_name", 1400000000, "administrator");
  httplib::Client backend(fake->url());  // the code under test goes here

  const auto reply = backend.Post(url.value(), R"({"AttrNames":{"0":"sex"}})", "application/json");

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, R"({"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0})");
  EXPECT_EQ(fake->service().Names(1400000000), (timock::AttrNames{{0, "sex"}}));
}
