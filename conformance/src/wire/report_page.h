#ifndef TIMOCK_CONFORMANCE_WIRE_REPORT_PAGE_H_
#define TIMOCK_CONFORMANCE_WIRE_REPORT_PAGE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timock::conformance {

/// A table of texts; the first row is its head, the first column names the rows.
using Rows = std::vector<std::vector<std::string>>;

struct Series {
  std::string name;
  /// "line", "dashed", "dots", "strokes" (upright, above the point) or "bars", which are stacked.
  std::string look = "line";
  std::string colour = {};  ///< "passed", "failed", "limit"; empty: the next of six.
  std::vector<std::pair<double, double>> points = {};  ///< x ascending.
};

/// A figure with its legend; both axes begin at 0.
struct Chart {
  std::string title;  ///< Also what a screen reader says.
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;
  /// Labels on the x axis, instead of round numbers.
  std::vector<std::pair<double, std::string>> x_ticks = {};
  double bar_width = 1;  ///< In units of x.
};

// Sections of a page, from top to bottom.
nlohmann::ordered_json TextSection(const std::string& text);
nlohmann::ordered_json TableSection(const std::string& caption, const Rows& rows);
nlohmann::ordered_json ChartSection(const Chart& chart);

/// A page of HTML that needs nothing else, light or dark as the reader has it. It shows `data`, in
/// which nothing is computed any more:
///
///   title, about, conclusion   texts; `good` tells whether the conclusion is
///   unix_seconds               when it was; may be absent, as what follows
///   report                     of a run, as `run --json` writes it, with its sentences
///   sections                   the above
///   choices                    {title, about, label, items: [{name, title, words, chart}]}
std::string ReportPage(const nlohmann::ordered_json& data);

/// A file of this folder that is compiled in, by its name; empty for any other.
std::string_view EmbeddedPage(std::string_view name);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_REPORT_PAGE_H_
