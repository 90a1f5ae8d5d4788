#include "load/report/lab_output.h"

#include "load/report/load_output.h"
#include "wire/report_page.h"
#include "wire/text_values.h"

namespace timock::load {
namespace {

using conformance::DurationText;
using conformance::Fixed;
using nlohmann::ordered_json;

double Seconds(std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }

std::string Scenario(const LabOutput& output) {
  return std::to_string(output.options.clients) + " clients come back with " +
         std::to_string(output.options.backlog) + " jobs, limit " + std::to_string(output.limit) +
         " calls a second, seed " + std::to_string(output.options.seed) + ", " +
         (output.virtual_time
              ? "in virtual time, a round trip of " + DurationText(output.options.round_trip)
              : "in real time, " + output.target);
}

Rows ResultRows(const LabOutput& output) {
  Rows rows = {{"policy", "drained in", "done", "given up", "left", "calls", "wasted", "goodput/s",
                "fairness", "errors"}};
  for (const LabResult& result : output.results) {
    rows.push_back({result.policy,
                    result.drain ? DurationText(*result.drain)
                                 : "not within " + DurationText(output.options.most_time),
                    std::to_string(result.done), std::to_string(result.given_up),
                    std::to_string(result.left), std::to_string(result.calls),
                    std::to_string(result.wasted), Fixed(result.goodput, 1),
                    Fixed(result.fairness, 3), std::to_string(result.errors)});
  }
  return rows;
}

constexpr const char* kLegend =
    "wasted: calls that were refused; goodput: jobs done a second; fairness: Jain's index of the "
    "jobs that each client had done at half time";

}  // namespace

std::string LabText(const LabOutput& output) {
  return Scenario(output) + "\n\n" + AlignedText(ResultRows(output)) + "  (" + kLegend + ")\n";
}

ordered_json LabJson(const LabOutput& output) {
  ordered_json results = ordered_json::array();
  for (const LabResult& result : output.results) {
    ordered_json curve = ordered_json::array();
    for (const BacklogPoint& point : result.curve) {
      curve.push_back(ordered_json::array({Seconds(point.at), point.left, point.given_up}));
    }
    results.push_back({{"policy", result.policy},
                       {"drain_s", nullptr},
                       {"time_s", Seconds(result.time)},
                       {"calls", result.calls},
                       {"done", result.done},
                       {"wasted", result.wasted},
                       {"errors", result.errors},
                       {"given_up", result.given_up},
                       {"left", result.left},
                       {"goodput_per_second", result.goodput},
                       {"fairness", result.fairness},
                       {"backlog", curve}});
    if (result.drain) results.back()["drain_s"] = Seconds(*result.drain);
  }
  return {{"target", output.target},
          {"virtual_time", output.virtual_time},
          {"clients", output.options.clients},
          {"backlog", output.options.backlog},
          {"limit", output.limit},
          {"seed", output.options.seed},
          {"round_trip_s",
           output.virtual_time ? ordered_json(Seconds(output.options.round_trip)) : ordered_json()},
          {"results", results}};
}

std::string LabHtml(const LabOutput& output) {
  conformance::Chart chart{.title = "Jobs that are not done, those given up too, over time",
                           .x_label = "seconds",
                           .y_label = "jobs not done",
                           .series = {}};
  for (const LabResult& result : output.results) {
    conformance::Series series{.name = result.policy};
    for (const BacklogPoint& point : result.curve) {
      series.points.emplace_back(Seconds(point.at),
                                 static_cast<double>(point.left + point.given_up));
    }
    chart.series.push_back(std::move(series));
  }
  return conformance::ReportPage(
      {{"title", "timock-load: retry lab"},
       {"about", Scenario(output)},
       {"conclusion", ""},
       {"good", true},
       {"sections", ordered_json::array(
                        {conformance::ChartSection(chart),
                         conformance::TableSection("What each policy came to", ResultRows(output)),
                         conformance::TextSection(kLegend)})}});
}

}  // namespace timock::load
