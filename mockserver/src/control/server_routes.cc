#include <charconv>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "calls/endpoints.h"
#include "control/routes.h"
#include "service/state_json.h"

namespace timock::control {
namespace {

// Writes Prometheus' text format, version 0.0.4: of each family its HELP and TYPE, then its
// samples. Help texts and label values here hold nothing that the format escapes (\, ", line ends).
class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  void Family(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    Append({"# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n"});
  }

  // `suffix` is what the samples of a histogram have behind the family's name.
  template <typename Number>
  void Sample(Number value, Labels labels = {}, std::string_view suffix = "") {
    Append({family_, suffix});
    std::string_view before = "{";
    for (const auto& [name, text] : labels) {
      Append({before, name, "=\"", text, "\""});
      before = ",";
    }
    Append({labels.size() > 0 ? "} " : " ", Text(value), "\n"});
  }

  template <typename Number>
  void Single(std::string_view name, std::string_view type, std::string_view help, Number value) {
    Family(name, type, help);
    Sample(value);
  }

  // As short as it can be read back exactly.
  template <typename Number>
  static std::string Text(Number value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
  }

  std::string Take() { return std::move(text_); }

 private:
  void Append(std::initializer_list<std::string_view> parts) {
    for (const std::string_view part : parts) text_ += part;
  }

  std::string text_;
  std::string_view family_;
};

void WriteCalls(const CallMetrics& calls, MetricsText* out) {
  out->Family("timock_calls_total", "counter",
              "Calls answered, by command (empty: not a served one) and ErrorCode (none: the "
              "answer had none; other: codes without a counter of their own).");
  for (const CallMetrics::Outcome& outcome : calls.outcomes) {
    const std::string code = outcome.error_code ? std::to_string(*outcome.error_code) : "none";
    out->Sample(outcome.calls, {{"command", outcome.command}, {"code", code}});
  }
  if (calls.other_outcomes > 0) {
    out->Sample(calls.other_outcomes, {{"command", ""}, {"code", "other"}});
  }

  out->Family("timock_call_duration_seconds", "histogram",
              "Time a call took in the fake, without a fault's delay.");
  for (std::size_t i = 0; i < calls.duration_counts.size(); ++i) {
    const bool last = i >= calls.duration_bounds.size();
    const std::string bound = last ? "+Inf" : MetricsText::Text(calls.duration_bounds[i]);
    out->Sample(calls.duration_counts[i], {{"le", bound}}, "_bucket");
  }
  out->Sample(calls.duration_sum, {}, "_sum");
  out->Sample(calls.duration_counts.empty() ? 0 : calls.duration_counts.back(), {}, "_count");

  out->Family("timock_throttle_total", "counter", "Calls that reached the throttle.");
  out->Sample(calls.throttle_admitted, {{"outcome", "admitted"}});
  out->Sample(calls.throttle_refused, {{"outcome", "refused"}});

  out->Single("timock_exceptions_total", "counter",
              "Requests that ended in an exception, answered with status 500.", calls.exceptions);
}

void WriteJournal(const JournalStatus& journal, MetricsText* out) {
  out->Single("timock_journal_entries", "gauge", "Calls in the journal.", journal.entries);
  out->Single("timock_journal_bytes", "gauge", "Memory of the journal.", journal.bytes);
  out->Single("timock_journal_evicted_total", "counter", "Calls dropped at the journal's bounds.",
              journal.evicted);
}

void WriteServer(const ControlContext& context, MetricsText* out) {
  const std::chrono::duration<double> uptime = SystemClock().Ticks() - context.started;
  out->Single("timock_uptime_seconds", "gauge", "Time since the server started.", uptime.count());
  const ServerView& server = context.server;
  if (server.connections) {
    out->Single("timock_connections", "gauge", "Open connections.", server.connections());
  }
  if (server.turned_away) {
    out->Single("timock_connections_turned_away_total", "counter",
                "Connections refused at the bound.", server.turned_away());
  }
}

/// The page, with the served commands to choose from.
std::string Page() {
  constexpr std::string_view kMark = "SERVED_COMMANDS";
  std::string page(ControlFile("page.html"));
  std::string options;
  for (const Endpoint& endpoint : ServedEndpoints()) {
    const std::string_view name = endpoint.command.substr(endpoint.command.find('/') + 1);
    options.append("<option>").append(name).append("</option>");
  }
  return page.replace(page.find(kMark), kMark.size(), options);
}

}  // namespace

std::optional<Refusal> GetPage(Exchange& exchange) {
  exchange.response->headers.push_back(
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
       "connect-src 'self'; img-src data:; frame-ancestors 'none'"});
  AnswerText(exchange.response, 200, "text/html; charset=utf-8", Page());
  return {};
}

std::optional<Refusal> GetOpenApi(Exchange& exchange) {
  AnswerText(exchange.response, 200, "application/json", std::string(ControlFile("openapi.json")));
  return {};
}

std::optional<Refusal> GetHealth(Exchange& exchange) {
  const std::chrono::duration<double> uptime = SystemClock().Ticks() - exchange.context.started;
  return exchange.Reply({{"status", "ready"},
                         {"version", exchange.context.server.version},
                         {"uptime_s", uptime.count()},
                         {"clock", ClockToJson(exchange.service())}});
}

std::optional<Refusal> GetMetrics(Exchange& exchange) {
  MetricsText text;
  WriteCalls(exchange.context.service.metrics(), &text);
  WriteJournal(exchange.context.service.journal_status(), &text);
  WriteServer(exchange.context, &text);
  AnswerText(exchange.response, 200, "text/plain; version=0.0.4; charset=utf-8", text.Take());
  return {};
}

}  // namespace timock::control
