#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <utility>

#include "load/cli/commands.h"
#include "load/judge/threshold.h"
#include "load/report/load_output.h"
#include "load/send/endpoint.h"
#include "load/send/generator.h"
#include "load/send/schedule.h"
#include "load/send/text_values.h"
#include "wire/config_error.h"
#include "wire/report_file.h"

namespace timock::load {
namespace {

using std::chrono::nanoseconds;

constexpr const char* kUsualDuration = "10s";
constexpr double kLiveRate = 10;
constexpr double kOtherRate = 200;
constexpr double kDocumentedLimit = 100;

ReportOptions ReportOptionsOf(const ProgramOptions& options) {
  ReportOptions report{
      .window = ParseDuration(options.window, "--window"),
      .warmup = ParseDuration(options.warmup, "--warmup"),
      .duration = ParseDuration(options.duration.empty() ? kUsualDuration : options.duration,
                                "--duration")};
  report.limit.reset();
  if (options.limit != "off") report.limit = ParseCount(options.limit, "--limit");
  if (report.duration <= nanoseconds{0})
    throw conformance::ConfigError("--duration must be over 0");
  if (report.window <= nanoseconds{0}) throw conformance::ConfigError("--window must be over 0");
  if (options.isolation && !report.limit) {
    throw conformance::ConfigError(
        "--isolation calls the second app at 0.8 times the limit: --limit off makes "
        "no sense with it");
  }
  if (options.isolation) report.quiet_app = 1;
  return report;
}

Thresholds ThresholdsOf(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw conformance::ConfigError("--threshold " + path + ": cannot be read");
  return Thresholds::Parse(text.str(), path);
}

/// The first app at the rate, or all in turn; with isolation the second at 0.8 times the limit.
std::vector<PlannedRequest> PlanOf(const ProgramOptions& options, const ReportOptions& report,
                                   double rate) {
  const nanoseconds duration = report.warmup + report.duration;
  const std::vector<nanoseconds> moments = MakeSchedule({.arrival = Arrival::Parse(options.arrival),
                                                         .rate = rate,
                                                         .duration = duration,
                                                         .seed = options.seed});
  const std::vector<BodyKind> kinds =
      BodyMix::Parse(options.body_mix).Draw(moments.size(), options.seed);
  std::vector<PlannedRequest> plan;
  for (std::size_t i = 0; i < moments.size(); ++i) {
    const std::size_t app = options.isolation ? 0 : i % options.apps;
    plan.push_back({moments[i], static_cast<std::uint32_t>(app), kinds[i]});
  }
  if (options.isolation) {
    constexpr double kBelow = 0.8;
    const double window = static_cast<double>(report.window.count()) / 1e9;
    const double quiet_rate = kBelow * static_cast<double>(*report.limit) / window;
    for (const nanoseconds at : MakeSchedule({.rate = quiet_rate, .duration = duration})) {
      plan.push_back({at, 1});
    }
    std::stable_sort(plan.begin(), plan.end(),
                     [](const PlannedRequest& a, const PlannedRequest& b) { return a.at < b.at; });
  }
  return plan;
}

/// Enough by Little's law for answers that take five milliseconds.
std::size_t ConnectionsOf(const ProgramOptions& options, double rate) {
  constexpr double kAnswerTime = 0.005;
  constexpr std::size_t kMin = 8;
  constexpr std::size_t kMax = 1000;
  const std::size_t burst = Arrival::Parse(options.arrival).burst;
  const auto enough = static_cast<std::size_t>(std::ceil(rate * kAnswerTime)) + burst;
  return options.connections > 0 ? options.connections : std::clamp(enough, kMin, kMax);
}

std::vector<JournalCall> JournalOf(Endpoint* endpoint, std::uint32_t sdkappid,
                                   const RefusedAs& refused) {
  std::vector<JournalCall> calls;
  const std::string path = "requests?limit=1000&sdkappid=" + std::to_string(sdkappid) + "&since=";
  for (std::uint64_t since = 0;;) {
    const nlohmann::json page = endpoint->Control("GET", path + std::to_string(since));
    if (page.at("requests").empty()) return calls;
    for (const nlohmann::json& entry : page.at("requests")) {
      const nlohmann::json& code = entry.at("error_code");
      const bool throttled = code.is_number() && code.get<int>() == refused.number;
      calls.push_back({ParseIsoTime(entry.at("at").get<std::string>()), !throttled});
      since = entry.at("id").get<std::uint64_t>();
    }
  }
}

Replay ReplayOf(Endpoint* endpoint, const LoadRun& run, const ReportOptions& options,
                const RefusedAs& refused) {
  Replay sum;
  for (const conformance::Identity& app : endpoint->apps()) {
    const Replay replay = ReplayJournal(JournalOf(endpoint, app.sdkappid, refused),
                                        {options.limit.value_or(0), options.window});
    sum.calls += replay.calls;
    sum.admitted += replay.admitted;
    sum.admitted_by_model += replay.admitted_by_model;
    sum.differences += replay.differences;
    sum.on_the_edge += replay.on_the_edge;
  }
  const auto sent = static_cast<std::size_t>(std::count_if(
      run.samples.begin(), run.samples.end(),
      [](const Sample& sample) { return sample.verdict.outcome != Outcome::kSkipped; }));
  if (sum.calls != sent) {
    throw conformance::ConfigError("--replay: the journal holds " + std::to_string(sum.calls) +
                                   " of " + std::to_string(sent) +
                                   " calls; start the server with a higher --journal-entries and "
                                   "--journal-bytes");
  }
  return sum;
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

std::size_t AppsOf(const ProgramOptions& options) { return options.isolation ? 2 : options.apps; }

/// What the command line asks for.
struct Asked {
  double rate = 0;
  ReportOptions report = {};
  Thresholds thresholds = {};
  RefusedAs refused = {};
  std::vector<PlannedRequest> plan = {};
};

int OfferAndReport(const ProgramOptions& options, const Asked& asked, Endpoint* endpoint,
                   std::ostream& out, std::ostream& problems) {
  std::map<std::pair<std::uint32_t, BodyKind>, std::string> messages;
  for (const PlannedRequest& request : asked.plan) {
    std::string& message = messages[{request.app, request.kind}];
    if (message.empty()) message = endpoint->Message(request);
  }
  const Dialer dialer(conformance::Origin::Parse(endpoint->url()), options.target.ca_file);
  const std::size_t connections = ConnectionsOf(options, asked.rate);
  const LoadRun run = Offer(asked.plan,
                            [&](const PlannedRequest& request) -> const std::string& {
                              return messages.find({request.app, request.kind})->second;
                            },
                            dialer,
                            {.connections = connections,
                             .refused = asked.refused,
                             .on_progress = ProgressLine(options, asked.plan.size(), &problems)});
  LoadOutput output{.target = endpoint->name(),
                    .arrival = options.arrival,
                    .refused = asked.refused.Text(),
                    .seed = options.seed,
                    .rate = asked.rate,
                    .connections = connections,
                    .reconnects = run.reconnects,
                    .apps = AppsOf(options),
                    .options = asked.report,
                    .report = Summarize(run.samples, asked.report)};
  if (options.replay) output.replay = ReplayOf(endpoint, run, asked.report, asked.refused);
  output.missed = asked.thresholds.Missed(output.report);
  const auto shown = [&](const std::string& text) { return endpoint->secrets().Redacted(text); };
  out << shown(LoadText(output)) << std::flush;
  conformance::WriteReports({{"--json", options.json_file, shown(LoadJson(output).dump(2)) + "\n"},
                             {"--html", options.html_file, shown(LoadHtml(output))}});
  return output.ExitCode();
}

}  // namespace

int RunLoad(const ProgramOptions& options, std::ostream& out, std::ostream& problems) {
  const bool live = conformance::IsLive(options.target);
  Asked asked{
      .rate = options.target.rate > 0 ? options.target.rate : (live ? kLiveRate : kOtherRate),
      .report = ReportOptionsOf(options),
      .thresholds = ThresholdsOf(options.threshold_file),
      .refused = RefusedAs::Parse(options.refused)};
  asked.plan = PlanOf(options, asked.report, asked.rate);
  if (asked.plan.empty())
    throw conformance::ConfigError("not one request fits into --duration at this --rate");
  CheckLive(options, BodyMix::Parse(options.body_mix).Has(BodyKind::kValid), asked.rate,
            asked.plan.size(), problems);
  Endpoint endpoint(options.target, AppsOf(options));
  if (options.replay && !(endpoint.controlled() && asked.report.limit)) {
    throw conformance::ConfigError(
        "--replay needs a target with timock's control API, and a --limit");
  }
  return endpoint.KeepingNames(options.target, problems, [&] {
    return OfferAndReport(options, asked, &endpoint, out, problems);
  });
}

void CheckLive(const ProgramOptions& options, bool writes, double rate, std::size_t requests,
               std::ostream& problems) {
  if (!conformance::IsLive(options.target)) return;
  if (writes && !options.target.allow_writes) {
    throw conformance::ConfigError(
        options.target.target +
        " is somebody's live system, and valid calls change its attribute names for "
        "good: give --allow-writes, or a --body-mix without valid");
  }
  if (rate < kDocumentedLimit) return;
  if (!options.target.allow_overload) {
    throw conformance::ConfigError(
        options.target.target +
        " is somebody's live system, and 100 calls a second and more reach its "
        "documented limit: give --allow-overload");
  }
  problems << "timock-load: sends about " << requests << " requests to " << options.target.target
           << ", beyond its documented limit\n";
}

}  // namespace timock::load
