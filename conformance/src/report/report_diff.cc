#include "report/report_diff.h"

#include <fstream>
#include <map>
#include <sstream>

#include "report/json_report.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using nlohmann::json;

struct Told {
  std::string verdict;
  std::string error_code;  ///< "no ErrorCode" where the case has none of its own.
};

std::map<std::string, Told> ResultsOf(const json& report) {
  std::map<std::string, Told> results;
  try {
    if (!report.contains("footer")) {
      throw ConfigError("the report has no footer: the run did not come to its end");
    }
    for (const json& one : report.at("results")) {
      const std::string name =
          one.at("level").get<std::string>() + "/" + one.at("id").get<std::string>();
      const auto code = one.find("error_code");
      results[name] = {one.at("verdict").get<std::string>(),
                       code == one.end() ? "no ErrorCode" : "ErrorCode " + code->dump()};
    }
  } catch (const json::exception& error) {
    throw ConfigError(std::string("this is no report of run --json: ") + error.what());
  }
  return results;
}

struct Group {
  const char* title;
  const char* member;
  std::vector<CaseChange> ReportDiff::*changes;
};
constexpr Group kGroups[] = {{"another verdict", "verdicts", &ReportDiff::verdicts},
                             {"another error code", "error_codes", &ReportDiff::error_codes},
                             {"only in the second", "appeared", &ReportDiff::appeared},
                             {"only in the first", "vanished", &ReportDiff::vanished}};

}  // namespace

ReportDiff DiffReports(const json& before, const json& after) {
  const auto old_results = ResultsOf(before);
  const auto new_results = ResultsOf(after);
  ReportDiff diff;
  for (const auto& [name, was] : old_results) {
    const auto found = new_results.find(name);
    if (found == new_results.end()) {
      diff.vanished.push_back({name, was.verdict, ""});
    } else if (found->second.verdict != was.verdict) {
      diff.verdicts.push_back({name, was.verdict, found->second.verdict});
    } else if (found->second.error_code != was.error_code) {
      diff.error_codes.push_back({name, was.error_code, found->second.error_code});
    }
  }
  for (const auto& [name, is] : new_results) {
    if (!old_results.contains(name)) diff.appeared.push_back({name, "", is.verdict});
  }
  return diff;
}

json ReadReport(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw ConfigError(path + ": cannot be read");
  json report = json::parse(text.str(), nullptr, false);
  if (report.is_discarded()) throw ConfigError(path + ": is no JSON, or was cut");
  try {
    ResultsOf(report);
  } catch (const ConfigError& error) {
    throw ConfigError(path + ": " + error.what());
  }
  return report;
}

void PrintDiff(const ReportDiff& diff, std::ostream& out) {
  for (const Group& group : kGroups) {
    const std::vector<CaseChange>& changes = diff.*group.changes;
    if (changes.empty()) continue;
    out << group.title << ": " << changes.size() << '\n';
    for (const CaseChange& change : changes) {
      const bool both = !change.before.empty() && !change.after.empty();
      out << "  " << change.name << ": " << change.before << (both ? " -> " : "") << change.after
          << '\n';
    }
  }
  if (diff.Same()) out << "no case differs\n";
}

void PrintDiffJson(const ReportDiff& diff, std::ostream& out) {
  nlohmann::ordered_json json;
  for (const Group& group : kGroups) {
    json[group.member] = nlohmann::ordered_json::array();
    for (const CaseChange& change : diff.*group.changes) {
      nlohmann::ordered_json entry = {{"case", change.name}};
      if (!change.before.empty()) entry["before"] = change.before;
      if (!change.after.empty()) entry["after"] = change.after;
      json[group.member].push_back(std::move(entry));
    }
  }
  out << json.dump(2) << '\n';
}

DiffReporter::DiffReporter(const std::string& path, std::ostream& out)
    : path_(path), before_(ReadReport(path)), out_(out) {}

void DiffReporter::OnEnd(const RunSummary& summary) {
  out_ << "compared with " << path_ << ":\n";
  PrintDiff(DiffReports(before_, json(ReportJson(summary))), out_);
}

}  // namespace timock::conformance
