#include <httplib.h>
#include <timock/gtest.h>

using BackendTest = timock::TimockTest;  // a server for all its tests, an app for each

TEST_F(BackendTest, SetsNames) {
  httplib::Client backend(url());  // the code under test goes here
  const auto reply =
      backend.Post(app().Target(), R"({"AttrNames":{"0":"sex"}})", "application/json");
  EXPECT_THAT(reply, timock::IsOk());
  EXPECT_THAT(app(), timock::HasAttrNames({{0, "sex"}}));
}

TEST_F(BackendTest, IsToldToSlowDownAtTheHundredAndFirstCall) {
  httplib::Client backend(url());
  app().Freeze();  // time stops for this app alone
  for (int i = 0; i < 100; ++i) {
    backend.Post(app().Target(), R"({"AttrNames":{"0":"sex"}})", "application/json");
  }
  const auto refused =
      backend.Post(app().Target(), R"({"AttrNames":{"0":"sex"}})", "application/json");
  EXPECT_THAT(refused, timock::IsRefusedWith(60007));
  app().Advance(std::chrono::seconds{1});
  EXPECT_THAT(backend.Post(app().Target(), R"({"AttrNames":{"0":"sex"}})", "application/json"),
              timock::IsOk());
  EXPECT_THAT(app(), timock::CalledTimes(102));
}
