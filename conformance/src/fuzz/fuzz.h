#ifndef TIMOCK_CONFORMANCE_FUZZ_FUZZ_H_
#define TIMOCK_CONFORMANCE_FUZZ_FUZZ_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "judge/judge.h"
#include "target/target.h"

namespace timock::conformance {

struct FuzzOptions {
  std::uint64_t seed = 1;
  std::uint64_t calls = 10'000;
  Held profile = {};  ///< What answers are held to; empty: to no code, and no names.
  std::function<void(std::uint64_t calls)> progress = {};  ///< Told now and then; may be empty.
};

/// A call that was answered wrongly, reduced as far as the same kind of failure stays.
struct FuzzFailure {
  std::uint64_t call = 0;      ///< Its index in the run.
  std::string problem = {};    ///< What is wrong with the answer, a sentence.
  std::string changes = {};    ///< What was done to a valid call: "key_invalid, other headers".
  std::string case_file = {};  ///< In the form of fixtures/cases.
  std::string curl = {};       ///< The request for a shell.
};

struct FuzzReport {
  std::uint64_t calls = 0;
  std::optional<FuzzFailure> failure = {};
};

/// Calls an app that is made for this or, where none can be, the caller's own, whose names change.
/// Ends with the first failure, or a signal. No live target: throws ConfigError.
FuzzReport Fuzz(Target& target, const FuzzOptions& options);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_FUZZ_FUZZ_H_
