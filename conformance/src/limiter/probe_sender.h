#ifndef TIMOCK_CONFORMANCE_LIMITER_PROBE_SENDER_H_
#define TIMOCK_CONFORMANCE_LIMITER_PROBE_SENDER_H_

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "judge/throttle_judge.h"
#include "limiter/probe.h"
#include "target/target.h"

namespace timock::conformance {

/// A call was answered neither as one that passes nor as one that is throttled.
class UnexpectedAnswerError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Brings the calls of probes to a target: in its own time where its clock can be set, one behind
/// the other; else in real time, over so many connections that a limit of calls is over in a small
/// part of the window. Not thread-safe.
class ProbeSender {
 public:
  /// Calls once per connection, by a read of the names, to open it and to see how long an answer
  /// takes. Throws UnreachableError when there is none.
  ProbeSender(Target& target, const RefusalSign& refused, const ProbePlan& plan);
  /// The same by this call, in real time over so many connections or more.
  ProbeSender(Target& target, const RefusalSign& refused, const ProbePlan& plan,
              const Outgoing& opening, std::size_t min_connections);

  /// Over which connections calls go.
  enum class Lane { kAll, kFirst, kSecond };
  /// What passes besides success: nothing, or whatever is no refusal by the throttle.
  enum class Passes { kSuccess, kAnyAnswer };

  /// `request` as the subject of a probe, which must not outlive this. Its calls throw
  /// UnexpectedAnswerError and UnreachableError.
  ProbeSubject Subject(const Outgoing& request, Lane lane = Lane::kAll,
                       Passes passes = Passes::kSuccess);

  /// One call over a connection of this number, now.
  Shot Call(const Outgoing& request, std::size_t connection);

  std::size_t connections() const { return connections_.size(); }

 private:
  struct Sending {
    Outgoing request;
    Lane lane;
    Passes passes;
  };

  std::vector<Shot> Fire(const Sending& sending, const std::vector<std::chrono::nanoseconds>& at);
  std::vector<Shot> FireInTurn(const Sending& sending,
                               const std::vector<std::chrono::nanoseconds>& at);
  Shot FireOne(Connection& connection, const Sending& sending);
  bool Passed(const Reply& reply, Passes passes) const;

  Target& target_;
  const RefusalSign refused_;
  const bool has_clock_;
  std::vector<std::unique_ptr<Connection>> connections_;  // at least two
};

/// The call that is probed: im_set_attr_name as `who`, which gives slot 0 the name that it has, or
/// "sex" where none can be read.
Outgoing ProbedCall(Target& target, const Identity& who);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_LIMITER_PROBE_SENDER_H_
