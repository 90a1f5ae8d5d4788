#include "load/report/load_output.h"

#include <algorithm>

#include "wire/text_values.h"

namespace timock::load {
namespace {

using conformance::DurationText;
using conformance::Fixed;
using nlohmann::ordered_json;
using std::chrono::nanoseconds;

std::string TimeOrNone(const std::optional<nanoseconds>& time) {
  return time ? DurationText(*time) : "-";
}

std::string Counts(const std::map<std::string, std::size_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? " (" : ", ") + name + ": " + std::to_string(count);
  }
  return text.empty() ? "" : text + ")";
}

std::string Both(const conformance::WorstWindow& worst) {
  return std::to_string(worst.certain) + " / " + std::to_string(worst.possible);
}

ordered_json Milliseconds(const std::optional<nanoseconds>& time) {
  if (!time) return nullptr;
  return static_cast<double>(time->count()) / 1e6;
}

ordered_json LatencyJson(const Latency& latency) {
  return {{"count", latency.count},
          {"p50_ms", Milliseconds(latency.p50)},
          {"p90_ms", Milliseconds(latency.p90)},
          {"p99_ms", Milliseconds(latency.p99)},
          {"p999_ms", Milliseconds(latency.p999)},
          {"max_ms", Milliseconds(latency.max)}};
}

ordered_json WorstJson(const conformance::WorstWindow& worst) {
  return {{"certain", worst.certain}, {"possible", worst.possible}};
}

Rows CountRows(const LoadOutput& output) {
  const LoadReport& report = output.report;
  Rows rows = {{"requests", "count"},
               {"scheduled", std::to_string(report.scheduled)},
               {"skipped", std::to_string(report.skipped)},
               {"offered",
                std::to_string(report.offered) + ", " + Fixed(report.offered_per_second, 1) + "/s"},
               {"admitted", std::to_string(report.admitted) + ", " +
                                Fixed(report.admitted_per_second, 1) + "/s"},
               {"refused", std::to_string(report.refused) + Counts(report.refused_by_code)},
               {"errors", std::to_string(report.errors) + Counts(report.errors_by_kind)},
               {"connections", std::to_string(output.connections) + ", fairness (Jain) " +
                                   Fixed(report.connection_fairness, 3) + ", reopened " +
                                   std::to_string(output.reconnects)}};
  if (output.options.limit) {
    rows.push_back({"proven false admits", std::to_string(report.false_admits)});
    rows.push_back({"proven false throttles", std::to_string(report.false_throttles)});
  }
  if (report.recovery.count > 0) {
    rows.push_back({"recovery", "median " + DurationText(report.recovery.median) + ", longest " +
                                    DurationText(report.recovery.longest) + ", " +
                                    std::to_string(report.recovery.count) + " times"});
  }
  if (report.quiet) {
    rows.push_back(
        {"quiet app beside the flood", std::to_string(report.quiet->offered) + " offered, " +
                                           std::to_string(report.quiet->refused) + " refused"});
  }
  if (output.replay) {
    const Replay& replay = *output.replay;
    rows.push_back({"journal replayed", std::to_string(replay.calls) + " calls, admitted " +
                                            std::to_string(replay.admitted) +
                                            ", by the reference " +
                                            std::to_string(replay.admitted_by_model) +
                                            ", differences " + std::to_string(replay.differences) +
                                            ", at an edge " + std::to_string(replay.on_the_edge)});
  }
  return rows;
}

Rows WindowRows(const LoadReport& report) {
  Rows rows = {{"worst window", "offered", "admitted"}};
  for (const WindowRow& row : report.windows) {
    rows.push_back({DurationText(row.window), Both(row.offered), Both(row.admitted)});
  }
  return rows;
}

Rows LatencyRows(const LoadReport& report) {
  Rows rows = {{"time", "count", "p50", "p90", "p99", "p99.9", "max"}};
  const auto add = [&rows](const std::string& name, const Latency& of) {
    rows.push_back({name, std::to_string(of.count), TimeOrNone(of.p50), TimeOrNone(of.p90),
                    TimeOrNone(of.p99), TimeOrNone(of.p999), DurationText(of.max)});
  };
  add("latency, admitted", report.admitted_latency);
  add("latency, refused", report.refused_latency);
  add("service time", report.service_time);
  add("lag of the generator", report.lag);
  return rows;
}

}  // namespace

LoadTables TablesOf(const LoadOutput& output) {
  return {CountRows(output), WindowRows(output.report), LatencyRows(output.report)};
}

std::string AlignedText(const Rows& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(i + 1 < row.size() ? widths[i] - row[i].size() + 2 : 0, ' ');
    }
    text += "  " + line + "\n";
  }
  return text;
}

std::string WhatWasAsked(const LoadOutput& output) {
  return output.target + ": " + Fixed(output.rate, 0) + " requests a second, " + output.arrival +
         ", for " + DurationText(output.options.duration) + ", seed " + std::to_string(output.seed);
}

int LoadOutput::ExitCode() const {
  constexpr int kInvalid = 6;
  if (report.nothing_admitted() || report.too_many_errors()) return 1;
  if (!report.valid) return kInvalid;
  const bool replayed = !replay || replay->differences == 0;
  return report.keeps_to_limit() && missed.empty() && replayed ? 0 : 1;
}

