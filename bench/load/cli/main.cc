#include <unistd.h>

#include <iostream>

#include "load/cli/program.h"
#include "wire/output.h"

int main(int argc, char** argv) {
  timock::conformance::PrepareStandardStreams();
  timock::conformance::Output problems(std::cerr, STDERR_FILENO);
  timock::conformance::Output out(std::cout, STDOUT_FILENO);
  const int code = timock::load::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr);
  return problems.Finish(out.Finish(code));
}
