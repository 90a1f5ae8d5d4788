#include "load/cli/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "load/cli/commands.h"
#include "wire/config_error.h"
#include "wire/exit_codes.h"
#include "wire/text_values.h"

namespace timock::load {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kOverZero{1};

constexpr const char* kNotes = R"(
Requests go out at moments that are fixed in advance, whatever the answers do. One whose slot has
passed (the time until the next is due, taken as at least 2 ms and at most 10 ms), or that finds no idle
connection, is skipped and counted: nothing is ever caught up. With more than 0.1 % skipped, or a lag
over 2 ms at p99, the run is INVALID. Latency counts from the intended moment. By default the server is
held to 100 calls in any second, for each app.

Targets: in-process or in-process-http (the fake, over HTTP), in-process-https, a URL, exec:CMD (a child;
its URL is the first http://... on its stdout), real (the vendor's service, with --region). One on this
machine with timock's control API gets apps of its own; any other is called with TIMOCK_SDKAPPID,
TIMOCK_IDENTIFIER and TIMOCK_SECRET_KEY or TIMOCK_USERSIG. A --threshold FILE has bounds:
{"p99_ms": 5, "errors": 0, "admitted_per_second_min": 90}; also p50_ms p90_ms p999_ms max_ms refused false_admits false_throttles
worst_window recovery_ms connection_fairness_min.

Retry lab: --client POLICY, or --compare, has --clients with a --backlog of jobs come back at once and
tells how long they take and how many calls are wasted. In process that is computed in virtual time (the
same seed gives the same result, to the byte) until all jobs are done, elsewhere it takes real time, at
most --duration a policy.
)";

constexpr const char* kExamples = R"(

Examples:
  timock-load --rate 200 --duration 5s --html load.html
  timock-load --target http://127.0.0.1:8080 --rate 500 --arrival poisson --seed 7
  timock-load --target 'exec:timock serve --port 0 --throttle off --log off' --limit off --rate 20000
  timock-load --target http://127.0.0.1:8081 --refused status=503      another limiter
  timock-load --isolation --rate 500
  timock-load --compare --clients 50 --backlog 6000 --duration 10m --html lab.html

Exit codes: 0 done, 1 a threshold missed, the limit broken, nothing admitted or more than 1 % errors,
2 usage, 3 target unreachable, 4 a report that cannot be written or a fault of the tool itself,
6 measurement invalid, 128 and its number after a signal.)";

/// An option whose text `parse` reads at once; it throws ConfigError, with the flag in front.
template <typename Value, typename Parse>
void AddParsed(CLI::App* app, const std::string& flag, Value* value, Parse parse,
               const std::string& help) {
  app->add_option_function<std::string>(
      flag, [=](const std::string& text) { *value = parse(text); }, help);
}

/// A time with its unit, of at least `least`.
template <typename Value>
void AddDuration(CLI::App* app, const std::string& flag, Value* value, nanoseconds least,
                 const std::string& help) {
  const auto parse = [=](const std::string& text) {
    const nanoseconds time = conformance::ParseDuration(text, flag);
    if (time >= least) return time;
    throw conformance::ConfigError(flag + " is \"" + text + "\"; expected " +
                                   (least == kOverZero ? "more than 0" : "at least 1ms"));
  };
  AddParsed(app, flag, value, parse, help);
}

std::optional<std::size_t> LimitOf(const std::string& text) {
  if (text == "off") return {};
  return conformance::ParseCount(text, "--limit");
}

