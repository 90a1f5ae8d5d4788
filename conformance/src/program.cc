#include "program.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "case.h"
#include "commands.h"
#include "target.h"

namespace timock::conformance {
namespace {

constexpr const char* kFooter = R"(
COMMAND --help tells more of each one.

Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target unreachable or
credentials refused, 4 a fault of the suite itself, 5 nothing ran, 6 a measurement that
says nothing.)";

int Complain(std::ostream& problems, const std::string& what, int exit_code) {
  problems << "timock-conformance: " << what << '\n';
  return exit_code;
}

}  // namespace

int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems) {
  CLI::App app{"Holds a server of im_set_attr_name to what its vendor documents",
               "timock-conformance"};
  app.require_subcommand(1);
  app.footer(kFooter);
  Command chosen;
  AddRunCommand(&app, &chosen);
  AddListCommand(&app, &chosen);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, problems) == 0 ? kExitConforms : kExitUsage;
  }
  try {
    return chosen(out);
  } catch (const UnreachableError& error) {
    return Complain(problems, error.what(), kExitUnreachable);
  } catch (const CaseError& error) {
    return Complain(problems, error.what(), kExitUsage);
  } catch (const std::exception& error) {
    return Complain(problems, std::string("a fault of the suite itself: ") + error.what(),
                    kExitOwnFault);
  }
}

}  // namespace timock::conformance
