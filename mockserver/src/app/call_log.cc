#include "app/call_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <nlohmann/json.hpp>

#include "app/text_values.h"
#include "core/time_text.h"

namespace timock::app {
namespace {

constexpr std::size_t kMostPartBytes = 512;  // bytes of a part that the client chose
constexpr std::string_view kLevelNames[] = {"trace", "debug", "info", "warn", "error"};

std::string_view LevelName(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::string_view Outcome(const CallEvent& event) {
  if (!event.rule.empty()) {
    return "refused";
  }
  return event.diagnoses.empty() ? "accepted" : "noted";
}

std::string Cut(std::string_view text) {
  return text.size() <= kMostPartBytes ? std::string(text)
                                       : std::string(text.substr(0, kMostPartBytes)) + "...";
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::unique_ptr<spdlog::logger> MakeLogger(LogLevel level) {
  auto logger =
      std::make_unique<spdlog::logger>("timock", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(static_cast<spdlog::level::level_enum>(level));
  return logger;
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
      line.append(" ").append(OneLine(part, kMostPartBytes));
    }
  }
  if (event.sdkappid) {
    line.append(" sdkappid=").append(std::to_string(*event.sdkappid));
  }
  for (const Diagnosis& diagnosis : event.diagnoses) {
    line.append(" | ").append(diagnosis.name);
    line.append(": ").append(OneLine(diagnosis.detail, kMostPartBytes));
    if (!diagnosis.remedy.empty()) {
      line.append("; remedy: ").append(OneLine(diagnosis.remedy, kMostPartBytes));
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

CallLog::CallLog(LogFormat format, LogLevel level)
    : format_(format), level_(level), logger_(MakeLogger(level)) {}

CallLog::~CallLog() = default;

void CallLog::Record(const CallEvent& event) {
  const LogLevel level = LevelOf(event);
  if (format_ == LogFormat::kOff || level < level_) {
    return;
  }
  const std::string line = format_ == LogFormat::kJson ? CallJson(event) : CallText(event);
  logger_->log(static_cast<spdlog::level::level_enum>(level), spdlog::string_view_t(line));
}

void CallLog::Notice(std::string_view text, UnixTime at) {
  std::string line = "timock: " + std::string(text);
  if (format_ == LogFormat::kJson) {
    line = Dump({{"time", IsoTime(at)}, {"level", "warn"}, {"outcome", "notice"}, {"text", text}});
  }
  logger_->log(spdlog::level::critical, spdlog::string_view_t(line));
}

}  // namespace timock::app
