#include "app/call_log.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "json/strict_json.h"
#include "text/time.h"
#include "text/words.h"

namespace timock::app {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxPartBytes = 512;  // bytes of a part that the client chose
constexpr std::string_view kLevelNames[] = {"trace", "debug", "info", "warn", "error"};

std::string_view LevelName(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::string_view OutcomeName(const CallEvent& event) {
  if (!event.rule.empty()) return "refused";
  return event.diagnoses.empty() ? "accepted" : "noted";
}

std::string CodeText(const CallEvent& event) {
  return event.error_code ? std::to_string(*event.error_code) : "none";
}

std::string Cut(std::string_view text) {
  return text.size() <= kMaxPartBytes ? std::string(text)
                                      : std::string(text.substr(0, kMaxPartBytes)) + "...";
}

// "detail; remedy: ...", each part cut to `max_bytes`.
std::string AdviceText(const Diagnosis& diagnosis, std::size_t max_bytes) {
  std::string text = OneLine(diagnosis.detail, max_bytes);
  if (!diagnosis.remedy.empty()) text += "; remedy: " + OneLine(diagnosis.remedy, max_bytes);
  return text;
}

std::string NoticeText(LogFormat format, std::string_view text, UnixTime at) {
  if (format != LogFormat::kJson) return "timock: " + std::string(text);
  const ordered_json line = {
      {"time", IsoTime(at)}, {"level", "warn"}, {"outcome", "notice"}, {"text", text}};
  return JsonText(line);
}

std::string KindOf(const CallEvent& event) {
  std::string kind;
  for (const Diagnosis& diagnosis : event.diagnoses) kind += diagnosis.name + ", ";
  return kind + (event.error_code ? "code " + CodeText(event) : "no code");
}

}  // namespace

LogLevel LevelOf(const CallEvent& event) {
  if (!event.rule.empty()) return LogLevel::kWarn;
  return event.diagnoses.empty() ? LogLevel::kDebug : LogLevel::kInfo;
}

std::string CallText(const CallEvent& event) {
  std::string line = IsoTime(event.at);
  line.append(" ").append(LevelName(LevelOf(event)));
  line.append(" ").append(OutcomeName(event));
  if (!event.rule.empty()) line.append(" rule=").append(event.rule);
  line.append(" code=").append(CodeText(event));
  if (event.http_status != 200) line += " status=" + std::to_string(event.http_status);
  for (const std::string_view part : {event.method, event.command}) {
    if (!part.empty()) line += " " + OneLine(part, kMaxPartBytes);
  }
  if (event.sdkappid) line += " sdkappid=" + std::to_string(*event.sdkappid);
  for (const Diagnosis& diagnosis : event.diagnoses) {
    line += " | " + diagnosis.name + ": " + AdviceText(diagnosis, kMaxPartBytes);
  }
  return line;
}

std::string CallJson(const CallEvent& event) {
  ordered_json line;
  line["time"] = IsoTime(event.at);
  line["level"] = LevelName(LevelOf(event));
  line["outcome"] = OutcomeName(event);
  if (!event.rule.empty()) line["rule"] = event.rule;
  line["code"] = event.error_code ? ordered_json(*event.error_code) : ordered_json();
  line["status"] = event.http_status;
  line["method"] = Cut(event.method);
  line["command"] = Cut(event.command);
  if (event.sdkappid) line["sdkappid"] = *event.sdkappid;
  line["diagnoses"] = ordered_json::array();
  for (const Diagnosis& diagnosis : event.diagnoses) {
    line["diagnoses"].push_back({{"name", diagnosis.name},
                                 {"detail", Cut(diagnosis.detail)},
                                 {"remedy", Cut(diagnosis.remedy)}});
  }
  return JsonText(line);
}

CallLog::CallLog(LogFormat format, LogLevel level, int descriptor, const Clock& clock)
    : format_(format),
      level_(level),
      clock_(clock),
      last_(std::make_shared<std::atomic<UnixTime>>()),
      writer_(descriptor, [format, last = last_](std::uint64_t dropped) {
        constexpr const char* kWhy =
            " lines of this log were dropped: they came faster than they could be written";
        return NoticeText(format, std::to_string(dropped) + kWhy, *last) + "\n";
      }) {}

CallLog::~CallLog() { Close(); }

void CallLog::Record(const CallEvent& event) {
  constexpr std::size_t kMaxKinds = 1000;
  if (format_ == LogFormat::kOff || LevelOf(event) < level_) return;
  std::uint64_t unlisted = 0;
  bool last_of_period = false;
  if (level_ > LogLevel::kDebug) {
    std::string name = KindOf(event);
    const Tick now = clock_.Ticks();
    const MutexLock lock(mutex_);
    if (kinds_.size() >= kMaxKinds && !kinds_.contains(name)) name = "of other kinds";
    Kind& kind = kinds_[std::move(name)];
    if (kind.listed == 0 || now - kind.period_start >= kRepeatPeriod) {
      kind.period_start = now;
      kind.listed = 0;
    }
    if (kind.listed == kMaxRepeats) {
      ++kind.unlisted;
      return;
    }
    last_of_period = ++kind.listed == kMaxRepeats;
    unlisted = std::exchange(kind.unlisted, 0);
  }
  std::string line;
  if (format_ == LogFormat::kJson) {
    line = CallJson(event);
    if (unlisted > 0) {
      line.insert(line.size() - 1, ",\"unlisted_before\":" + std::to_string(unlisted));
    }
  } else {
    line = CallText(event);
    if (unlisted > 0) {
      line += " | " + std::to_string(unlisted) + " more like this were only counted before";
    }
    if (last_of_period) {
      line += " | more like this are only counted for a while; --log-level debug lists all";
    }
  }
  last_->store(event.at);
  writer_.Write(line + "\n");
}

void CallLog::Notice(std::string_view text, UnixTime at) {
  last_->store(at);
  writer_.Write(NoticeText(format_, text, at) + "\n");
}

void CallLog::Close() {
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, kind] : kinds_) {
      if (kind.unlisted == 0) continue;
      Notice(std::to_string(kind.unlisted) + " more calls were only counted: " + name, *last_);
    }
    kinds_.clear();
  }
  writer_.Close();
}

DiagnosisTally::DiagnosisTally(const std::vector<std::string>& except) {
  const MutexLock lock(mutex_);
  for (const std::string& rule : except) except_.emplace(rule, 0);
}

void DiagnosisTally::Add(const CallEvent& event) {
  for (const Diagnosis& diagnosis : event.diagnoses) {
    // The user asked for what a fault does.
    if (!event.fault.empty() && diagnosis.name == "fault") continue;
    std::string rule = diagnosis.name;
    if (rule == event.rule && event.error_code) rule += " (" + CodeText(event) + ")";
    std::string text = AdviceText(diagnosis, 300);
    const MutexLock lock(mutex_);
    if (const auto excepted = except_.find(diagnosis.name); excepted != except_.end()) {
      ++excepted->second;
    } else if (groups_.size() >= kMaxRules && !groups_.contains(rule)) {
      ++beyond_;
    } else if (Group& group = groups_[std::move(rule)]; group.count++ == 0) {
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
  if (beyond_ > 0) report += "and " + std::to_string(beyond_) + " others\n";
  for (const auto& [rule, count] : except_) {
    if (count > 0) continue;
    report += "--except " + OneLine(rule, 60) + ": there was no such diagnosis\n";
  }
  return report;
}

}  // namespace timock::app
