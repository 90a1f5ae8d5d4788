// No exception leaves a request: what is thrown below a door is answered with status 500, recorded,
// counted and told, and the next call is answered as ever.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

#include "service/door.h"
#include "timock/timock.h"

namespace timock {
namespace {

class ExceptionsTest : public testing::TestWithParam<DoorKind> {
 protected:
  /// Opens the door of a service whose on_call does this at the first call.
  void Open(std::function<void()> at_first) {
    ServiceOptions options;
    options.on_call = [this, at_first = std::move(at_first)](const CallEvent& event) {
      if (events_.fetch_add(1) == 0) at_first();
      exceptions_ += event.rule == "exception" ? 1 : 0;
    };
    door_ = OpenDoor(GetParam(), std::move(options));
  }

  HttpResponse Call(std::string body = R"({"AttrNames":{"0":"sex"}})") {
    const auto target =
        service().Target("im_set_attr_name", DemoApp().sdkappid, "administrator").value();
    return door_->Send({.target = target, .body = std::move(body)});
  }

  void ExpectFailure(const HttpResponse& answer, const std::string& what) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_TRUE(answer.close);
    EXPECT_NE(answer.body.find(what), std::string::npos) << answer.body;
    const JournalEntry entry = service().FindCall(service().journal_status().last_id).value();
    EXPECT_EQ(entry.http_status, 500);
    EXPECT_EQ(entry.rule, "exception");
    ASSERT_EQ(entry.diagnoses.size(), 1U);
    EXPECT_NE(entry.diagnoses[0].detail.find(what), std::string::npos) << entry.diagnoses[0].detail;
    EXPECT_EQ(service().metrics().exceptions, 1U);
    EXPECT_EQ(exceptions_, 1);
    EXPECT_EQ(Call().status, 200);
    EXPECT_EQ(service().metrics().exceptions, 1U);
  }

  Service& service() { return door_->service(); }

  std::atomic<int> events_ = 0;
  std::atomic<int> exceptions_ = 0;
  std::unique_ptr<Door> door_;
};

INSTANTIATE_TEST_SUITE_P(Doors, ExceptionsTest,
                         testing::Values(DoorKind::kHandle, DoorKind::kSocket, DoorKind::kAdapter),
                         [](const auto& instance) { return DoorName(instance.param); });

TEST_P(ExceptionsTest, AnOnCallThatThrows) {
  Open([] { throw std::runtime_error("on purpose"); });
  ExpectFailure(Call(), "on purpose");
}

TEST_P(ExceptionsTest, AnOnCallThatThrowsWhatIsNoException) {
  Open([] { throw 7; });
  ExpectFailure(Call(), "not a std::exception");
}

TEST_P(ExceptionsTest, OutOfMemory) {
  Open([] { throw std::bad_alloc(); });
  ExpectFailure(Call(), "bad_alloc");
}

TEST_P(ExceptionsTest, AnOnCallThatThrowsAgainWhenItIsTold) {
  ServiceOptions options;
  options.on_call = [](const CallEvent& /*event*/) { throw std::runtime_error("each time"); };
  door_ = OpenDoor(GetParam(), std::move(options));
  EXPECT_EQ(Call().status, 500);
  EXPECT_EQ(Call().status, 500);
  EXPECT_EQ(service().metrics().exceptions, 2U);
}

// A pointer with an empty or overlong index, where the body has an array.
TEST_P(ExceptionsTest, APointerOfAFaultMeetsAnArray) {
  Open([] {});
  int ids = 0;
  for (const char* const pointer :
       {"/AttrNames/", "/AttrNames/99999999999999999999", "/AttrNames/-", "/AttrNames/00", "/",
        "/AttrNames/0/", "/AttrNames/1e0", "/AttrNames/~0", "/AttrNames/ 0"}) {
    const Result<FaultStatus> added = service().AddFault({.id = "f" + std::to_string(++ids),
                                                          .match = {.body_pointer = pointer},
                                                          .action = {.error_code = 91000}});
    EXPECT_TRUE(added.ok()) << pointer;
    for (const char* const body : {R"({"AttrNames":["sex"]})", R"(["a"])", "[]", "7", "{"}) {
      EXPECT_EQ(Call(body).status, 200) << pointer << ' ' << body;
    }
    EXPECT_EQ(service().FindFault("f" + std::to_string(ids))->matched, 0U) << pointer;
  }
  EXPECT_EQ(service().metrics().exceptions, 0U);
}

}  // namespace
}  // namespace timock
