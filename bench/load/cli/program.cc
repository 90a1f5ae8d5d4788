#include "load/cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "load/cli/commands.h"
#include "target/options.h"
#include "target/target.h"
#include "wire/config_error.h"
#include "wire/exit_codes.h"
#include "wire/interrupt.h"
#include "wire/report_file.h"

namespace timock::load {
namespace {

using conformance::kExitBySignal;
using conformance::kExitOwnFault;
using conformance::kExitUnreachable;
using conformance::kExitUsage;

int ExitCodeOf(const std::exception& error) {
  if (dynamic_cast<const conformance::UnreachableError*>(&error) != nullptr)
    return kExitUnreachable;
  if (dynamic_cast<const conformance::ReportError*>(&error) != nullptr) return kExitOwnFault;
  return kExitUsage;
}

constexpr const char* kExamples = R"(
Requests go out at moments that are fixed in advance, whatever the answers do. One whose slot has
passed (the time until the next is due, taken as at least 2 ms and at most 10 ms), or that finds no idle
connection, is skipped and counted: nothing is ever caught up. With more than 0.1 % skipped, or a lag
over 2 ms at p99, the run is INVALID. Latency counts from the intended moment. By default the server is
held to 100 calls in any second, for each app.

Targets: in-process (the fake, over HTTP), a URL, exec:CMD (a child; its URL is the first http://... on
its stdout), real (the vendor's service, with --region). One on this machine with timock's control API
gets apps of its own; any other is called with TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER and TIMOCK_SECRET_KEY
or TIMOCK_USERSIG. A --threshold FILE has bounds: {"p99_ms": 5, "errors": 0,
"admitted_per_second_min": 90}; also p50_ms p90_ms p999_ms max_ms refused false_admits false_throttles
worst_window recovery_ms connection_fairness_min.

Retry lab: --client POLICY, or --compare, has --clients with a --backlog of jobs come back at once and
tells how long they take and how many calls are wasted. In process that is computed in virtual time (the
same seed gives the same result, to the byte) until all jobs are done, elsewhere it takes real time, at
most --duration a policy.
Policies: retry:none (gives up), retry:immediate, retry:fixed,base=200ms, retry:exp,base=50ms,max=2s[,jitter=full],
retry:token,rate=100 (each client keeps to its share of 100 calls a second).

Examples:
  timock-load --rate 200 --duration 5s --html load.html
  timock-load --target http://127.0.0.1:8080 --rate 500 --arrival poisson --seed 7
  timock-load --target 'exec:timock serve --port 0 --throttle off --log off' --limit off --rate 20000
  timock-load --target http://127.0.0.1:8081 --refused status=503      another limiter
  timock-load --isolation --rate 500
  timock-load --compare --clients 50 --backlog 6000 --duration 10m --html lab.html

Exit codes: 0 done, 1 a threshold missed, the limit broken, nothing admitted or more than 1 % errors,
2 usage, 3 target unreachable, 4 a report that cannot be written, 6 measurement invalid, 128 and its
number after a signal.)";

void AddTargetFlags(CLI::App* app, ProgramOptions* options) {
  conformance::TargetOptions& target = options->target;
  app->add_option("--target", target.target, "in-process (default), a URL, exec:CMD or real");
  app->add_option("--profile", target.profile, "The shipped profile of the fake in process");
  conformance::AddLiveOptions(*app, &target);
}

void AddLoadFlags(CLI::App* app, ProgramOptions* options) {
  app->add_option("--rate", options->target.rate,
                  "Requests a second on average (default 200; 10 for a live target)")
      ->check(CLI::Range(0.1, 1e6));
  app->add_option(
      "--duration", options->duration,
      "What is measured: 10s (default), 500ms, 2m; the lab in virtual time goes on until "
      "all is done");
  app->add_option("--warmup", options->warmup,
                  "The same load before it, which is in no count (default 0s)");
  app->add_option("--connections", options->connections,
                  "Open connections (default: enough for the rate and answers of 5 ms, from 8)")
      ->check(CLI::Range(1, 10'000));
  app->add_option("--apps", options->apps, "Apps that call in turn (default 1)")
      ->check(CLI::Range(1, 10'000));
  app->add_option("--arrival", options->arrival, "constant (default), poisson or burst:N");
  app->add_option("--seed", options->seed, "Of all that is random (default 1)");
  app->add_option(
      "--body-mix", options->body_mix,
      "Shares of kinds of calls: valid=80,bad-json=10,non-admin=10 (default valid=100)");
  app->add_option(
      "--limit", options->limit,
      "Calls in a window that the server is held to for each app, or off (default 100)");
  app->add_option("--window", options->window, "Its length (default 1s)");
  app->add_option("--refused", options->refused,
                  "What a throttled call is answered with: code=60007 (default) or status=503");
  app->add_flag("--isolation", options->isolation,
                "One app floods at --rate; another, at 0.8 times the limit, must never be refused");
  app->add_flag("--replay", options->replay,
                "Replay the server's journal over a sliding window and compare call by call");
}

void AddLabAndReportFlags(CLI::App* app, ProgramOptions* options) {
  app->add_option("--client", options->client, "Retry lab: the clients' policy, see below");
  app->add_flag("--compare", options->compare, "Retry lab: all policies side by side");
  app->add_option("--clients", options->clients, "Retry lab: how many (default 50)")
      ->check(CLI::Range(1, 10'000));
  app->add_option("--backlog", options->backlog, "Retry lab: jobs in total (default 2000)")
      ->check(CLI::Range(1, 10'000'000));
  app->add_option("--round-trip", options->round_trip,
                  "Retry lab in virtual time: from a call to its answer (default 10ms)");
  app->add_option("--json", options->json_file, "Write the report here");
  app->add_option("--html", options->html_file, "Write it as one page with pictures here");
  app->add_option("--threshold", options->threshold_file, "JSON file of bounds, see below");
  app->add_flag("--progress", options->progress,
                "Tell on stderr how far it is, also where that is no terminal");
}

}  // namespace

int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems) {
  ProgramOptions options;
  CLI::App app{"Offers load to a server of im_set_attr_name and judges its limit from outside",
               "timock-load"};
  AddTargetFlags(&app, &options);
  AddLoadFlags(&app, &options);
  AddLabAndReportFlags(&app, &options);
  app.footer(kExamples);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, out, problems) == 0 ? 0 : kExitUsage;
  }
  const conformance::InterruptWatch watch;
  const bool lab = !options.client.empty() || options.compare;
  try {
    if (!lab && (options.clients || options.backlog || !options.round_trip.empty())) {
      throw conformance::ConfigError(
          "--clients, --backlog and --round-trip are of the retry lab: give --client POLICY or "
          "--compare, too");
    }
    const int code = lab ? RunLab(options, out, problems) : RunLoad(options, out, problems);
    return code == 0 && conformance::FirstInterrupt() != 0
               ? kExitBySignal + conformance::FirstInterrupt()
               : code;
  } catch (const std::exception& error) {
    const int signal = conformance::FirstInterrupt();
    problems << "timock-load: "
             << (signal != 0 ? "ended by signal " + std::to_string(signal) + "; there is no report"
                             : error.what())
             << '\n';
    return signal != 0 ? kExitBySignal + signal : ExitCodeOf(error);
  }
}

}  // namespace timock::load
