#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "control/journal_routes.h"
#include "control/routes.h"
#include "journal/journal.h"
#include "text/ascii.h"
#include "text/words.h"

namespace timock::control {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kMaxWaitMs = 60'000;
constexpr std::chrono::seconds kHeartbeat{15};
constexpr std::size_t kMaxPerPoll = 100;
constexpr std::uint64_t kMaxSurplus = 5;

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

// One of kMaxStreams places.
class StreamPermit {
 public:
  explicit StreamPermit(std::shared_ptr<std::atomic<std::size_t>> taken)
      : taken_(std::move(taken)) {
    if (taken_->fetch_add(1, std::memory_order_relaxed) >= kMaxStreams) {
      taken_->fetch_sub(1, std::memory_order_relaxed);
      taken_ = nullptr;
    }
  }
  StreamPermit(StreamPermit&& other) noexcept = default;
  StreamPermit& operator=(StreamPermit&&) = delete;
  ~StreamPermit() {
    if (taken_ != nullptr) taken_->fetch_sub(1, std::memory_order_relaxed);
  }
  bool ok() const { return taken_ != nullptr; }

 private:
  std::shared_ptr<std::atomic<std::size_t>> taken_;
};

// Sends each recorded call that fits as one event.
class CallStream final : public DeferredAnswer {
 public:
  CallStream(const Service& service, JournalFilter filter, StreamPermit permit, Tick now)
      : service_(service),
        filter_(std::move(filter)),
        permit_(std::move(permit)),
        next_heartbeat_(now + kHeartbeat) {}

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
    out->append(EntryToJson(entry).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
    out->append("\n\n");
  }

  const Service& service_;
  JournalFilter filter_;
  const StreamPermit permit_;
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
  StreamPermit permit(exchange.context.streams);
  if (!permit.ok()) {
    return Refusal{.status = 503,
                   .message = std::to_string(kMaxStreams) + " streams are open already; close one"};
  }
  AnswerText(exchange.response, 200, "text/event-stream", "");
  if (exchange.request.method == "HEAD") return {};
  exchange.deferred = std::make_unique<CallStream>(exchange.service(), std::move(filter),
                                                   std::move(permit), exchange.now);
  return {};
}

}  // namespace timock::control
