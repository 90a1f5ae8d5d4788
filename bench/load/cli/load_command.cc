#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "load/cli/commands.h"
#include "load/judge/journal_replay.h"
#include "load/report/load_output.h"
#include "load/send/generator.h"
#include "target/name_keeper.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

std::size_t AppsOf(const ProgramOptions& options) { return options.isolation ? 2 : options.apps; }

ReportOptions ReportOptionsOf(const ProgramOptions& options) {
  ReportOptions report{.limit = options.limit,
                       .window = options.window,
                       .warmup = options.warmup,
                       .duration = options.duration.value_or(std::chrono::seconds{10})};
  if (options.isolation && !report.limit) {
    throw conformance::ConfigError(
        "--isolation calls the second app at 0.8 times the limit: --limit off makes "
        "no sense with it");
  }
  if (options.isolation) report.quiet_app = 1;
  return report;
}

ScheduleOptions ScheduleOf(const ProgramOptions& options, const ReportOptions& report) {
  constexpr double kLiveRate = 10;
  constexpr double kOtherRate = 200;
  const bool live = conformance::RulesOf(options.target).live;
  return {.arrival = options.arrival,
          .rate = options.rate > 0 ? options.rate : (live ? kLiveRate : kOtherRate),
          .duration = report.warmup + report.duration,
          .seed = options.seed};
}

/// The rate of the app that is never to be refused, where there is one.
std::optional<double> QuietRate(const ReportOptions& report) {
  constexpr double kBelow = 0.8;
  if (!report.quiet_app) return {};
  const double window = static_cast<double>(report.window.count()) / 1e9;
  return kBelow * static_cast<double>(*report.limit) / window;
}

std::function<void(const Progress&)> ProgressLine(const ProgramOptions& options, std::size_t total,
                                                  std::ostream* problems) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (!terminal && !options.progress) return {};
  return [=, end = terminal ? "\x1b[K\r" : "\n"](const Progress& now) {
    *problems << "sent " << now.due - now.skipped << " of " << total << ", admitted "
              << now.admitted << ", refused or failed " << now.answered - now.admitted
              << ", skipped " << now.skipped << end << std::flush;
  };
}

LoadRun OfferTo(conformance::Target& target, const std::vector<PlannedRequest>& plan,
                const GeneratorOptions& options) {
  const auto client = target.Dial();
  std::map<std::pair<std::uint32_t, BodyKind>, std::string> messages;
  for (const PlannedRequest& request : plan) {
    std::string& message = messages[{request.app, request.kind}];
    if (message.empty()) message = client->Bytes(RequestOf(request, target));
  }
  const BytesOf bytes_of = [&](const PlannedRequest& request) -> const std::string& {
    return messages.find({request.app, request.kind})->second;
  };
  const Dialer dialer(conformance::Origin::Parse(target.BaseUrl()), target.CaFile());
  return Offer(plan, bytes_of, dialer, options);
}

std::unique_ptr<conformance::Target> TargetOf(const ProgramOptions& options) {
  auto target =
      conformance::MakeTarget(options.target, {.apps = AppsOf(options), .stop_clock = false});
  if (target->Apps().size() < AppsOf(options)) {
    throw conformance::ConfigError(
        options.target.target +
        " has no control API to make apps with: it has the one app of the "
        "credentials, so neither --apps nor --isolation goes with it");
  }
  if (options.replay && !(target->Can("apps") && options.limit)) {
    throw conformance::ConfigError(
        "--replay needs a target with timock's control API, and a --limit");
  }
  return target;
}

}  // namespace

int RunLoad(const ProgramOptions& options, std::ostream& out, std::ostream& problems) {
  const ReportOptions report = ReportOptionsOf(options);
  const ScheduleOptions schedule = ScheduleOf(options, report);
  const std::vector<PlannedRequest> plan =
      MakePlan(schedule, options.body_mix, options.apps, QuietRate(report));
  if (plan.empty()) {
    throw conformance::ConfigError("not one request fits into --duration at this --rate");
  }
  CheckLive(options, options.body_mix.Has(BodyKind::kValid), schedule.rate, plan.size(), problems);
  LoadOutput output{
      .target = options.target.target,
      .arrival = options.arrival.Text(),
      .refused = options.refused.Text(),
      .seed = options.seed,
      .rate = schedule.rate,
      .connections = options.connections > 0 ? options.connections : ConnectionsFor(schedule),
      .apps = AppsOf(options),
      .options = report};
  const std::unique_ptr<conformance::Target> target = TargetOf(options);
  return conformance::KeepingNames(*target, problems, [&] {
    const LoadRun run = OfferTo(*target, plan,
                                {.connections = output.connections,
                                 .refused = options.refused,
                                 .on_progress = ProgressLine(options, plan.size(), &problems)});
    output.reconnects = run.reconnects;
    output.report = Summarize(run.samples, report);
    if (options.replay) {
      output.replay =
          ReplayServer(*target, {*report.limit, report.window}, options.refused, run.samples);
    }
    output.missed = options.thresholds.Missed(output.report);
    Report(options, target->secrets(), LoadText(output), LoadJson(output), LoadHtml(output), out);
    return output.ExitCode();
  });
}

}  // namespace timock::load
