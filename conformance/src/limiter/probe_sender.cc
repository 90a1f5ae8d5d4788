#include "limiter/probe_sender.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "judge/judge.h"
#include "target/request_builder.h"
#include "target/target.h"
#include "wire/config_error.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kMinConnections = 4;
constexpr std::size_t kMaxConnections = 64;

/// So many that the limit is used up in a tenth of the window.
std::size_t ConnectionsFor(const ProbePlan& plan, nanoseconds round_trip) {
  const nanoseconds all = round_trip * static_cast<std::int64_t>(plan.limit);
  return std::min(static_cast<std::size_t>(all / (plan.window / 10)) + 1, kMaxConnections);
}

Outgoing Read(Target& target) {
  const std::optional<Identity> admin = target.Who("admin");
  if (!admin) throw ConfigError("the target has no admin to call as");
  return BuildRequest({.command = "im_get_attr_name", .body = "{}"}, *admin, target);
}

}  // namespace

ProbeSender::ProbeSender(Target& target, const RefusalSign& refused, const ProbePlan& plan)
    : ProbeSender(target, refused, plan, Read(target), kMinConnections) {}

ProbeSender::ProbeSender(Target& target, const RefusalSign& refused, const ProbePlan& plan,
                         const Outgoing& opening, std::size_t min_connections)
    : target_(target), refused_(refused), has_clock_(target.Can("clock")) {
  nanoseconds slowest{0};
  std::size_t wanted = 2;
  while (connections_.size() < wanted) {
    connections_.push_back(target.Connect());
    const Reply reply = connections_.back()->Send(opening);
    if (reply.status == 0) throw UnreachableError("no HTTP answer: " + reply.failure);
    slowest = std::max(slowest, reply.answered - reply.sent);
    if (!has_clock_) {
      wanted = std::max({wanted, min_connections, ConnectionsFor(plan, slowest)});
    }
  }
}

ProbeSubject ProbeSender::Subject(const Outgoing& request, Lane lane, Passes passes) {
  const Sending sending{request, lane, passes};
  return {.now = [this] { return has_clock_ ? target_.Now() : MonotonicNow(); },
          .fire =
              [this, sending](const std::vector<nanoseconds>& at) {
                return has_clock_ ? FireInTurn(sending, at) : Fire(sending, at);
              }};
}

bool ProbeSender::Passed(const Reply& reply, Passes passes) const {
  if (reply.status == 0) throw UnreachableError("no HTTP answer: " + reply.failure);
  const EnvelopeReading reading = ReadEnvelope(reply.body);
  const int code = reading.envelope ? reading.envelope->error_code : -1;
  if (refused_.by_status) {
    if (reply.status == refused_.value) return false;
    // A success without an envelope: another kind of server.
    const bool success = reply.status / 100 == 2 && (code == 0 || !reading.envelope);
    if (passes == Passes::kAnyAnswer || success) return true;
  } else {
    if (code == refused_.value) return false;
    if (code == 0 || (code != -1 && passes == Passes::kAnyAnswer)) return true;
  }
  throw UnexpectedAnswerError("a call is answered neither with success nor with " +
                              refused_.Text() + " but with HTTP status " +
                              std::to_string(reply.status) + " and " +
                              target_.secrets().Redacted(reply.body.substr(0, 300)) +
                              "; --refused says what a throttled call looks like");
}

Shot ProbeSender::FireOne(Connection& connection, const Sending& sending) {
  const Reply reply = connection.Send(sending.request);
  return {.sent = reply.sent, .answered = reply.answered, .passed = Passed(reply, sending.passes)};
}

Shot ProbeSender::Call(const Outgoing& request, std::size_t connection) {
  return FireOne(*connections_.at(connection), {request, Lane::kAll, Passes::kSuccess});
}

std::vector<Shot> ProbeSender::FireInTurn(const Sending& sending,
                                          const std::vector<nanoseconds>& at) {
  Connection& connection = *connections_[sending.lane == Lane::kSecond ? 1 : 0];
  std::vector<Shot> shots;
  for (const nanoseconds moment : at) {
    const nanoseconds now = target_.Now();
    if (moment > now) target_.Advance(moment - now);
    Shot shot = FireOne(connection, sending);
    shot.sent = shot.answered = std::max(moment, now);
    shots.push_back(shot);
  }
  return shots;
}

std::vector<Shot> ProbeSender::Fire(const Sending& sending, const std::vector<nanoseconds>& at) {
  std::vector<Shot> shots(at.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr problem;
  const auto work = [&](Connection& connection) {
    try {
      for (std::size_t i = next++; i < at.size(); i = next++) {
        const nanoseconds now = MonotonicNow();
        if (at[i] > now) SleepFor(at[i] - now);
        shots[i] = FireOne(connection, sending);
      }
    } catch (...) {
      next = at.size();
      const std::lock_guard<std::mutex> lock(mutex);
      problem = std::current_exception();
    }
  };
  if (at.size() == 1 || sending.lane != Lane::kAll) {
    work(*connections_[sending.lane == Lane::kSecond ? 1 : 0]);
  } else {
    std::vector<std::thread> threads;
    for (const auto& connection : connections_) {
      threads.emplace_back([&work, one = connection.get()] { work(*one); });
    }
    for (std::thread& thread : threads) thread.join();
  }
  if (problem) std::rethrow_exception(problem);
  return shots;
}

Outgoing ProbedCall(Target& target, const Identity& who) {
  const NamesReading reading = ReadNames(target, who);
  const bool named = reading.names && reading.names->contains("0");
  const nlohmann::json body = {{"AttrNames", {{"0", named ? reading.names->at("0") : "sex"}}}};
  return BuildRequest({.body = body.dump()}, who, target);
}

}  // namespace timock::conformance
