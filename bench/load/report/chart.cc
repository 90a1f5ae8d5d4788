#include "load/report/chart.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "wire/text_values.h"

namespace timock::load {
namespace {

using conformance::Fixed;
constexpr double kWidth = 860;
constexpr double kHeight = 300;
constexpr double kLeft = 64;
constexpr double kRight = 30;
constexpr double kTop = 12;
constexpr double kBottom = 44;

constexpr const char* kStyle = R"(
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--rule:#d0d7de;--back:#fff;
--c0:#1f6feb;--c1:#1a7f37;--c2:#cf222e;--c3:#8250df;--c4:#9a6700;--c5:#0b7285}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4ae;--rule:#3d444d;--back:#0d1117;
--c0:#6cb0ff;--c1:#56d364;--c2:#ff8079;--c3:#d2a8ff;--c4:#e3b341;--c5:#56d4dd}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:76rem;
margin:2rem auto;padding:0 1rem}p{max-width:60rem}
h1{font-size:1.5rem;margin-bottom:.2rem}figure{margin:2rem 0}figcaption{font-weight:600}
svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:12px}
svg .axis{stroke:var(--rule);stroke-width:1}svg polyline{fill:none;stroke-width:1.8}
svg .dashed{stroke-dasharray:6 4}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}
.legend span{margin-right:1.2rem;white-space:nowrap;color:var(--soft)}.legend svg{width:26px;height:10px}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}
caption{text-align:left;font-weight:600}
td{white-space:nowrap}.bad,.good{white-space:pre-line}
td,th{border-bottom:1px solid var(--rule);padding:.25rem .9rem .25rem 0;text-align:right}
th:first-child{text-align:left;font-weight:400}thead th{color:var(--soft)}
.bad{color:var(--c2);font-weight:600}.good{color:var(--c1);font-weight:600})";

/// 1, 2 or 5 times a power of ten: the distance of some five marks.
double StepOf(double most) {
  const double rough = most / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (rough <= factor * power) return factor * power;
  }
  return 10 * power;
}

std::string Mark(double value) {
  constexpr double kWhole = 1e-9;
  const bool whole = std::abs(value - std::round(value)) < kWhole;
  return Fixed(value, whole ? 0 : (value < 0.1 ? 3 : 2));
}

struct Scale {
  double x_most = 0;
  double y_most = 0;

  std::string X(double x) const { return Fixed(kLeft + x / x_most * (kWidth - kLeft - kRight), 1); }
  std::string Y(double y) const {
    return Fixed(kHeight - kBottom - y / y_most * (kHeight - kTop - kBottom), 1);
  }
};

Scale ScaleOf(const Chart& chart) {
  Scale scale;
  for (const ChartLine& line : chart.lines) {
    for (const auto& [x, y] : line.points) {
      scale.x_most = std::max(scale.x_most, x);
      scale.y_most = std::max(scale.y_most, y);
    }
  }
  constexpr double kHeadroom = 1.05;
  scale.x_most = scale.x_most > 0 ? scale.x_most : 1;
  scale.y_most = scale.y_most > 0 ? scale.y_most * kHeadroom : 1;
  return scale;
}

std::string Text(const std::string& x, const std::string& y, const std::string& anchor,
                 const std::string& text) {
  return "<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + anchor + "\">" +
         HtmlEscape(text) + "</text>";
}

std::string Axes(const Chart& chart, const Scale& scale) {
  std::string svg;
  const std::string right = Fixed(kWidth - kRight, 1);
  const double y_step = StepOf(scale.y_most);
  for (int i = 0; i * y_step <= scale.y_most; ++i) {
    const std::string y = scale.Y(i * y_step);
    svg.append("<line class=\"axis\" x1=\"").append(Fixed(kLeft, 1)).append("\" x2=\"");
    svg.append(right).append("\" y1=\"").append(y).append("\" y2=\"").append(y).append("\"/>");
    svg.append(Text(Fixed(kLeft - 6, 1), y, "end", Mark(i * y_step)));
  }
  auto ticks = chart.x_ticks;
  const double x_step = StepOf(scale.x_most);
  for (int i = 0; chart.x_ticks.empty() && i * x_step <= scale.x_most; ++i) {
    ticks.emplace_back(i * x_step, Mark(i * x_step));
  }
  for (const auto& [x, name] : ticks) {
    svg += Text(scale.X(x), Fixed(kHeight - kBottom + 16, 1), "middle", name);
  }
  return svg + Text(Fixed((kWidth + kLeft) / 2, 1), Fixed(kHeight - 6, 1), "middle", chart.x_label);
}

std::string ClassOf(const ChartLine& line, std::size_t index) {
  return "class=\"c" + std::to_string(index % 6) + (line.dashed ? " dashed\"" : "\"");
}

}  // namespace

std::string HtmlEscape(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string ChartHtml(const Chart& chart) {
  const Scale scale = ScaleOf(chart);
  std::string lines;
  std::string legend;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const ChartLine& line = chart.lines[i];
    std::string points;
    for (const auto& [x, y] : line.points) {
      points.append(scale.X(x)).append(",").append(scale.Y(y)).append(" ");
    }
    const std::string look = ClassOf(line, i);
    lines.append("<polyline ").append(look).append(" points=\"").append(points).append("\"/>\n");
    legend += "<span><svg viewBox=\"0 0 26 10\" aria-hidden=\"true\"><polyline " + look +
              " points=\"0,5 26,5\"/></svg> " + HtmlEscape(line.name) + "</span>\n";
  }
  const std::string title = HtmlEscape(chart.title);
  return "<figure><figcaption>" + title + "</figcaption>\n<div class=\"legend\">" +
         HtmlEscape(chart.y_label) + ": " + legend + "</div>\n<svg viewBox=\"0 0 " +
         Fixed(kWidth, 0) + " " + Fixed(kHeight, 0) + "\" role=\"img\" aria-label=\"" + title +
         "\">" + Axes(chart, scale) + "\n" + lines + "</svg></figure>\n";
}

std::string TableHtml(const std::string& caption,
                      const std::vector<std::vector<std::string>>& rows) {
  std::string html =
      "<div class=\"scroll\"><table><caption>" + HtmlEscape(caption) + "</caption>\n<thead>";
  for (std::size_t row = 0; row < rows.size(); ++row) {
    html += "<tr>";
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      const std::string tag = row == 0 || column == 0 ? "th" : "td";
      html.append("<").append(tag).append(">").append(HtmlEscape(rows[row][column]));
      html.append("</").append(tag).append(">");
    }
    html += row == 0 ? "</tr></thead>\n<tbody>" : "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string PageHtml(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
         HtmlEscape(title) +
         "</title>\n<meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\">\n<style>" +
         kStyle + "</style></head>\n<body><main><h1>" + HtmlEscape(title) + "</h1>\n" + body +
         "</main></body></html>\n";
}

}  // namespace timock::load
