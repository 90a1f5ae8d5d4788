#include "app/call_log.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "app/text_values.h"
#include "text/time.h"

namespace timock::app {
namespace {

constexpr std::size_t kMaxPartBytes = 512;  // bytes of a part that the client chose
constexpr std::string_view kLevelNames[] = {"trace", "debug", "info", "warn", "error"};

std::string_view LevelName(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::string_view Outcome(const CallEvent& event) {
  if (!event.rule.empty()) {
    return "refused";
  }
  return event.diagnoses.empty() ? "accepted" : "noted";
}

std::string Cut(std::string_view text) {
  return text.size() <= kMaxPartBytes ? std::string(text)
                                      : std::string(text.substr(0, kMaxPartBytes)) + "...";
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string NoticeText(LogFormat format, std::string_view text, UnixTime at) {
  return format == LogFormat::kJson ? Dump({{"time", IsoTime(at)},
                                            {"level", "warn"},
                                            {"outcome", "notice"},
                                            {"text", text}})
                                    : "timock: " + std::string(text);
}

std::string KindOf(const CallEvent& event) {
  std::string kind;
  for (const Diagnosis& diagnosis : event.diagnoses) {
    kind += diagnosis.name + ", ";
  }
  return kind + (event.error_code ? "code " + std::to_string(*event.error_code) : "no code");
}

}  // namespace

LogLevel LevelOf(const CallEvent& event) {
  if (!event.rule.empty()) {
    return LogLevel::kWarn;
  }
  return event.diagnoses.empty() ? LogLevel::kDebug : LogLevel::kInfo;
}

std::string CallText(const CallEvent& event) {
  std::string line = IsoTime(event.at);
  line.append(" ").append(LevelName(LevelOf(event)));
  line.append(" ").append(Outcome(event));
  if (!event.rule.empty()) {
    line.append(" rule=").append(event.rule);
  }
  line.append(" code=").append(event.error_code ? std::to_string(*event.error_code) : "none");
  if (event.http_status != 200) {
    line.append(" status=").append(std::to_string(event.http_status));
  }
  for (const std::string_view part : {event.method, event.command}) {
    if (!part.empty()) {
      line.append(" ").append(OneLine(part, kMaxPartBytes));
    }
  }
  if (event.sdkappid) {
    line.append(" sdkappid=").append(std::to_string(*event.sdkappid));
  }
  for (const Diagnosis& diagnosis : event.diagnoses) {
    line.append(" | ").append(diagnosis.name);
    line.append(": ").append(OneLine(diagnosis.detail, kMaxPartBytes));
    if (!diagnosis.remedy.empty()) {
      line.append("; remedy: ").append(OneLine(diagnosis.remedy, kMaxPartBytes));
    }
  }
  return line;
}

std::string CallJson(const CallEvent& event) {
  nlohmann::ordered_json line;
  line["time"] = IsoTime(event.at);
  line["level"] = LevelName(LevelOf(event));
  line["outcome"] = Outcome(event);
  if (!event.rule.empty()) {
    line["rule"] = event.rule;
  }
  line["code"] = nullptr;
  if (event.error_code) line["code"] = *event.error_code;
  line["status"] = event.http_status;
  line["method"] = Cut(event.method);
  line["command"] = Cut(event.command);
  if (event.sdkappid) {
    line["sdkappid"] = *event.sdkappid;
  }
  line["diagnoses"] = nlohmann::ordered_json::array();
  for (const Diagnosis& diagnosis : event.diagnoses) {
    line["diagnoses"].push_back({{"name", diagnosis.name},
                                 {"detail", Cut(diagnosis.detail)},
                                 {"remedy", Cut(diagnosis.remedy)}});
  }
  return Dump(line);
}

CallLog::CallLog(LogFormat format, LogLevel level, int descriptor, const Clock& clock)
    : format_(format),
      level_(level),
      clock_(clock),
      last_(std::make_shared<std::atomic<UnixTime>>()),
      writer_(descriptor, [format, last = last_](std::uint64_t dropped) {
        return NoticeText(format,
                          std::to_string(dropped) +
                              " lines of this log were dropped: they came "
                              "faster than they could be written",
                          *last) +
               "\n";
      }) {}

CallLog::~CallLog() { Close(); }

CallLog::Listing CallLog::List(const CallEvent& event) {
  constexpr std::size_t kMaxKinds = 1000;
  if (level_ <= LogLevel::kDebug) {
    return {};
  }
  std::string name = KindOf(event);
  const Tick now = clock_.Ticks();
  const MutexLock lock(mutex_);
  if (kinds_.size() >= kMaxKinds && !kinds_.contains(name)) {
    name = "of other kinds";
  }
  Kind& kind = kinds_[std::move(name)];
  if (kind.listed == 0 || now - kind.period_start >= kRepeatPeriod) {
    kind.period_start = now;
    kind.listed = 0;
  }
  if (kind.listed == kMaxRepeats) {
    ++kind.unlisted;
    return {.listed = false};
  }
  ++kind.listed;
  return {.last_of_period = kind.listed == kMaxRepeats,
          .unlisted_before = std::exchange(kind.unlisted, 0)};
}

void CallLog::Record(const CallEvent& event) {
  const LogLevel level = LevelOf(event);
  if (format_ == LogFormat::kOff || level < level_) {
    return;
  }
  const Listing listing = List(event);
  if (!listing.listed) {
    return;
  }
  std::string line = format_ == LogFormat::kJson ? CallJson(event) : CallText(event);
  const std::string unlisted = std::to_string(listing.unlisted_before);
  if (format_ == LogFormat::kJson && listing.unlisted_before > 0) {
    line.insert(line.size() - 1, ",\"unlisted_before\":" + unlisted);
  }
  if (format_ == LogFormat::kText && listing.unlisted_before > 0) {
    line.append(" | ").append(unlisted).append(" more like this were only counted before");
  }
  if (format_ == LogFormat::kText && listing.last_of_period) {
    line += " | more like this are only counted for a while; --log-level debug lists all";
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
      if (kind.unlisted > 0) {
        Notice(std::to_string(kind.unlisted) + " more calls were only counted: " + name, *last_);
      }
    }
    kinds_.clear();
  }
  writer_.Close();
}

}  // namespace timock::app
