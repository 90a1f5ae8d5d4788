#ifndef TIMOCK_BENCH_LOAD_REPORT_LAB_OUTPUT_H_
#define TIMOCK_BENCH_LOAD_REPORT_LAB_OUTPUT_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "load/lab/retry_lab.h"

namespace timock::load {

/// What the policies came to, in the same scenario.
struct LabOutput {
  std::string target = {};
  bool virtual_time = true;
  std::size_t limit = 100;  ///< Of the server, calls a second.
  LabOptions options;
  std::vector<LabResult> results = {};
};

std::string LabText(const LabOutput& output);
/// Without a time of day or of computing: the same scenario gives the same bytes.
nlohmann::ordered_json LabJson(const LabOutput& output);
std::string LabHtml(const LabOutput& output);

}  // namespace timock::load

#endif  // TIMOCK_BENCH_LOAD_REPORT_LAB_OUTPUT_H_
