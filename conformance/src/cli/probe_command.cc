#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "limiter/gcra.h"
#include "limiter/probe_all.h"
#include "report/probe_report.h"
#include "target/name_keeper.h"
#include "target/options.h"
#include "wire/config_error.h"
#include "wire/report_file.h"
#include "wire/text_values.h"

namespace timock::conformance {
namespace {

struct ProbeOptions {
  TargetOptions target;
  std::size_t limit = 100;
  std::chrono::nanoseconds window = std::chrono::seconds{1};
  RefusalSign refused;
  std::string get;
  std::string json_file;
  std::string html_file;
};

constexpr const char* kProbeExamples = R"(
Finds out by six experiments which limiter a server has: none, sliding_window, fixed_window,
window_from_first, sliding_counter or token_bucket, which is told as GCRA too (the leaky bucket
of nginx's limit_req, with its burst); its limit, window and burst; which calls share it; whether
throttled calls take places; whether several instances answer that do not share their limit.
--limit and --window say what to expect; both are measured. --get PATH probes any server by plain
GETs, without credentials.

Examples:
  timock-conformance probe                                  the fake, in process
  timock-conformance probe --target http://127.0.0.1:8080 --html probe.html --json probe.json
  timock-conformance probe --target http://127.0.0.1:8081 --refused status=503
                                                            nginx's limit_req, say
  timock-conformance probe --target http://127.0.0.1:8081 --get /search --refused status=429 \
    --limit 20 --window 1s                                  any limiter of your own
  timock-conformance probe --target real --region china --allow-overload --allow-writes

Each call gives slot 0 the name that it has, or "sex" where none can be read: a live target
needs --allow-writes and --allow-overload.

Exit codes: 0 a verdict, 2 usage, 3 unreachable or refused, 6 the client was too slow, or
calls were answered in another way: no verdict.)";

ProbePlan PlanOf(const ProbeOptions& options) {
  constexpr std::size_t kMost = 1'000'000;  // calls must be kept, some eight times as many
  if (options.limit < 6 || options.limit > kMost) {
    throw ConfigError("--limit " + std::to_string(options.limit) + ": expected 6 to " +
                      std::to_string(kMost));
  }
  if (options.window < std::chrono::milliseconds{1}) {
    throw ConfigError("--window: expected 1ms or more");
  }
  if (!options.get.empty() && options.get.front() != '/') {
    throw ConfigError("--get " + options.get + ": expected a path, which begins with /");
  }
  return {options.limit, options.window};
}

/// What the report of the limiter does not say.
void PrintMore(const std::optional<Gcra>& gcra, const InstancesFinding& instances,
               std::ostream& out) {
  if (gcra) out << "  as GCRA    " << gcra->Text() << '\n';
  if (!instances.Text().empty()) out << "  instances  " << instances.Text() << '\n';
}

std::string Json(const ProbeReport& report, const std::optional<Gcra>& gcra,
                 const InstancesFinding& instances) {
  nlohmann::ordered_json json = ProbeJson(report);
  if (gcra) json["gcra"] = gcra->Json();
  json["instances"] = instances.count;
  if (instances.each_lane) json["instances_or_limit_by_connection"] = true;
  return json.dump(2) + "\n";
}

int Measure(const ProbeOptions& options, const ProbePlan& plan, Target& target, std::ostream& out) {
  const bool progress = !target.Can("clock") && &out == &std::cout && isatty(STDOUT_FILENO) != 0;
  ProbeOrder order{.refused = options.refused, .plan = plan};
  if (!options.get.empty()) order.call = Outgoing{.method = "GET", .target = options.get};
  try {
    const WholeFinding found = ProbeAll(target, order, [&](const std::string& experiment) {
      if (progress) out << "\r\033[K" << experiment << std::flush;
    });
    if (progress) out << "\r\033[K";
    const ProbeReport report{
        .target = target.Describe(), .plan = plan, .finding = found.limiter, .scope = found.scope};
    const std::optional<Gcra> gcra = GcraOf(found.limiter);
    PrintProbe(report, out);
    PrintMore(gcra, found.instances, out);
    const Secrets& secrets = target.secrets();
    WriteReports(
        {{"--json", options.json_file, secrets.Redacted(Json(report, gcra, found.instances))},
         {"--html", options.html_file, secrets.Redacted(ProbePage(report))}});
    return report.finding.invalid.empty() ? kExitConforms : kExitInvalid;
  } catch (const UnexpectedAnswerError& error) {
    out << "no verdict: " << error.what() << '\n';
    return kExitInvalid;
  }
}

int RunProbe(const ProbeOptions& options, std::ostream& out) {
  const ProbePlan plan = PlanOf(options);
  TargetOptions called = options.target;
  called.no_credentials = !options.get.empty();
  const std::unique_ptr<Target> target = MakeTarget(called);
  const bool clock = target->Can("clock");
  out << "plan: 18 experiments and 4 pairs, about " << PlannedCalls(plan) + 15 * plan.limit
      << " calls to " << target->Describe() << " in about "
      << std::chrono::ceil<std::chrono::seconds>(PlannedTime(plan) + 35 * plan.window).count()
      << " s of " << (clock ? "the server's own time" : "real time") << '\n'
      << std::flush;
  if (!target->rules().overload) {
    throw ConfigError(
        "the probe passes the documented limit; a live target needs --allow-overload");
  }
  if (!options.get.empty()) return Measure(options, plan, *target, out);
  if (!target->rules().writes) {
    throw ConfigError("the probe calls im_set_attr_name; a live target needs --allow-writes");
  }
  return KeepingNames(*target, out, [&] { return Measure(options, plan, *target, out); });
}

}  // namespace

void AddProbeCommand(CLI::App* program, Command* chosen) {
  CLI::App* const command = program->add_subcommand("probe", "Find out which limiter a server has");
  const auto options = std::make_shared<ProbeOptions>();
  AddTargetOptions(*command, &options->target);
  command->add_option("--limit", options->limit, "Calls a window that are said to pass (100)");
  command->add_option_function<std::string>(
      "--window",
      [options](const std::string& text) { options->window = ParseDuration(text, "--window"); },
      "The window that is said to hold: 1s, 250ms (1s)");
  command->add_option_function<std::string>(
      "--refused",
      [options](const std::string& text) { options->refused = RefusalSign::Parse(text); },
      "What a throttled call is answered with: code=ERRORCODE or status=HTTP STATUS (code=60007)");
  command->add_option("--get", options->get,
                      "Probe by GETs of this path instead; no credentials are needed");
  command->add_option("--json", options->json_file, "Write the finding here");
  command->add_option("--html", options->html_file,
                      "Write it as one page with a chart of each experiment here");
  command->footer(kProbeExamples);
  command->callback([chosen, options] {
    *chosen = [options](std::ostream& out) { return RunProbe(*options, out); };
  });
}

}  // namespace timock::conformance
