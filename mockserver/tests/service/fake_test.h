#ifndef TIMOCK_TESTS_SERVICE_FAKE_TEST_H_
#define TIMOCK_TESTS_SERVICE_FAKE_TEST_H_

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/door.h"
#include "timock/timock.h"

namespace timock {

inline constexpr std::uint32_t kDemo = 1'400'000'000;
inline constexpr std::int64_t kStart = 1'795'369'800;
inline constexpr std::string_view kValidBody = R"({"AttrNames":{"0":"sex","1":"city"}})";

/// An answer, read.
struct Answer {
  int status = 0;
  int code = -1;  ///< -1: no integer ErrorCode.
  std::string info = {};
  std::string body;
  std::string content_type;
  bool close = false;
};

/// What Service::on_call told of one call.
struct SeenCall {
  std::string rule;
  std::string command;
  std::vector<Diagnosis> diagnoses;
  std::string fault;
};

/// A call being put together: a valid one until something is changed.
struct Ask {
  std::string method = "POST";
  std::string path = "/v4/all_member_push/im_set_attr_name";
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<HttpHeader> headers = {};
  std::string body{kValidBody};

  /// Puts `raw` in the place of a parameter's value, or adds the parameter.
  Ask With(std::string_view name, std::string_view raw) const;
  Ask Without(std::string_view name) const;
  std::string Target() const;
};

/// Runs each test through all doors of the fake. The clock stands at kStart until it is advanced.
class FakeTest : public testing::TestWithParam<DoorKind> {
 protected:
  /// Starts the fake; without a call of this it is the one of default options.
  void Start(ServiceOptions options);
  void StartWithSwitches(std::string_view json, ServiceOptions options = {});

  /// A valid call of the demo app.
  Ask Valid();
  Ask ValidGet();
  Answer Send(const Ask& ask);
  Answer Set(std::string_view body);
  /// The names as im_get_attr_name gives them, as JSON text.
  std::string Get();

  Service& service();
  ManualClock& clock() { return *clock_; }
  SeenCall LastCall();
  /// Whether the last call had a diagnosis of that name.
  bool Diagnosed(std::string_view name);

 private:
  std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>(UnixSeconds(kStart));
  std::mutex mutex_;
  SeenCall last_;
  std::unique_ptr<Door> door_;
};

#define TIMOCK_ALL_DOORS(suite)                                                                \
  INSTANTIATE_TEST_SUITE_P(                                                                    \
      Doors, suite, testing::Values(DoorKind::kHandle, DoorKind::kSocket, DoorKind::kAdapter), \
      [](const auto& instance) { return DoorName(instance.param); })

}  // namespace timock

#endif  // TIMOCK_TESTS_SERVICE_FAKE_TEST_H_
