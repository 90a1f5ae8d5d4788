#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cases/case.h"
#include "cli/commands.h"
#include "target/target.h"
#include "wire/config_error.h"
#include "wire/interrupt.h"
#include "wire/report_file.h"

namespace timock::conformance {
namespace {

constexpr const char* kFooter = R"(
Run COMMAND --help for its options. GoogleTest's flags select and order cases:
--gtest_filter, --gtest_shuffle, and its environment variables for shards.

Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target unreachable or
credentials refused, 4 a fault of the suite itself or a report that cannot be written,
5 nothing ran, 6 a measurement that says nothing, 128 and its number after a signal.)";

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
  AddPlanCommand(&app, &chosen);
  AddRestoreCommand(&app, &chosen);
  AddListCommand(&app, &chosen);
  AddProbeCommand(&app, &chosen);
  AddRecordCommand(&app, &chosen);
  AddDiffCommand(&app, &chosen);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, problems) == 0 ? kExitConforms : kExitUsage;
  }
  const InterruptWatch watch;
  try {
    return chosen(out);
  } catch (const UnreachableError& error) {
    // What the signal cut short is no failure of the target.
    if (FirstInterrupt() != 0) return kExitBySignal + FirstInterrupt();
    return Complain(problems, error.what(), kExitUnreachable);
  } catch (const ConfigError& error) {
    return Complain(problems, error.what(), kExitUsage);
  } catch (const ReportError& error) {
    return Complain(problems, error.what(), kExitOwnFault);
  } catch (const std::exception& error) {
    return Complain(problems, std::string("a fault of the suite itself: ") + error.what(),
                    kExitOwnFault);
  }
}

}  // namespace timock::conformance
