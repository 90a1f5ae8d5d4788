#include "record/record_lockout.h"

#include "scenarios/stage.h"

namespace timock::conformance {
namespace {

using std::chrono::seconds;

constexpr int kMaxFailures = 30;
constexpr std::int64_t kMaxWindow = 86'400;

class LockoutRecorder {
 public:
  explicit LockoutRecorder(Target& target) : stage_(target, none_), who_(target.MakeApp({})) {}

  LockoutFinding Run() {
    LockoutFinding found;
    int failures = 0;
    int code = 0;
    while (code == 0 && failures < kMaxFailures) {
      Forge();
      ++failures;
      code = stage_.Read(who_);
    }
    if (code == 0) {
      found.members["failures"] = 0;
      const std::string why = "nothing is locked by " + std::to_string(failures) + " failures";
      found.unobserved = {{"usersig_lockout.window_s", why}, {"usersig_lockout.code", why}};
      return found;
    }
    found.members = {{"failures", failures}, {"code", code}};
    if (failures == 1) {
      found.unobserved = {{"usersig_lockout.window_s", "one failure locks at once"}};
    } else {
      found.members["window_s"] = Window(failures);
    }
    return found;
  }

 private:
  void Forge() {
    stage_.Send({.command = "im_get_attr_name", .body = "{}", .signing = Signing{.key = "wrong"}},
                who_);
  }

  /// Whether the last failure locks so long after the ones before it.
  bool Locks(int failures, std::int64_t after) {
    // Nothing from before counts any more.
    stage_.Elapse(seconds{2 * kMaxWindow});
    for (int i = 1; i < failures; ++i) Forge();
    stage_.Elapse(seconds{after});
    Forge();
    return stage_.Read(who_) != 0;
  }

  std::int64_t Window(int failures) {
    std::int64_t locks = 0;
    std::int64_t passes = kMaxWindow + 1;
    while (passes - locks > 1) {
      const std::int64_t middle = (locks + passes) / 2;
      (Locks(failures, middle) ? locks : passes) = middle;
    }
    return passes;
  }

  const Held none_;
  Stage stage_;
  const Identity who_;
};

}  // namespace

LockoutFinding RecordLockout(Target& target) {
  if (!target.Can("apps") || !target.Can("clock") || !target.Can("sign")) {
    const std::string why =
        "an account would be locked: that is tried only where apps can be made and the clock be "
        "set";
    return {.members = {},
            .unobserved = {{"usersig_lockout.failures", why},
                           {"usersig_lockout.window_s", why},
                           {"usersig_lockout.code", why}}};
  }
  target.Reset();
  return LockoutRecorder(target).Run();
}

}  // namespace timock::conformance
