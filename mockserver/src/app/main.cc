#include <cstdio>
#include <exception>

#include "app/program.h"

int main(int argc, char** argv) {
  try {
    return timock::app::RunProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "timock: %s\n", error.what());
    return 1;
  }
}
