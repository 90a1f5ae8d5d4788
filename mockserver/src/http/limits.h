#ifndef TIMOCK_HTTP_LIMITS_H_
#define TIMOCK_HTTP_LIMITS_H_

#include <chrono>
#include <cstddef>

#include "timock/result.h"
#include "timock/server.h"

namespace timock {

/// What a connection keeps for reading while it has nothing to read: one page.
inline constexpr std::size_t kSmallBuffer = 4096;

/// A body is read into memory in steps of at most this much ahead of what has arrived.
inline constexpr std::size_t kBodyStep = std::size_t{256} * 1024;

/// Answers of pipelined requests are gathered up to this many bytes before they are written.
inline constexpr std::size_t kGatheredAnswers = std::size_t{64} * 1024;

/// Empty lines that may stand before a request line (RFC 9112 2.2 asks for at least one).
inline constexpr int kLeadingEmptyLines = 2;

/// How much of what a client still sends is read and dropped after the last answer, so that the
/// client reads the answer and no reset. Clients that send a whole body before they read (Python,
/// PHP) get through with 16 MiB, 256 times the default body limit; reading it costs no memory.
inline constexpr std::size_t kDrainBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::chrono::seconds kDrainTime{5};

/// How long an answer may take to trickle away under a fault.
inline constexpr std::chrono::milliseconds kMaxTrickleTime = std::chrono::minutes{10};

/// How often an answer that is not whole yet is asked for.
inline constexpr std::chrono::milliseconds kPollInterval{5};

/// How long Stop waits for requests that have begun to arrive and answers that are being taken.
inline constexpr std::chrono::seconds kStopGrace{1};

/// Connections past the limit that are told so (503) at the same time; more are only closed.
inline constexpr std::size_t kTurnedAway = 64;

/// When accepting is tried again after the process ran out of descriptors or memory.
inline constexpr std::chrono::milliseconds kAcceptRetry{20};

/// Connections that the kernel holds for us until they are accepted.
inline constexpr int kBacklog = 4096;

/// Connections accepted before the loop looks at those that it has.
inline constexpr int kAcceptedAtATime = 64;

/// Event loops of one server, each a thread.
inline constexpr unsigned kMaxThreads = 256;

/// Fails when a limit is zero, negative, or longer than a year, naming it.
Result<Done> CheckLimits(const HttpLimits& limits);

}  // namespace timock

#endif  // TIMOCK_HTTP_LIMITS_H_
