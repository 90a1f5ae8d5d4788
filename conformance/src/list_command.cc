#include <CLI/CLI.hpp>

#include "commands.h"
#include "suite.h"

namespace timock::conformance {
namespace {

int List(std::ostream& out) {
  for (const Case& one : ShippedCases()) {
    out << one.FullName() << "  " << one.title << '\n';
  }
  return kExitConforms;
}

}  // namespace

void AddListCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("list", "Print all cases");
  command->callback([chosen] { *chosen = List; });
}

}  // namespace timock::conformance
