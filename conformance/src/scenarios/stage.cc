#include "scenarios/stage.h"

#include <algorithm>
#include <optional>

#include "target/request_builder.h"
#include "wire/config_error.h"
#include "wire/stopwatch.h"

namespace timock::conformance {

Identity Stage::Who(const std::string& name) const {
  const std::optional<Identity> who = target_.Who(name);
  if (!who) throw ConfigError("the target has no identity " + name);
  return *who;
}

int Stage::Send(const CaseRequest& request, const Identity& who) {
  return Send(BuildRequest(request, who, target_));
}

int Stage::Send(const Outgoing& request) { return CodeOf(request, target_.Send(request)); }

Outgoing Stage::ReadRequest(const Identity& who) {
  return BuildRequest({.command = "im_get_attr_name", .body = "{}"}, who, target_);
}

int Stage::Read(const Identity& who) { return Send(ReadRequest(who)); }

void Stage::Show(const Outgoing& request, const Reply& reply) {
  if (wrong_.empty()) exchanges_ = {{request, reply}};
}

int Stage::CodeOf(const Outgoing& request, const Reply& reply) {
  Show(request, reply);
  for (const std::string& problem : JudgeAnyReply(reply, profile_)) Wrong(problem);
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  return reply.status != 0 && reading.envelope ? reading.envelope->error_code : -1;
}

void Stage::Expect(int got, int wanted, const std::string& what) {
  if (got != wanted) {
    Wrong(what + ": " + std::to_string(got) + ", expected " + std::to_string(wanted));
  }
}

void Stage::ExpectNot(int got, int unwanted, const std::string& what) {
  if (got == unwanted) Wrong(what + ": " + std::to_string(got) + ", expected any other code");
}

void Stage::ExpectSwitch(int got, const std::vector<std::string>& switches,
                         const std::string& what) {
  if (switches.size() == 1) seen_.emplace_back(switches.front(), got);
  if (!profile_) return;
  const int wanted = profile_->CodeOf(switches);
  if (got == wanted) return;
  Expect(got, wanted,
         what + " (profile " + profile_->name() + ", switch " + switches.front() + ")");
}

void Stage::Saw(const std::vector<Shot>& shots, const ThrottleClaim& claim) {
  constexpr std::size_t kMax = 3'000;
  claim_ = claim;
  const std::size_t room = kMax - std::min(kMax, shots_.size());
  const auto taken = static_cast<std::ptrdiff_t>(std::min(room, shots.size()));
  shots_.insert(shots_.end(), shots.begin(), shots.begin() + taken);
}

void Stage::Elapse(std::chrono::nanoseconds time) {
  if (target_.TimeStands()) {
    target_.Advance(time);
  } else {
    SleepFor(time);
  }
}

}  // namespace timock::conformance
