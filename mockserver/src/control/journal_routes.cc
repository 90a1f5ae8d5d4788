#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/permit.h"
#include "control/routes.h"
#include "journal/journal.h"
#include "json/strict_json.h"
#include "text/base64.h"
#include "text/time.h"
#include "text/url.h"
#include "text/words.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kDefaultLimit = 100;
constexpr std::uint64_t kMaxLimit = 1'000;
constexpr std::uint64_t kMaxWaitMs = 60'000;
constexpr std::chrono::seconds kHeartbeat{15};
constexpr std::size_t kMaxPerPoll = 100;
constexpr std::uint64_t kMaxSurplus = 5;

constexpr const char* kAssumptionsNote =
    "The recorded calls got answers that rest on these assumed switches; a green test run has not "
    "proven that the real service answers so.";

constexpr std::size_t kMaxTextBytes = 200;

Refusal BadParameter(std::string_view name, std::string expected) {
  return {.message = "expected " + std::move(expected), .parameter = std::string(name)};
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

// Reads a whole number; `*out` is left as it is when the parameter is absent.
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

// Reads sdkappid, code, command, fault, from, until and since. Refuses with 404 an app that neither
// exists nor is named by a recorded call.
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

// What GET requests/count asks for.
struct Wanted {
  JournalFilter filter;
  std::optional<std::uint64_t> at_least;
  std::optional<std::uint64_t> at_most;
};

// Of too many calls, the newest: those that came after there were enough.
ordered_json NearMisses(const Service& service, const Wanted& wanted, std::uint64_t count) {
  ordered_json misses = ordered_json::array();
  if (wanted.at_most && count > *wanted.at_most) {
    const std::uint64_t shown = std::min(count - *wanted.at_most, kMaxSurplus);
    const JournalPage page = service.Calls(wanted.filter, shown, /*newest=*/true);
    for (auto entry = page.entries.rbegin(); entry != page.entries.rend(); ++entry) {
      misses.push_back({{"id", entry->id}, {"why", "one too many"}});
    }
    return misses;
  }
  for (const JournalCount::NearMiss& miss : service.ExplainCalls(wanted.filter).near_misses) {
    misses.push_back({{"id", miss.id}, {"why", miss.why}});
  }
  return misses;
}

void AnswerCount(const Service& service, const Wanted& wanted, const CountWatch& watch,
                 HttpResponse* response) {
  JournalCount count = service.CountCalls(wanted.filter);
  const bool satisfied = watch.Judge(count) == CountWatch::Verdict::kWithin;
  ordered_json json = {
      {"count", count.count}, {"satisfied", satisfied}, {"complete", count.complete}};
  if (!satisfied) {
    if (!count.complete) {
      json["reason"] =
          "calls that might match were dropped from the journal, so the true count may be "
          "higher; raise --journal-entries or --journal-bytes, or delete what is not needed";
    }
    json["near_misses"] = NearMisses(service, wanted, count.count);
  }
  Answer(response, json);
}

// Answers once the count is within its bounds or never will be, or at the end of the wait.
class CountAnswer final : public DeferredAnswer {
 public:
  CountAnswer(const Service& service, Wanted wanted, Tick deadline)
      : service_(service),
        wanted_(std::move(wanted)),
        deadline_(deadline),
        watch_([&service] { return service.journal_status(); },
               [&service](const JournalFilter& filter) { return service.CountCalls(filter); },
               wanted_.filter, wanted_.at_least, wanted_.at_most) {}

  State Poll(Tick now, HttpResponse* response) override {
    if (now < deadline_ && !watch_.Decided()) return State::kWait;
    AnswerCount(service_, wanted_, watch_, response);
    AddCommonHeaders(response);
    return State::kReady;
  }

 private:
  const Service& service_;
  const Wanted wanted_;
  const Tick deadline_;
  CountWatch watch_;
};

// Sends each recorded call that fits as one event.
class CallStream final : public DeferredAnswer {
 public:
  CallStream(const Exchange& exchange, JournalFilter filter, Permit permit)
      : service_(exchange.service()),
        filter_(std::move(filter)),
        streams_(exchange.context.streams),
        permit_(std::move(permit)),
        next_heartbeat_(exchange.now + kHeartbeat) {}

  bool stream() const override { return true; }

  State Poll(Tick now, HttpResponse* response) override {
    const std::uint64_t last_id = service_.journal_status().last_id;
    if (last_id != seen_id_ || more_) {
      const JournalPage page = service_.Calls(filter_, kMaxPerPoll);
      for (const JournalEntry& entry : page.entries) Append(entry, &response->body);
      if (!page.entries.empty()) {
        filter_.since_id = page.entries.back().id;
        next_heartbeat_ = now + kHeartbeat;
      }
      more_ = page.more;
      // All up to the id that was read first were looked at.
      if (!more_) filter_.since_id = std::max(filter_.since_id, last_id);
      seen_id_ = last_id;
    }
    if (now >= next_heartbeat_) {
      response->body += ":\n\n";
      next_heartbeat_ = now + kHeartbeat;
    }
    return State::kWait;
  }

 private:
  static void Append(const JournalEntry& entry, std::string* out) {
    out->append("id: ").append(std::to_string(entry.id)).append("\nevent: call\ndata: ");
    out->append(JsonText(EntryToJson(entry)));
    out->append("\n\n");
  }

  const Service& service_;
  JournalFilter filter_;
  const std::shared_ptr<std::atomic<std::size_t>> streams_;  // outlives permit_
  const Permit permit_;
  Tick next_heartbeat_;
  std::uint64_t seen_id_ = 0;
  bool more_ = true;  // the first look is not to be skipped
};

// The header of a reconnecting client counts more than the parameter that it began with.
std::optional<Refusal> ReadStart(const Exchange& exchange, JournalFilter* filter) {
  for (const HttpHeaderView& header : exchange.request.headers) {
    if (!EqualsIgnoreCase(header.name, "last-event-id")) continue;
    const std::optional<std::uint64_t> id = WholeFromText<std::uint64_t>(header.value);
    if (!id) return Refusal{.message = "header Last-Event-ID: expected the id of a call"};
    filter->since_id = *id;
    return {};
  }
  if (exchange.query.Find("since") == nullptr) {
    filter->since_id = exchange.service().journal_status().last_id;
  }
  return {};
}

}  // namespace

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
                           {"value", ParseOwnOrderedJson(assumption.value)},
                           {"calls", assumption.calls},
                           {"last_id", assumption.last_id}});
  }
  return exchange.Reply({{"assumptions", std::move(assumptions)}, {"note", kAssumptionsNote}});
}

