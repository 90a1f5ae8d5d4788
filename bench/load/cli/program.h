#ifndef TIMOCK_BENCH_LOAD_CLI_PROGRAM_H_
#define TIMOCK_BENCH_LOAD_CLI_PROGRAM_H_

#include <ostream>
#include <string>
#include <vector>

namespace timock::load {

/// Runs timock-load for the arguments after its name. Returns the exit code: 0 done, 1 a threshold
/// was missed or the server broke its limit, 2 usage, 3 target unreachable or credentials refused,
/// 4 a report cannot be written, 6 measurement invalid. Secrets are in no output.
int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_CLI_PROGRAM_H_
