#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "run/page_register.h"
#include "run/selection.h"
#include "run/suite.h"

namespace timock::conformance {
namespace {

/// The endpoint's page, sentence by sentence.
int ListPage(std::ostream& out) {
  for (const PageSentence& sentence : ShippedPageRegister(ShippedCases())) {
    out << sentence.id << "  " << sentence.quote << '\n';
    for (const std::string& entry : sentence.covered_by) out << "  " << entry << '\n';
    if (!sentence.not_testable.empty()) out << "  not testable: " << sentence.not_testable << '\n';
  }
  return kExitConforms;
}

int List(std::ostream& out) {
  for (const Case& one : ShippedCases()) {
    if (!Selects(GivenFilter(), one.FullName())) continue;
    out << one.FullName() << "  " << one.title << '\n';
  }
  return kExitConforms;
}

}  // namespace

void AddListCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("list", "Print the cases");
  const auto page = std::make_shared<bool>(false);
  command->add_flag("--page", *page,
                    "Print the endpoint's page instead: each sentence and the cases that cover it");
  command->callback([chosen, page] { *chosen = *page ? ListPage : List; });
}

}  // namespace timock::conformance
