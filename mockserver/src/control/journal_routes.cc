#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "control/handlers.h"
#include "control/journal_query.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kDefaultLimit = 100;
constexpr std::uint64_t kMaxLimit = 1'000;

constexpr const char* kAssumptionsNote =
    "The recorded calls got answers that rest on these assumed switches; a green test run has not "
    "proven that the real service answers so.";

}  // namespace

Outcome ListRequests(Exchange& exchange) {
  JournalFilter filter;
  if (Outcome refused = ReadFilter(exchange, &filter)) return refused;
  std::uint64_t limit = kDefaultLimit;
  if (Outcome refused = ReadCount(exchange, "limit", 1, kMaxLimit, &limit)) return refused;
  const std::string* const order = exchange.query.Find("order");
  const bool newest = order != nullptr && *order == "newest";
  if (order != nullptr && !newest && *order != "oldest") {
    return Refusal{.message = "expected oldest or newest", .parameter = "order"};
  }
  JournalPage page = exchange.service().Calls(filter, limit, newest);
  if (newest) std::reverse(page.entries.begin(), page.entries.end());
  ordered_json entries = ordered_json::array();
  for (const JournalEntry& entry : page.entries) entries.push_back(EntryToJson(entry));
  exchange.Reply({{"requests", std::move(entries)},
                  {"more", page.more},
                  {"evicted", page.evicted},
                  {"last_id", exchange.service().journal_status().last_id}});
  return {};
}

Outcome DeleteRequests(Exchange& exchange) {
  JournalFilter filter;
  if (Outcome refused = ReadFilter(exchange, &filter)) return refused;
  exchange.service().ClearCalls(filter);
  exchange.Reply(ordered_json::object());
  return {};
}

Outcome GetRequest(Exchange& exchange) {
  const std::string& text = exchange.path_value;
  std::uint64_t id = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failure != std::errc{} || stop != text.data() + text.size()) {
    return NotFound(text.substr(0, 100) + ": expected the id of a recorded call, a whole number");
  }
  const std::optional<JournalEntry> entry = exchange.service().FindCall(id);
  if (!entry) return NotFound("no call " + text + " is recorded, or it was dropped or deleted");
  exchange.Reply(EntryToJson(*entry));
  return {};
}

Outcome ListAssumptions(Exchange& exchange) {
  JournalFilter filter;
  if (Outcome refused = ReadFilter(exchange, &filter)) return refused;
  ordered_json assumptions = ordered_json::array();
  for (const Assumption& assumption : exchange.service().Assumptions(filter)) {
    assumptions.push_back({{"name", assumption.name},
                           {"value", ordered_json::parse(assumption.value, nullptr, false)},
                           {"calls", assumption.calls},
                           {"last_id", assumption.last_id}});
  }
  exchange.Reply({{"assumptions", std::move(assumptions)}, {"note", kAssumptionsNote}});
  return {};
}

}  // namespace timock::control
