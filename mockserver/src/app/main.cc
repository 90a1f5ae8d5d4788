#include <fcntl.h>
#include <unistd.h>

#include <exception>

#include "app/commands.h"

int main(int argc, char** argv) {
  // What is opened later must not take the place of a standard stream that was closed.
  for (int descriptor = 0; descriptor <= STDERR_FILENO; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) < 0) static_cast<void>(open("/dev/null", O_RDWR));
  }
  try {
    return timock::app::RunProgram({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const std::exception& error) {
    return timock::app::Complain(error.what(), timock::app::kExitFailed);
  }
}
