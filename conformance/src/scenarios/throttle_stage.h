#ifndef TIMOCK_CONFORMANCE_SCENARIOS_THROTTLE_STAGE_H_
#define TIMOCK_CONFORMANCE_SCENARIOS_THROTTLE_STAGE_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "scenarios/stage.h"

namespace timock::conformance {

/// The throttle's switches, of the profile or, without one, as the endpoint's page and the contract
/// have them.
struct ThrottleSwitches {
  int code = 60007;
  std::optional<std::size_t> limit = 100;  ///< Empty: none.
  std::chrono::nanoseconds window{1'000'000'000};
  std::string algorithm = "sliding_window";
  std::size_t burst = 100;
  std::string scope = "app_and_command";
  bool count_refused = false;
  std::string position = "access";

  static ThrottleSwitches Of(const Held& profile);
  bool CountsWindowsExactly() const { return algorithm == "sliding_window"; }
};

/// What the scenarios about the throttle work with. A call is im_set_attr_name that gives slot 0
/// the name that it has already, or "sex". Time is the server's where its clock stands still, so
/// that no real time goes by, and the client's own otherwise.
class ThrottleStage {
 public:
  /// What a scenario begins with.
  enum class Begin {
    kRested,  ///< After two windows without a call: none before counts any more.
    kAsItIs,  ///< For those who use the limit up, however much of it is left.
  };
  explicit ThrottleStage(Stage& stage, Begin begin = Begin::kRested);
  /// Takes care that the calls of this scenario do not get into the next one's way.
  ~ThrottleStage();
  ThrottleStage(const ThrottleStage&) = delete;
  ThrottleStage& operator=(const ThrottleStage&) = delete;

  const ThrottleSwitches& switches() const { return switches_; }
  ThrottleClaim claim() const { return {switches_.limit.value_or(SIZE_MAX), switches_.window}; }
  /// As many as can pass at once after a rest, whatever the algorithm but SIZE_MAX without limit.
  std::size_t MostAtOnce() const;
  Stage& stage() { return stage_; }

  /// The call, signed now by `who`.
  Outgoing Call(const Identity& who);
  /// The call of the first app's admin.
  Outgoing Call() { return Call(stage_.Who("admin")); }

  /// Sends `request` so often, as fast as it goes, over so many connections side by side; in the
  /// order of sending. Each reply is judged by JudgeAnyReply; any code but 0 and that of the
  /// throttle is wrong, unless `other_codes`.
  std::vector<Fired> Fire(const Outgoing& request, std::size_t times, std::size_t connections = 1,
                          bool other_codes = false);
  /// What was fired under this name before on this target, by whatever case; `fire` is called where
  /// nothing was, after a rest and at the edge of a window.
  std::vector<Fired> Once(const std::string& name, const std::function<std::vector<Fired>()>& fire);
  /// One of them; whether it passed.
  bool Passes(const Outgoing& request);
  /// One of them; whether it was throttled, whatever code else it has.
  bool Throttled(const Outgoing& request);

  /// Sends calls until one is throttled; all of them. Wrong where none is.
  std::vector<Shot> UseUp(const Outgoing& request);
  std::vector<Shot> UseUp() { return UseUp(Call()); }

  void Elapse(std::chrono::nanoseconds time);
  void Rest(int windows = 2);
  /// To right behind the edge of a UNIX-aligned window.
  void ToEdge();
  /// To this offset in a UNIX second.
  void ToOffset(std::chrono::nanoseconds offset, std::chrono::nanoseconds period);

 private:
  std::chrono::nanoseconds Moment() const;
  Fired FireOne(Connection& connection, const Outgoing& request) const;
  void JudgeKeepAlive(const std::vector<Fired>& fired);
  void Note(const Outgoing& request, const std::vector<Fired>& fired, bool other_codes);

  Stage& stage_;
  const ThrottleSwitches switches_;
  const bool has_clock_;
  std::unique_ptr<Connection> connection_;
  std::string body_;
};

std::size_t CountPassed(const std::vector<Fired>& fired);
std::vector<Shot> ShotsOf(const std::vector<Fired>& fired);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_SCENARIOS_THROTTLE_STAGE_H_