std::optional<Refusal> CountRequests(Exchange& exchange) {
  Wanted wanted;
  if (std::optional<Refusal> refused = ReadFilter(exchange, &wanted.filter)) return refused;
  for (const auto& [name, bound] :
       {std::pair{"at_least", &wanted.at_least}, std::pair{"at_most", &wanted.at_most}}) {
    std::uint64_t value = 0;
    if (std::optional<Refusal> refused = ReadCount(exchange, name, 0, INT64_MAX, &value)) {
      return refused;
    }
    if (exchange.query.Find(name) != nullptr) *bound = value;
  }
  if (wanted.at_least && wanted.at_most && *wanted.at_least > *wanted.at_most) {
    return Refusal{.message = "expected no less than at_least", .parameter = "at_most"};
  }
  std::uint64_t wait_ms = 0;
  if (std::optional<Refusal> refused = ReadCount(exchange, "wait_ms", 0, kMaxWaitMs, &wait_ms)) {
    return refused;
  }
  auto watch = std::make_unique<CountAnswer>(exchange.service(), std::move(wanted),
                                             exchange.now + std::chrono::milliseconds{wait_ms});
  HttpResponse first;
  if (watch->Poll(exchange.now, &first) == DeferredAnswer::State::kReady) {
    AnswerText(exchange.response, first.status, first.content_type, std::move(first.body));
  } else {
    exchange.deferred = std::move(watch);
  }
  return {};
}

std::optional<Refusal> StreamRequests(Exchange& exchange) {
  JournalFilter filter;
  if (std::optional<Refusal> refused = ReadFilter(exchange, &filter)) return refused;
  if (std::optional<Refusal> refused = ReadStart(exchange, &filter)) return refused;
  Permit permit = Permit::Take(*exchange.context.streams, kMaxStreams);
  if (!permit) {
    return Refusal{.status = 503,
                   .message = std::to_string(kMaxStreams) + " streams are open already; close one"};
  }
  AnswerText(exchange.response, 200, "text/event-stream", "");
  if (exchange.request.method == "HEAD") return {};
  exchange.deferred = std::make_unique<CallStream>(exchange, std::move(filter), std::move(permit));
  return {};
}

}  // namespace timock::control
