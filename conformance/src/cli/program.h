#ifndef TIMOCK_CONFORMANCE_CLI_PROGRAM_H_
#define TIMOCK_CONFORMANCE_CLI_PROGRAM_H_

#include <ostream>
#include <string>
#include <vector>

namespace timock::conformance {

/// Runs timock-conformance for the arguments after its name; GoogleTest's own flags were taken out
/// before. Returns the exit code: 0 conforms, 1 does not, 2 usage or configuration, 3 target
/// unreachable or credentials refused, 4 a fault of the suite itself, 5 nothing ran.
int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CLI_PROGRAM_H_
