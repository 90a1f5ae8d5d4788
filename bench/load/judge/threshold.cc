#include "load/judge/threshold.h"

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "wire/config_error.h"
#include "wire/text_values.h"

namespace timock::load {
namespace {

using conformance::Fixed;
using std::chrono::nanoseconds;

/// Every figure that can be bound; empty where there were too few requests to tell.
std::map<std::string, std::optional<double>> FiguresOf(const LoadReport& report) {
  const auto ms = [](const std::optional<nanoseconds>& time) -> std::optional<double> {
    if (!time) return {};
    return static_cast<double>(time->count()) / 1e6;
  };
  const auto number = [](std::size_t count) { return static_cast<double>(count); };
  constexpr std::size_t kWindow = 2;  // Of 10 ms, 100 ms, W, 2W.
  const std::size_t worst =
      report.windows.size() > kWindow ? report.windows[kWindow].admitted.certain : 0;
  const Latency& latency = report.admitted_latency;
  return {{"p50_ms", ms(latency.p50)},
          {"p90_ms", ms(latency.p90)},
          {"p99_ms", ms(latency.p99)},
          {"p999_ms", ms(latency.p999)},
          {"max_ms", ms(latency.max)},
          {"errors", number(report.errors)},
          {"refused", number(report.refused)},
          {"false_admits", number(report.false_admits)},
          {"false_throttles", number(report.false_throttles)},
          {"worst_window", number(worst)},
          {"recovery_ms", ms(report.recovery.longest)},
          {"admitted_per_second_min", report.admitted_per_second},
          {"connection_fairness_min", report.connection_fairness}};
}

}  // namespace

Thresholds Thresholds::Parse(std::string_view json, const std::string& origin) {
  const nlohmann::json members = nlohmann::json::parse(json, nullptr, false);
  if (!members.is_object()) {
    throw conformance::ConfigError(origin + ": expected a JSON object of bounds");
  }
  const auto figures = FiguresOf({});
  Thresholds thresholds;
  for (const auto& [name, bound] : members.items()) {
    std::string where = origin;
    where.append(": \"").append(name).append("\" ");
    if (!figures.contains(name)) {
      std::string known;
      for (const auto& [figure, value] : figures) known += (known.empty() ? "" : ", ") + figure;
      throw conformance::ConfigError(where.append("is no bound; expected one of ").append(known));
    }
    if (!bound.is_number()) throw conformance::ConfigError(where + "must be a number");
    thresholds.bounds_[name] = bound.get<double>();
  }
  return thresholds;
}

Thresholds Thresholds::Read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw conformance::ConfigError("--threshold " + path + ": cannot be read");
  return Parse(text.str(), path);
}

std::vector<std::string> Thresholds::Missed(const LoadReport& report) const {
  constexpr int kDigits = 2;
  const auto figures = FiguresOf(report);
  std::vector<std::string> missed;
  for (const auto& [name, bound] : bounds_) {
    const std::optional<double>& figure = figures.at(name);
    const bool lower = name.ends_with("_min");
    if (!figure) {
      missed.push_back(name + " cannot be told: fewer than 10 requests lie above it");
    } else if (lower ? *figure < bound : *figure > bound) {
      missed.push_back(name + " is " + Fixed(*figure, kDigits) + (lower ? ", under " : ", over ") +
                       Fixed(bound, kDigits));
    }
  }
  return missed;
}

}  // namespace timock::load