std::string LoadOutput::Conclusion() const {
  if (report.nothing_admitted()) {
    return "NOTHING ADMITTED: " + std::to_string(report.refused) + " refused" +
           Counts(report.refused_by_code) + ", " + std::to_string(report.errors) + " errors" +
           Counts(report.errors_by_kind) + "; the limit was not tried";
  }
  if (report.too_many_errors()) {
    return "TOO MANY ERRORS: " + std::to_string(report.errors) + " of " +
           std::to_string(report.offered) + " requests had no right answer" +
           Counts(report.errors_by_kind) + "; more than 1 % show nothing of the limit";
  }
  if (!report.valid && report.skipped_for_server * 2 > report.skipped) {
    return "INVALID: the server was too slow for the schedule: " +
           std::to_string(report.skipped_for_server) + " of " + std::to_string(report.scheduled) +
           " requests were skipped, for all " + std::to_string(connections) +
           " connections waited for its answers. A lower --rate or more --connections help";
  }
  if (!report.valid) {
    return "INVALID: this machine did not keep the schedule (skipped " +
           std::to_string(report.skipped) + " of " + std::to_string(report.scheduled) +
           ", lag p99 " + DurationText(report.lag.p99.value_or(report.lag.max)) +
           "); its figures do not count. A lower --rate, more --connections or a quieter machine "
           "help";
  }
  std::string text;
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : "\n") + more; };
  if (options.limit) {
    const std::string claim =
        std::to_string(*options.limit) + " in any " + DurationText(options.window);
    if (report.false_admits > 0) add("BROKEN: admits more than " + claim);
    if (report.false_throttles > 0) {
      add("BROKEN: is no sliding window of " + claim + ", for it refuses with room left");
    }
    if (report.keeps_to_limit()) add("keeps to " + claim + ", as far as can be seen from outside");
  }
  if (report.quiet && report.quiet->refused > 0) add("BROKEN: a flooding app costs another calls");
  if (replay && replay->differences > 0) add("BROKEN: the journal differs from the reference");
  for (const std::string& bound : missed) add("MISSED: " + bound);
  return text.empty() ? "done; nothing was held to a limit" : text;
}

std::string LoadText(const LoadOutput& output) {
  return WhatWasAsked(output) + "\n\n" + AlignedText(CountRows(output)) + "\n" +
         AlignedText(WindowRows(output.report)) +
         "  (certain / possible, of one app; throttled is " + output.refused + ")\n\n" +
         AlignedText(LatencyRows(output.report)) +
         "  (- : fewer than 10 requests lie above it)\n\n" + output.Conclusion() + "\n";
}

ordered_json LoadJson(const LoadOutput& output) {
  const LoadReport& report = output.report;
  ordered_json windows = ordered_json::array();
  for (const WindowRow& row : report.windows) {
    windows.push_back({{"window_ms", Milliseconds(row.window)},
                       {"offered", WorstJson(row.offered)},
                       {"admitted", WorstJson(row.admitted)}});
  }
  ordered_json json = {{"target", output.target},
                       {"rate", output.rate},
                       {"arrival", output.arrival},
                       {"duration_ms", Milliseconds(output.options.duration)},
                       {"warmup_ms", Milliseconds(output.options.warmup)},
                       {"seed", output.seed},
                       {"connections", output.connections},
                       {"apps", output.apps},
                       {"refused_as", output.refused},
                       {"limit", nullptr},
                       {"window_ms", Milliseconds(output.options.window)},
                       {"valid", report.valid},
                       {"scheduled", report.scheduled},
                       {"skipped", report.skipped},
                       {"offered", report.offered},
                       {"admitted", report.admitted},
                       {"refused", report.refused},
                       {"refused_by_code", report.refused_by_code},
                       {"errors", report.errors},
                       {"errors_by_kind", report.errors_by_kind},
                       {"offered_per_second", report.offered_per_second},
                       {"admitted_per_second", report.admitted_per_second},
                       {"worst_windows", windows},
                       {"false_admits", report.false_admits},
                       {"false_throttles", report.false_throttles},
                       {"recovery",
                        {{"count", report.recovery.count},
                         {"median_ms", Milliseconds(report.recovery.median)},
                         {"longest_ms", Milliseconds(report.recovery.longest)}}},
                       {"connection_fairness", report.connection_fairness},
                       {"reconnects", output.reconnects},
                       {"quiet_app", nullptr},
                       {"latency_admitted", LatencyJson(report.admitted_latency)},
                       {"latency_refused", LatencyJson(report.refused_latency)},
                       {"service_time", LatencyJson(report.service_time)},
                       {"lag", LatencyJson(report.lag)},
                       {"journal_replay", nullptr},
                       {"missed", output.missed},
                       {"conclusion", output.Conclusion()},
                       {"exit_code", output.ExitCode()}};
  if (output.options.limit) json["limit"] = *output.options.limit;
  if (report.quiet) {
    json["quiet_app"] = {{"offered", report.quiet->offered}, {"refused", report.quiet->refused}};
  }
  if (output.replay) {
    json["journal_replay"] = {{"calls", output.replay->calls},
                              {"admitted", output.replay->admitted},
                              {"admitted_by_reference", output.replay->admitted_by_model},
                              {"differences", output.replay->differences},
                              {"on_the_edge", output.replay->on_the_edge}};
  }
  return json;
}

}  // namespace timock::load
