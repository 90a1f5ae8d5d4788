#ifndef TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_
#define TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>

#include "judge/throttle_judge.h"
#include "load/judge/threshold.h"
#include "load/lab/retry_policy.h"
#include "load/send/body_mix.h"
#include "load/send/schedule.h"
#include "target/options.h"
#include "wire/secrets.h"

namespace timock::load {

/// All flags, as they were read from the command line.
struct ProgramOptions {
  conformance::TargetOptions target;
  double rate = 0;  ///< 0: not given.
  /// Empty: 10 s; of the lab in virtual time, until all is drained.
  std::optional<std::chrono::nanoseconds> duration;
  std::chrono::nanoseconds warmup{0};
  std::size_t connections = 0;  ///< 0: by the rate.
  std::size_t apps = 1;
  Arrival arrival;
  std::uint64_t seed = 1;
  BodyMix body_mix;
  std::optional<std::size_t> limit = 100;  ///< Empty: off.
  std::chrono::nanoseconds window = std::chrono::seconds{1};
  conformance::RefusalSign refused;
  bool isolation = false;
  bool replay = false;
  bool progress = false;
  std::string json_file;
  std::string html_file;
  Thresholds thresholds;

  std::optional<RetryPolicy>
      client;  ///< Of the retry lab; without it and --compare: the generator.
  bool compare = false;
  std::optional<std::size_t> clients;
  std::optional<std::size_t> backlog;
  std::optional<std::chrono::nanoseconds> round_trip;  ///< Empty: 10 ms.
};

/// Offers load and reports. Returns the exit code; throws conformance::ConfigError,
/// conformance::UnreachableError.
int RunLoad(const ProgramOptions& options, std::ostream& out, std::ostream& problems);

/// The retry lab; as above.
int RunLab(const ProgramOptions& options, std::ostream& out, std::ostream& problems);

/// Throws conformance::ConfigError when the target is live and `options` do not allow what is to be
/// done to it. `requests` are announced on `problems` before a live target is called beyond its
/// limit.
void CheckLive(const ProgramOptions& options, bool writes, double rate, std::size_t requests,
               std::ostream& problems);

/// Writes a report to `out` and to the files that are asked for, without `secrets`.
void Report(const ProgramOptions& options, const conformance::Secrets& secrets,
            const std::string& text, const nlohmann::ordered_json& json, const std::string& html,
            std::ostream& out);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_
