#include "app/diagnosis_tally.h"

#include "app/text_values.h"

namespace timock::app {

void DiagnosisTally::Add(const CallEvent& event) {
  constexpr std::size_t kMostShown = 300;
  for (const Diagnosis& diagnosis : event.diagnoses) {
    // What a fault did was ordered.
    if (!event.fault.empty() && diagnosis.name == "fault") continue;
    std::string line = diagnosis.name;
    if (diagnosis.name == event.rule && event.error_code) {
      line += " (" + std::to_string(*event.error_code) + ")";
    }
    line += ": " + OneLine(diagnosis.detail, kMostShown);
    if (!diagnosis.remedy.empty()) {
      line += "; remedy: " + OneLine(diagnosis.remedy, kMostShown);
    }
    const MutexLock lock(mutex_);
    if (const auto known = lines_.find(line); known != lines_.end()) {
      ++known->second;
    } else if (lines_.size() < kMostLines) {
      lines_.emplace(std::move(line), 1);
    } else {
      ++beyond_;
    }
  }
}

bool DiagnosisTally::empty() const {
  const MutexLock lock(mutex_);
  return lines_.empty();
}

std::string DiagnosisTally::Report() const {
  const MutexLock lock(mutex_);
  std::string report;
  for (const auto& [line, count] : lines_) {
    report += std::to_string(count) + " x " + line + "\n";
  }
  if (beyond_ > 0) {
    report += "and " + std::to_string(beyond_) + " others\n";
  }
  return report;
}

}  // namespace timock::app
