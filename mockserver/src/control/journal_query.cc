#include "control/journal_query.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "control/clock_json.h"
#include "text/base64.h"
#include "text/time.h"
#include "text/url.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMaxTextBytes = 200;

Refusal BadParameter(std::string_view name, std::string expected) {
  return {.message = "expected " + std::move(expected), .parameter = std::string(name)};
}

bool IsUtf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
  return true;
}

Outcome ReadText(const Exchange& exchange, std::string_view name, std::string* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  if (text->empty() || text->size() > kMaxTextBytes) {
    return BadParameter(name, "1 to 200 bytes");
  }
  *out = *text;
  return {};
}

Outcome ReadTime(const Exchange& exchange, std::string_view name, std::optional<UnixTime>* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  *out = UnixTimeFromText(*text);
  if (*out) return {};
  return BadParameter(name, "UNIX seconds from 0 to 9000000000, with up to 9 decimals");
}

// Any code that a fault can answer.
Outcome ReadCode(const Exchange& exchange, std::optional<int>* out) {
  const std::string* const text = exchange.query.Find("code");
  if (text == nullptr) return {};
  int code = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, code);
  if (failure != std::errc{} || stop != end) {
    return BadParameter("code", "a whole number from -2147483648 to 2147483647");
  }
  *out = code;
  return {};
}

// The refusal of what Service::CheckFilter refuses.
Refusal NothingFits(const Error& error) {
  return {.status = 404,
          .message = error.message,
          .parameter = error.pointer == "/sdkappid" ? "sdkappid" : "command"};
}

ordered_json TextOrNull(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

}  // namespace

Outcome ReadCount(const Exchange& exchange, std::string_view name, std::uint64_t least,
                  std::uint64_t most, std::uint64_t* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  std::uint64_t value = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, failure] = std::from_chars(text->data(), end, value);
  if (failure != std::errc{} || stop != end || value < least || value > most) {
    return BadParameter(
        name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  *out = value;
  return {};
}

Outcome ReadFilter(const Exchange& exchange, JournalFilter* out) {
  if (const std::string* text = exchange.query.Find("sdkappid")) {
    out->sdkappid = ReadUint32(*text);
    if (!out->sdkappid) return BadParameter("sdkappid", "an SDKAppID");
  }
  if (Outcome refused = ReadCode(exchange, &out->error_code)) return refused;
  if (Outcome refused = ReadText(exchange, "command", &out->command)) return refused;
  if (Outcome refused = ReadText(exchange, "fault", &out->fault)) return refused;
  if (Outcome refused = ReadTime(exchange, "from", &out->from)) return refused;
  if (Outcome refused = ReadTime(exchange, "until", &out->until)) return refused;
  if (Outcome refused = ReadCount(exchange, "since", 0, INT64_MAX, &out->since_id)) return refused;
  if (const Result<Done> fits = exchange.service().CheckFilter(*out); !fits) {
    return NothingFits(fits.error());
  }
  return {};
}

ordered_json EntryToJson(const JournalEntry& entry) {
  ordered_json json = {{"id", entry.id},
                       {"at", IsoTime(entry.at, IsoPrecision::kNanoseconds)},
                       {"unix", UnixNumber(entry.at)},
                       {"connection", nullptr},
                       {"method", entry.method},
                       {"target", entry.target},
                       {"headers", ordered_json::array()},
                       {"tls", entry.tls},
                       {"body", entry.body}};
  if (entry.connection != 0) json["connection"] = entry.connection;
  for (const HttpHeader& header : entry.headers) {
    json["headers"].push_back(ordered_json::array({header.name, header.value}));
  }
  if (!IsUtf8(entry.body)) json["body_base64"] = EncodeBase64(entry.body);
  json["body_bytes"] = entry.body_bytes;
  json["http_status"] = entry.http_status;
  json["error_code"] = nullptr;
  if (entry.error_code) json["error_code"] = *entry.error_code;
  json["reply"] = entry.reply;
  json["command"] = TextOrNull(entry.command);
  json["sdkappid"] = nullptr;
  if (entry.sdkappid) json["sdkappid"] = *entry.sdkappid;
  json["rule"] = TextOrNull(entry.rule);
  json["fault"] = TextOrNull(entry.fault);
  json["duration_us"] = static_cast<double>(entry.duration.count()) / 1e3;
  json["diagnoses"] = ordered_json::array();
  for (const Diagnosis& diagnosis : entry.diagnoses) {
    json["diagnoses"].push_back(
        {{"name", diagnosis.name}, {"detail", diagnosis.detail}, {"remedy", diagnosis.remedy}});
  }
  json["assumptions"] = entry.assumptions;
  return json;
}

}  // namespace timock::control
