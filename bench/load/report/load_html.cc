#include <algorithm>

#include "load/report/load_output.h"
#include "wire/report_page.h"

namespace timock::load {
namespace {

using conformance::Chart;
using conformance::ChartSection;
using conformance::Series;
using nlohmann::ordered_json;
using std::chrono::nanoseconds;

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }
double Milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

ordered_json OverTime(const LoadOutput& output) {
  Series offered{.name = "offered"};
  Series admitted{.name = "admitted"};
  Series refused{.name = "refused"};
  for (const SeriesPoint& point : output.report.series) {
    const double at = Seconds(point.at);
    offered.points.emplace_back(at, static_cast<double>(point.offered));
    admitted.points.emplace_back(at, static_cast<double>(point.admitted));
    refused.points.emplace_back(at, static_cast<double>(point.refused));
  }
  Chart chart{.title = "Offered, admitted and refused over time",
              .x_label = "seconds since the start, warm-up included",
              .y_label = "calls of one app in the window that ends now",
              .series = {offered, admitted, refused}};
  if (output.options.limit && !offered.points.empty()) {
    const auto limit = static_cast<double>(*output.options.limit);
    chart.series.push_back({.name = "limit",
                            .look = "dashed",
                            .colour = "limit",
                            .points = {{0, limit}, {offered.points.back().first, limit}}});
  }
  return ChartSection(chart);
}

Series LatencyLine(const std::string& name, const Latency& latency) {
  Series line{.name = name};
  double x = 0;
  for (const auto& time : {latency.p50, latency.p90, latency.p99, latency.p999}) {
    if (time) line.points.emplace_back(x, Milliseconds(*time));
    ++x;
  }
  if (latency.count > 0) line.points.emplace_back(x, Milliseconds(latency.max));
  return line;
}

ordered_json Percentiles(const LoadReport& report) {
  return ChartSection({.title = "Latency from the intended moment, by percentile",
                       .x_label = "percentile; none where fewer than 10 requests lie above it",
                       .y_label = "milliseconds",
                       .series = {LatencyLine("admitted", report.admitted_latency),
                                  LatencyLine("refused", report.refused_latency),
                                  LatencyLine("lag of the generator", report.lag)},
                       .x_ticks = {{0, "p50"}, {1, "p90"}, {2, "p99"}, {3, "p99.9"}, {4, "max"}}});
}

ordered_json WorstWindows(const LoadOutput& output) {
  Series offered{.name = "offered, certain"};
  Series certain{.name = "admitted, certain"};
  Series possible{.name = "admitted, possible"};
  Series limit{.name = "limit", .look = "dashed", .colour = "limit"};
  Chart chart{.title = "The worst window, by its length",
              .x_label = "length of the window",
              .y_label = "most calls of one app in any one window",
              .series = {}};
  double x = 0;
  for (const WindowRow& row : output.report.windows) {
    offered.points.emplace_back(x, static_cast<double>(row.offered.certain));
    certain.points.emplace_back(x, static_cast<double>(row.admitted.certain));
    possible.points.emplace_back(x, static_cast<double>(row.admitted.possible));
    if (output.options.limit) {
      const auto windows = std::max<std::int64_t>(1, row.window / output.options.window);
      limit.points.emplace_back(
          x, static_cast<double>(*output.options.limit) * static_cast<double>(windows));
    }
    chart.x_ticks.emplace_back(x, TablesOf(output).windows.at(static_cast<std::size_t>(x) + 1)[0]);
    ++x;
  }
  chart.series = {offered, certain, possible, limit};
  return ChartSection(chart);
}

}  // namespace

std::string LoadHtml(const LoadOutput& output) {
  const LoadTables tables = TablesOf(output);
  const auto table = conformance::TableSection;
  return conformance::ReportPage(
      {{"title", "timock-load"},
       {"about", WhatWasAsked(output)},
       {"conclusion", output.Conclusion()},
       {"good", output.ExitCode() == 0},
       {"sections", ordered_json::array({OverTime(output), Percentiles(output.report),
                                         WorstWindows(output), table("Counts", tables.counts),
                                         table("Worst windows: certain / possible", tables.windows),
                                         table("Times", tables.times)})}});
}

}  // namespace timock::load
