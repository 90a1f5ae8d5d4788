#ifndef TIMOCK_TESTS_CONTROL_CONTROL_TEST_H_
#define TIMOCK_TESTS_CONTROL_CONTROL_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "control/control_api.h"
#include "timock/timock.h"

namespace timock {

inline constexpr std::uint32_t kDemo = 1'400'000'000;
inline constexpr std::int64_t kStart = 1'795'369'800;

/// An answer of the control API, read.
struct ControlReply {
  int status = 0;
  nlohmann::json json = {};  ///< Discarded where the body is no JSON.
  std::string text;
  std::string content_type;
  std::vector<HttpHeader> headers;

  /// All values of a header, ", " between them.
  std::string Header(std::string_view name) const;
  std::string message() const { return json["error"]["message"]; }
  /// "400 /match/every_nth" or "400 ?limit" or "404".
  std::string Refused() const;
};

/// A control API over a service with the demo app, whose clock stands at kStart.
class ControlTest : public testing::Test {
 protected:
  void Start(ServerView server, ServiceOptions options = {});

  ControlReply Send(std::string_view method, std::string_view path, std::string_view body = {},
                    const std::vector<HttpHeader>& headers = {{"Host", "127.0.0.1:8080"}});
  ControlReply Get(std::string_view path) { return Send("GET", path); }

  /// What Handle defers; null when it answers at once.
  std::unique_ptr<DeferredAnswer> Defer(std::string_view path, HttpResponse* response,
                                        const std::vector<HttpHeader>& headers = {
                                            {"Host", "127.0.0.1:8080"}});

  /// Makes one valid call of the endpoint.
  void Call(std::string_view body = R"({"AttrNames":{"0":"sex"}})");

  Service& service() {
    if (!api_) Start({.version = "0.1.0", .host = "127.0.0.1"});
    return *service_;
  }
  ManualClock& clock() { return *clock_; }
  ControlApi& api() {
    service();
    return *api_;
  }

  Tick now_{0};  ///< What the transport's monotonic clock shows.

 private:
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(UnixSeconds(kStart));
  std::unique_ptr<Service> service_;
  std::unique_ptr<ControlApi> api_;
};

}  // namespace timock

#endif  // TIMOCK_TESTS_CONTROL_CONTROL_TEST_H_
