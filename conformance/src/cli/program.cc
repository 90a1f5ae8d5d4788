#include "cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/commands.h"
#include "wire/exit_codes.h"

namespace timock::conformance {
namespace {

constexpr const char* kFooter = R"(
Run COMMAND --help for its options. GoogleTest's flags select and order cases:
--gtest_filter, --gtest_shuffle, and its environment variables for shards.

Exit codes: 0 conforms, 1 does not, 2 usage or configuration, 3 target unreachable or
credentials refused, 4 a fault of the suite itself or a report that cannot be written,
5 nothing ran, 6 a measurement that says nothing, 128 and its number after a signal.)";

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
  AddFuzzCommand(&app, &chosen);
  AddDiffCommand(&app, &chosen);
  AddReportCommand(&app, &chosen);
  std::reverse(arguments.begin(), arguments.end());
  return RunToEnd("timock-conformance", problems, [&]() -> int {
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return app.exit(error, out, problems) == 0 ? kExitConforms : kExitUsage;
    }
    return chosen(out);
  });
}

}  // namespace timock::conformance
