#ifndef TIMOCK_BENCH_LOAD_REPORT_CHART_H_
#define TIMOCK_BENCH_LOAD_REPORT_CHART_H_

#include <string>
#include <utility>
#include <vector>

namespace timock::load {

struct ChartLine {
  std::string name;
  std::vector<std::pair<double, double>> points = {};  ///< x ascending.
  bool dashed = false;                                 ///< For what is only compared with.
};

struct Chart {
  std::string title;  ///< Also what a screen reader says.
  std::string x_label;
  std::string y_label;
  std::vector<ChartLine> lines;  ///< At most six colours.
  /// Names for places on the x axis, in the place of round numbers.
  std::vector<std::pair<double, std::string>> x_ticks = {};
};

/// A figure with its legend, as SVG within HTML; both axes begin at 0.
std::string ChartHtml(const Chart& chart);

/// A table; the first row is its head, the first column its row heads. Cells are text.
std::string TableHtml(const std::string& caption,
                      const std::vector<std::vector<std::string>>& rows);

std::string HtmlEscape(const std::string& text);

/// A page that needs nothing else, light or dark as the reader has it. `body` is HTML.
std::string PageHtml(const std::string& title, const std::string& body);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_REPORT_CHART_H_
