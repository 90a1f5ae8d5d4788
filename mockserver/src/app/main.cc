#include <exception>

#include "app/commands.h"

int main(int argc, char** argv) {
  try {
    return timock::app::RunProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    return timock::app::Complain(error.what(), timock::app::kExitFailed);
  }
}
