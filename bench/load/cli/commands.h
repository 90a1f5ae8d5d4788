#ifndef TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_
#define TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "target/options.h"

namespace timock::load {

/// All flags; texts are read by the command that uses them.
struct ProgramOptions {
  conformance::TargetOptions target;  ///< Its rate is --rate; 0: not given.
  std::string duration;  ///< Empty: 10s; of the lab in virtual time, until all is drained.
  std::string warmup = "0s";
  std::size_t connections = 0;  ///< 0: by the rate.
  std::size_t apps = 1;
  std::string arrival = "constant";
  std::uint64_t seed = 1;
  std::string body_mix = "valid=100";
  std::string limit = "100";  ///< Or "off".
  std::string window = "1s";
  std::string refused = "code=60007";
  bool isolation = false;
  bool replay = false;
  bool progress = false;
  std::string json_file;
  std::string html_file;
  std::string threshold_file;

  std::string client;  ///< The retry lab's policy; empty: the generator.
  bool compare = false;
  std::optional<std::size_t> clients;
  std::optional<std::size_t> backlog;
  std::string round_trip;  ///< Empty: 10ms.
};

/// Offers load and reports. Returns the exit code; throws conformance::ConfigError,
/// conformance::ConfigError, conformance::UnreachableError.
int RunLoad(const ProgramOptions& options, std::ostream& out, std::ostream& problems);

/// The retry lab; as above.
int RunLab(const ProgramOptions& options, std::ostream& out, std::ostream& problems);

/// Throws conformance::ConfigError when the target is live and `options` do not allow what is to be
/// done to it. `requests` are announced on `problems` before a live target is called beyond its
/// limit.
void CheckLive(const ProgramOptions& options, bool writes, double rate, std::size_t requests,
               std::ostream& problems);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_CLI_COMMANDS_H_
