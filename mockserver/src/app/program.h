#ifndef TIMOCK_APP_PROGRAM_H_
#define TIMOCK_APP_PROGRAM_H_

#include <string>
#include <vector>

namespace timock::app {

/// Runs the program for the arguments after its name and returns its exit code.
int RunProgram(std::vector<std::string> arguments);

}  // namespace timock::app

#endif  // TIMOCK_APP_PROGRAM_H_
