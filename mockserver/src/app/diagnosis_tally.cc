#include "app/diagnosis_tally.h"

#include <utility>

#include "app/text_values.h"

namespace timock::app {

DiagnosisTally::DiagnosisTally(std::vector<std::string> except) {
  const MutexLock lock(mutex_);
  for (std::string& rule : except) {
    except_.emplace(std::move(rule), 0);
  }
}

void DiagnosisTally::Add(const CallEvent& event) {
  constexpr std::size_t kMaxShown = 300;
  for (const Diagnosis& diagnosis : event.diagnoses) {
    // The user asked for what a fault does.
    if (!event.fault.empty() && diagnosis.name == "fault") continue;
    std::string rule = diagnosis.name;
    if (diagnosis.name == event.rule && event.error_code) {
      rule += " (" + std::to_string(*event.error_code) + ")";
    }
    std::string text = OneLine(diagnosis.detail, kMaxShown);
    if (!diagnosis.remedy.empty()) {
      text += "; remedy: " + OneLine(diagnosis.remedy, kMaxShown);
    }
    const MutexLock lock(mutex_);
    if (const auto excepted = except_.find(diagnosis.name); excepted != except_.end()) {
      ++excepted->second;
      continue;
    }
    if (groups_.size() >= kMaxRules && !groups_.contains(rule)) {
      ++beyond_;
      continue;
    }
    Group& group = groups_[std::move(rule)];
    if (group.count++ == 0) {
      group.first = std::move(text);
    } else {
      group.differs = group.differs || text != group.first;
    }
  }
}

bool DiagnosisTally::empty() const {
  const MutexLock lock(mutex_);
  return groups_.empty();
}

std::string DiagnosisTally::Report() const {
  const MutexLock lock(mutex_);
  std::string report;
  for (const auto& [rule, group] : groups_) {
    report += std::to_string(group.count) + " x " + rule +
              (group.differs ? ", the first: " : ": ") + group.first + "\n";
  }
  if (beyond_ > 0) {
    report += "and " + std::to_string(beyond_) + " others\n";
  }
  for (const auto& [rule, count] : except_) {
    if (count == 0) {
      report += "--except " + OneLine(rule, 60) + ": there was no such diagnosis\n";
    }
  }
  return report;
}

}  // namespace timock::app
