#include "control/journal_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/routes.h"
#include "text/base64.h"
#include "text/time.h"
#include "text/url.h"
#include "text/words.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kDefaultLimit = 100;
constexpr std::uint64_t kMaxLimit = 1'000;

constexpr const char* kAssumptionsNote =
    "The recorded calls got answers that rest on these assumed switches; a green test run has not "
    "proven that the real service answers so.";

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

std::optional<Refusal> ReadText(const Exchange& exchange, std::string_view name, std::string* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  if (text->empty() || text->size() > kMaxTextBytes) {
    return BadParameter(name, "1 to 200 bytes");
  }
  *out = *text;
  return {};
}

std::optional<Refusal> ReadTime(const Exchange& exchange, std::string_view name,
                                std::optional<UnixTime>* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  *out = UnixTimeFromText(*text);
  if (*out) return {};
  return BadParameter(name, "UNIX seconds from 0 to 9000000000, with up to 9 decimals");
}

// Any code that a fault can answer.
std::optional<Refusal> ReadCode(const Exchange& exchange, std::optional<int>* out) {
  const std::string* const text = exchange.query.Find("code");
  if (text == nullptr) return {};
  *out = WholeFromText<int>(*text);
  if (*out) return {};
  return BadParameter("code", "a whole number from -2147483648 to 2147483647");
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

std::optional<Refusal> ReadCount(const Exchange& exchange, std::string_view name, std::uint64_t min,
                                 std::uint64_t max, std::uint64_t* out) {
  const std::string* const text = exchange.query.Find(name);
  if (text == nullptr) return {};
  const std::optional<std::uint64_t> value = WholeFromText(*text, min, max);
  if (!value) {
    return BadParameter(
        name, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  }
  *out = *value;
  return {};
}

std::optional<Refusal> ReadFilter(const Exchange& exchange, JournalFilter* out) {
  if (const std::string* text = exchange.query.Find("sdkappid")) {
    out->sdkappid = ReadUint32(*text);
    if (!out->sdkappid) return BadParameter("sdkappid", "an SDKAppID");
  }
  if (std::optional<Refusal> refused = ReadCode(exchange, &out->error_code)) return refused;
  if (std::optional<Refusal> refused = ReadText(exchange, "command", &out->command)) return refused;
  if (std::optional<Refusal> refused = ReadText(exchange, "fault", &out->fault)) return refused;
  if (std::optional<Refusal> refused = ReadTime(exchange, "from", &out->from)) return refused;
  if (std::optional<Refusal> refused = ReadTime(exchange, "until", &out->until)) return refused;
  if (std::optional<Refusal> refused = ReadCount(exchange, "since", 0, INT64_MAX, &out->since_id)) {
    return refused;
  }
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

std::optional<Refusal> ListRequests(Exchange& exchange) {
  JournalFilter filter;
  if (std::optional<Refusal> refused = ReadFilter(exchange, &filter)) return refused;
  std::uint64_t limit = kDefaultLimit;
  if (std::optional<Refusal> refused = ReadCount(exchange, "limit", 1, kMaxLimit, &limit)) {
    return refused;
  }
  const std::string* const order = exchange.query.Find("order");
  const bool newest = order != nullptr && *order == "newest";
  if (order != nullptr && !newest && *order != "oldest") {
    return Refusal{.message = "expected oldest or newest", .parameter = "order"};
  }
  JournalPage page = exchange.service().Calls(filter, limit, newest);
  if (newest) std::reverse(page.entries.begin(), page.entries.end());
  ordered_json entries = ordered_json::array();
  for (const JournalEntry& entry : page.entries) entries.push_back(EntryToJson(entry));
  return exchange.Reply({{"requests", std::move(entries)},
                         {"more", page.more},
                         {"evicted", page.evicted},
                         {"last_id", exchange.service().journal_status().last_id}});
}

std::optional<Refusal> DeleteRequests(Exchange& exchange) {
  JournalFilter filter;
  if (std::optional<Refusal> refused = ReadFilter(exchange, &filter)) return refused;
  exchange.service().ClearCalls(filter);
  return exchange.Reply();
}

std::optional<Refusal> GetRequest(Exchange& exchange) {
  const std::string& text = exchange.path_value;
  const std::optional<std::uint64_t> id = WholeFromText<std::uint64_t>(text);
  if (!id) {
    return NotFound(text.substr(0, 100) + ": expected the id of a recorded call, a whole number");
  }
  const std::optional<JournalEntry> entry = exchange.service().FindCall(*id);
  if (!entry) return NotFound("no call " + text + " is recorded, or it was dropped or deleted");
  return exchange.Reply(EntryToJson(*entry));
}

std::optional<Refusal> ListAssumptions(Exchange& exchange) {
  JournalFilter filter;
  if (std::optional<Refusal> refused = ReadFilter(exchange, &filter)) return refused;
  ordered_json assumptions = ordered_json::array();
  for (const Assumption& assumption : exchange.service().Assumptions(filter)) {
    assumptions.push_back({{"name", assumption.name},
                           {"value", ordered_json::parse(assumption.value, nullptr, false)},
                           {"calls", assumption.calls},
                           {"last_id", assumption.last_id}});
  }
  return exchange.Reply({{"assumptions", std::move(assumptions)}, {"note", kAssumptionsNote}});
}

}  // namespace timock::control
