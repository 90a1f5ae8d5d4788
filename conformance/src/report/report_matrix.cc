#include "report/report_matrix.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "wire/config_error.h"
#include "wire/report_page.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

// "1: in process, 2026-11-30 14:00 UTC, held to seed-2022-04, timock-conformance 0.1.0. Conforms:
// ..."
std::string About(const json& report, std::size_t number) {
  const json& header = report.at("header");
  const std::time_t at = header.at("unix_seconds").get<std::time_t>();
  std::tm parts{};
  char when[32] = "";
  if (gmtime_r(&at, &parts) != nullptr) {
    static_cast<void>(std::strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &parts));
  }
  const std::string profile = header.at("profile");
  return std::to_string(number) + ": " + header.at("target").get<std::string>() + ", " + when +
         (profile.empty() ? "" : ", held to " + profile) + ", " +
         header.at("suite").get<std::string>() + ". " +
         report.at("footer").at("conclusion").get<std::string>() + ".";
}

// Rows by the name of what they show, a cell for each report; "" where a report does not have it.
class Grid {
 public:
  explicit Grid(Rows head) : rows_(std::move(head)), columns_(rows_.front().size()) {}

  std::string& Cell(const std::string& row, std::size_t report) {
    const auto [found, fresh] = places_.emplace(row, rows_.size());
    if (fresh) {
      rows_.emplace_back(columns_);
      rows_.back().front() = row;
    }
    return rows_[found->second][report + 1];
  }
  Rows rows() const { return rows_; }
  // Those whose cells are not all alike.
  Rows Differing() const {
    Rows differing = {rows_.front()};
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      const std::vector<std::string>& row = rows_[i];
      const auto other = [&row](const std::string& cell) { return cell != row[1]; };
      if (std::any_of(row.begin() + 2, row.end(), other)) differing.push_back(row);
    }
    return differing;
  }

 private:
  Rows rows_;
  std::size_t columns_;
  std::map<std::string, std::size_t> places_;
};

ReportMatrix Compare(const std::vector<json>& reports) {
  std::vector<std::string> head = {""};
  nlohmann::ordered_json sections = nlohmann::ordered_json::array();
  for (const json& report : reports) {
    sections.push_back(TextSection(About(report, head.size())));
    head.push_back(std::to_string(head.size()) + ": " +
                   report.at("header").at("target").get<std::string>());
  }
  Grid levels({head});
  Grid cases({head});
  Grid rules({head});
  for (std::size_t i = 0; i < reports.size(); ++i) {
    for (const json& level : reports[i].at("footer").at("levels")) {
      levels.Cell(level.at("level"), i) = level.at("result");
    }
    std::map<std::string, std::pair<int, int>> passed;  // of a rule, and all
    for (const json& one : reports[i].at("results")) {
      const std::string verdict = one.at("verdict");
      std::string& cell =
          cases.Cell(one.at("level").get<std::string>() + "/" + one.at("id").get<std::string>(), i);
      cell = verdict;
      if (one.contains("error_code")) cell += ", ErrorCode " + one["error_code"].dump();
      auto& [good, all] = passed[one.at("rule").get<std::string>() + ": " +
                                 one.at("rule_title").get<std::string>()];
      good += verdict == "passed" ? 1 : 0;
      ++all;
    }
    for (const auto& [rule, count] : passed) {
      rules.Cell(rule, i) = std::to_string(count.first) + " of " + std::to_string(count.second);
    }
  }
  const Rows differing = cases.Differing();
  const std::string conclusion =
      std::to_string(differing.size() - 1) + " of " + std::to_string(cases.rows().size() - 1) +
      " cases differ between the " + std::to_string(reports.size()) + " reports";
  sections.push_back(TableSection("By level", levels.rows()));
  if (differing.size() > 1) sections.push_back(TableSection("Cases that differ", differing));
  sections.push_back(TableSection("Cases that passed, by rule", rules.rows()));
  return {ReportPage({{"title", "Conformance of im_set_attr_name"},
                      {"about", "Reports side by side"},
                      {"conclusion", conclusion + "."},
                      {"good", differing.size() == 1},
                      {"sections", std::move(sections)}}),
          conclusion};
}

}  // namespace

ReportMatrix CompareReports(const std::vector<json>& reports) {
  for (std::size_t i = 0; i < reports.size(); ++i) {
    try {
      static_cast<void>(Compare({reports[i]}));
    } catch (const json::exception& error) {
      throw ConfigError("report " + std::to_string(i + 1) +
                        " does not tell enough, run it again with --json: " + error.what());
    }
  }
  return Compare(reports);
}

}  // namespace timock::conformance