void AddLoadFlags(CLI::App* app, ProgramOptions* options) {
  app->add_option("--rate", options->rate,
                  "Requests a second on average (default 200; 10 for a live target)")
      ->check(CLI::Range(0.1, 1e6));
  AddDuration(app, "--duration", &options->duration, kOverZero,
              "What is measured: 10s (default), 500ms, 2m; the lab in virtual time goes on until "
              "all is done");
  AddDuration(app, "--warmup", &options->warmup, nanoseconds{0},
              "The same load before it, which is in no count (default 0s)");
  app->add_option("--connections", options->connections,
                  "Open connections (default: enough for the rate and answers of 5 ms, from 8)")
      ->check(CLI::Range(1, 10'000));
  app->add_option("--apps", options->apps, "Apps that call in turn (default 1)")
      ->check(CLI::Range(1, 10'000));
  AddParsed(app, "--arrival", &options->arrival, Arrival::Parse,
            "constant (default), poisson or burst:N");
  app->add_option("--seed", options->seed, "Of all that is random (default 1)")
      ->check(CLI::NonNegativeNumber);
  AddParsed(app, "--body-mix", &options->body_mix, BodyMix::Parse,
            "Shares of kinds of calls: valid=80,bad-json=10,non-admin=10 (default valid=100)");
  AddParsed(app, "--limit", &options->limit, LimitOf,
            "Calls in a window that the server is held to for each app, or off (default 100)");
  AddDuration(app, "--window", &options->window, kOverZero, "Its length (default 1s)");
  AddParsed(app, "--refused", &options->refused, conformance::RefusalSign::Parse,
            "What a throttled call is answered with: code=60007 (default) or status=503");
  app->add_flag("--isolation", options->isolation,
                "One app floods at --rate; another, at 0.8 times the limit, must never be refused");
  app->add_flag("--replay", options->replay,
                "Replay the server's journal over a sliding window and compare call by call");
}

void AddLabAndReportFlags(CLI::App* app, ProgramOptions* options) {
  AddParsed(app, "--client", &options->client, RetryPolicy::Parse,
            "Retry lab: the clients' policy, see below");
  app->add_flag("--compare", options->compare, "Retry lab: all policies side by side");
  app->add_option("--clients", options->clients, "Retry lab: how many (default 50)")
      ->check(CLI::Range(1, 10'000));
  app->add_option("--backlog", options->backlog, "Retry lab: jobs in total (default 2000)")
      ->check(CLI::Range(1, 10'000'000));
  AddDuration(app, "--round-trip", &options->round_trip, std::chrono::milliseconds{1},
              "Retry lab in virtual time: from a call to its answer (default 10ms)");
  app->add_option("--json", options->json_file, "Write the report here");
  app->add_option("--html", options->html_file, "Write it as one page with pictures here");
  AddParsed(app, "--threshold", &options->thresholds, Thresholds::Read,
            "JSON file of bounds, see below");
  app->add_flag("--progress", options->progress,
                "Tell on stderr how far it is, also where that is no terminal");
}

/// Refuses what makes no difference to the retry lab.
void CheckLabFlags(const CLI::App& app) {
  for (const char* const flag :
       {"--rate", "--warmup", "--connections", "--apps", "--arrival", "--body-mix", "--window",
        "--isolation", "--replay", "--threshold", "--progress"}) {
    if (app.count(flag) == 0) continue;
    throw conformance::ConfigError(std::string(flag) +
                                   " has no meaning in the retry lab of --client and --compare");
  }
}

int Run(const CLI::App& app, const ProgramOptions& options, std::ostream& out,
        std::ostream& problems) {
  if (options.client || options.compare) {
    CheckLabFlags(app);
    return RunLab(options, out, problems);
  }
  if (options.clients || options.backlog || options.round_trip) {
    throw conformance::ConfigError(
        "--clients, --backlog and --round-trip are of the retry lab: give --client POLICY or "
        "--compare, too");
  }
  return RunLoad(options, out, problems);
}

}  // namespace

int RunProgram(std::vector<std::string> arguments, std::ostream& out, std::ostream& problems) {
  ProgramOptions options;
  CLI::App app{"Offers load to a server of im_set_attr_name and judges its limit from outside",
               "timock-load"};
  conformance::AddPlainTargetOptions(app, &options.target);
  AddLoadFlags(&app, &options);
  AddLabAndReportFlags(&app, &options);
  app.footer(kNotes + ("Policies:\n  " + RetryPolicy::Forms("\n  ")) + kExamples);
  std::reverse(arguments.begin(), arguments.end());
  return conformance::RunToEnd("timock-load", problems, [&]() -> int {
    try {
      app.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return app.exit(error, out, problems) == 0 ? 0 : conformance::kExitUsage;
    }
    return Run(app, options, out, problems);
  });
}

}  // namespace timock::load
