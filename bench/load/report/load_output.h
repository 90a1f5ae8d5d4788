#ifndef TIMOCK_BENCH_LOAD_REPORT_LOAD_OUTPUT_H_
#define TIMOCK_BENCH_LOAD_REPORT_LOAD_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "load/judge/journal_replay.h"
#include "load/judge/load_report.h"
#include "wire/report_page.h"

namespace timock::load {

/// A run, with what it was asked to do.
struct LoadOutput {
  std::string target = {};
  std::string arrival = {};
  std::string refused = {};  ///< What counts as throttled: "ErrorCode 60007".
  std::uint64_t seed = 1;
  double rate = 0;
  std::size_t connections = 0;
  std::size_t reconnects = 0;
  std::size_t apps = 1;
  ReportOptions options = {};
  LoadReport report = {};
  std::optional<Replay> replay = {};
  std::vector<std::string> missed = {};  ///< Thresholds.

  /// 1 nothing admitted, too many errors, a threshold missed or the limit broken; 6 invalid; 0
  /// else.
  int ExitCode() const;
  /// What ExitCode says, in words.
  std::string Conclusion() const;
};

using conformance::Rows;

/// The report as tables, their heads in the first rows.
struct LoadTables {
  Rows counts;
  Rows windows;
  Rows times;
};
LoadTables TablesOf(const LoadOutput& output);
/// "in-process: 200 requests a second, constant, for 2.00 s, seed 1"
std::string WhatWasAsked(const LoadOutput& output);

/// Columns under each other, indented by two.
std::string AlignedText(const Rows& rows);

std::string LoadText(const LoadOutput& output);
nlohmann::ordered_json LoadJson(const LoadOutput& output);
std::string LoadHtml(const LoadOutput& output);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_REPORT_LOAD_OUTPUT_H_
