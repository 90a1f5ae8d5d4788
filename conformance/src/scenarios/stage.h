#ifndef TIMOCK_CONFORMANCE_SCENARIOS_STAGE_H_
#define TIMOCK_CONFORMANCE_SCENARIOS_STAGE_H_

#include <string>
#include <vector>

#include "judge/judge.h"
#include "judge/result.h"
#include "target/target.h"

namespace timock::conformance {

/// What a scenario works with: a target, what it is held to, and what was found so far.
class Stage {
 public:
  Stage(Target& target, const Held& profile) : target_(target), profile_(profile) {}

  Target& target() { return target_; }
  const Held& profile() const { return profile_; }
  Identity Who(const std::string& name) const;

  /// Sends a request and returns its ErrorCode; without an envelope that is -1, and something is
  /// wrong.
  int Send(const CaseRequest& request) { return Send(request, Who(request.identity)); }
  int Send(const CaseRequest& request, const Identity& who);
  int Send(const Outgoing& request);
  /// Reads the names.
  int Read(const Identity& who);
  /// The ErrorCode of what came back, as Send tells it.
  int CodeOf(const Outgoing& request, const Reply& reply);

  /// A read as `who`, to be sent by other ways.
  Outgoing ReadRequest(const Identity& who);

  /// For the report: the exchange that shows what is wrong first.
  void Show(const Outgoing& request, const Reply& reply);
  /// Something is wrong with the target.
  void Wrong(const std::string& what) { wrong_.push_back(what); }
  /// The scenario cannot be judged here.
  void Skip(const std::string& why) { skipped_ = why; }
  void Expect(int got, int wanted, const std::string& what);
  void ExpectNot(int got, int unwanted, const std::string& what);
  /// What the first of these switches with a code says; without a profile any value is right.
  void ExpectSwitch(int got, const std::vector<std::string>& switches, const std::string& what);

  /// Moves the moment of the server's clock on, or lets real time pass where it has none to set.
  void Elapse(std::chrono::nanoseconds time);

  /// Calls against the throttle were judged; for the report, which takes the first 3,000.
  void Saw(const std::vector<Shot>& shots, const ThrottleClaim& claim);

  const std::vector<Shot>& shots() const { return shots_; }
  const ThrottleClaim& claim() const { return claim_; }
  const std::vector<std::string>& wrong() const { return wrong_; }
  /// The codes that told a single switch.
  const std::vector<SeenCode>& seen() const { return seen_; }
  const std::string& skipped() const { return skipped_; }
  /// Of the first answer that was none, or of the last one.
  const std::vector<Exchange>& exchanges() const { return exchanges_; }

 private:
  Target& target_;
  const Held& profile_;
  std::vector<std::string> wrong_;
  std::vector<SeenCode> seen_;
  std::string skipped_;
  std::vector<Exchange> exchanges_;
  std::vector<Shot> shots_;
  ThrottleClaim claim_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_SCENARIOS_STAGE_H_
