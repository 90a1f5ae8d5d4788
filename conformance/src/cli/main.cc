#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/program.h"
#include "wire/output.h"

int main(int argc, char** argv) {
  timock::conformance::PrepareStandardStreams();
  // GoogleTest gets its own flags alone: of --help it would print its own help.
  char** const own = std::stable_partition(argv + 1, argv + argc, [](const char* argument) {
    return std::string_view(argument).starts_with("--gtest_");
  });
  const std::vector<std::string> arguments(own, argv + argc);
  int flags = static_cast<int>(own - argv);
  testing::InitGoogleTest(&flags, argv);
  timock::conformance::Output problems(std::cerr, STDERR_FILENO);
  timock::conformance::Output out(std::cout, STDOUT_FILENO);
  const int code = timock::conformance::RunProgram(arguments, std::cout, std::cerr);
  return problems.Finish(out.Finish(code));
}
