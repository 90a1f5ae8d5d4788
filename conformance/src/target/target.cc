#include "target/target.h"

#include "judge/judge.h"
#include "target/request_builder.h"
#include "wire/stopwatch.h"

namespace timock::conformance {

std::optional<Identity> StrangerTo(const Identity& admin, const std::string& name) {
  constexpr std::uint32_t kUnknownApp = 1'499'999'999;
  if (admin.key.empty()) return {};
  Identity who = admin;
  if (name == "non_admin") {
    who.identifier = "somebody";
    return who;
  }
  if (name == "unknown_app") {
    who.sdkappid = kUnknownApp;
    return who;
  }
  return {};
}

std::optional<Identity> WhoOf(const std::vector<Identity>& apps, const std::string& name) {
  Identity admin = apps.front();
  if (name == "second_admin") admin.identifier = kSecondAdmin;
  if (name == "admin" || name == "second_admin") return admin;
  if (name == "second_app" && apps.size() > 1) return apps[1];
  return StrangerTo(admin, name);
}

void AwaitQuiet(Target& target) {
  if (target.TimeStands()) return;
  const std::chrono::nanoseconds now = MonotonicNow();
  if (now < target.quiet_from) SleepFor(target.quiet_from - now);
}

NamesReading ReadNames(Target& target, const Identity& who) {
  const CaseRequest request{.command = "im_get_attr_name", .body = "{}"};
  const Reply reply = target.Send(BuildRequest(request, who, target));
  if (const auto wrong = JudgeAnyReply(reply, {}); !wrong.empty()) {
    return {{}, "the reply of im_get_attr_name is wrong: " + wrong.front()};
  }
  EnvelopeReading reading = ReadEnvelope(reply.body);
  if (reading.envelope->error_code != 0 || !reading.envelope->members.contains("AttrNames")) {
    return {{}, "im_get_attr_name does not tell the stored names: " + reply.body};
  }
  try {
    return {reading.envelope->members["AttrNames"].get<std::map<std::string, std::string>>(), ""};
  } catch (const nlohmann::json::exception&) {
    return {{}, "im_get_attr_name tells names of another form: " + reply.body};
  }
}

}  // namespace timock::conformance
