#include <algorithm>

#include "load/report/chart.h"
#include "load/report/load_output.h"

namespace timock::load {
namespace {

using std::chrono::nanoseconds;

double Seconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e9; }
double Milliseconds(nanoseconds time) { return static_cast<double>(time.count()) / 1e6; }

std::string OverTime(const LoadOutput& output) {
  ChartLine offered{.name = "offered"};
  ChartLine admitted{.name = "admitted"};
  ChartLine refused{.name = "refused"};
  for (const SeriesPoint& point : output.report.series) {
    const double at = Seconds(point.at);
    offered.points.emplace_back(at, static_cast<double>(point.offered));
    admitted.points.emplace_back(at, static_cast<double>(point.admitted));
    refused.points.emplace_back(at, static_cast<double>(point.refused));
  }
  Chart chart{.title = "Offered, admitted and refused over time",
              .x_label = "seconds since the start, warm-up included",
              .y_label = "calls of one app in the window that ends now",
              .lines = {offered, admitted, refused}};
  if (output.options.limit && !offered.points.empty()) {
    const auto limit = static_cast<double>(*output.options.limit);
    chart.lines.push_back({.name = "limit",
                           .points = {{0, limit}, {offered.points.back().first, limit}},
                           .dashed = true});
  }
  return ChartHtml(chart);
}

ChartLine LatencyLine(const std::string& name, const Latency& latency) {
  ChartLine line{.name = name};
  double x = 0;
  for (const auto& time : {latency.p50, latency.p90, latency.p99, latency.p999}) {
    if (time) line.points.emplace_back(x, Milliseconds(*time));
    ++x;
  }
  if (latency.count > 0) line.points.emplace_back(x, Milliseconds(latency.max));
  return line;
}

std::string Percentiles(const LoadReport& report) {
  return ChartHtml({.title = "Latency from the intended moment, by percentile",
                    .x_label = "percentile; none where fewer than 10 requests lie above it",
                    .y_label = "milliseconds",
                    .lines = {LatencyLine("admitted", report.admitted_latency),
                              LatencyLine("refused", report.refused_latency),
                              LatencyLine("lag of the generator", report.lag)},
                    .x_ticks = {{0, "p50"}, {1, "p90"}, {2, "p99"}, {3, "p99.9"}, {4, "max"}}});
}

std::string WorstWindows(const LoadOutput& output) {
  ChartLine offered{.name = "offered, certain"};
  ChartLine certain{.name = "admitted, certain"};
  ChartLine possible{.name = "admitted, possible"};
  ChartLine limit{.name = "limit", .dashed = true};
  Chart chart{.title = "The worst window, by its length",
              .x_label = "length of the window",
              .y_label = "most calls of one app in any one window",
              .lines = {}};
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
  chart.lines = {offered, certain, possible, limit};
  return ChartHtml(chart);
}

}  // namespace

std::string LoadHtml(const LoadOutput& output) {
  const LoadTables tables = TablesOf(output);
  const std::string mood = output.ExitCode() == 0 ? "good" : "bad";
  return PageHtml("timock-load",
                  "<p>" + HtmlEscape(WhatWasAsked(output)) + "</p>\n<p class=\"" + mood + "\">" +
                      HtmlEscape(output.Conclusion()) + "</p>\n" + OverTime(output) +
                      Percentiles(output.report) + WorstWindows(output) +
                      TableHtml("Counts", tables.counts) +
                      TableHtml("Worst windows: certain / possible", tables.windows) +
                      TableHtml("Times", tables.times));
}

}  // namespace timock::load
