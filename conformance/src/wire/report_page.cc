#include "wire/report_page.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

void Replace(const std::string& mark, std::string_view text, std::string* page) {
  const std::size_t at = page->find(mark);
  if (at != std::string::npos) page->replace(at, mark.size(), text);
}

/// Escaped for a script element.
std::string ForScript(std::string text) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

}  // namespace

ordered_json TextSection(const std::string& text) { return {{"type", "text"}, {"text", text}}; }

ordered_json TableSection(const std::string& caption, const Rows& rows) {
  return {{"type", "table"}, {"caption", caption}, {"rows", rows}};
}

ordered_json ChartSection(const Chart& chart) {
  ordered_json series = ordered_json::array();
  for (const Series& one : chart.series) {
    series.push_back({{"name", one.name}, {"look", one.look}, {"points", one.points}});
    if (!one.colour.empty()) series.back()["colour"] = one.colour;
  }
  return {{"type", "chart"},          {"title", chart.title},     {"x_label", chart.x_label},
          {"y_label", chart.y_label}, {"x_ticks", chart.x_ticks}, {"bar_width", chart.bar_width},
          {"series", series}};
}

std::string ReportPage(const ordered_json& data) {
  std::string page(EmbeddedPage("report_page.html"));
  Replace("CHART_SCRIPT", EmbeddedPage("charts.js"), &page);
  Replace("REPORT_DATA",
          ForScript(data.dump(-1, ' ', false, ordered_json::error_handler_t::replace)), &page);
  return page;
}

}  // namespace timock::conformance
