#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/handlers.h"

namespace timock::control {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric Value(MetricType type, double value, std::vector<ClientMetric::Label> labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  (type == MetricType::Gauge ? metric.gauge.value : metric.counter.value) = value;
  return metric;
}

MetricFamily Single(std::string name, std::string help, MetricType type, double value) {
  return {std::move(name), std::move(help), type, {Value(type, value)}};
}

MetricFamily Single(std::string name, std::string help, MetricType type, std::uint64_t value) {
  return Single(std::move(name), std::move(help), type, static_cast<double>(value));
}

// The service's counters, read when they are asked for.
class ServiceCollector final : public prometheus::Collectable {
 public:
  explicit ServiceCollector(const Surroundings& around) : around_(around) {}

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    CollectCalls(around_.service.metrics(), &families);
    families.push_back(Single("timock_exceptions_total",
                              "Requests that an exception ended, answered with status 500.",
                              MetricType::Counter, around_.service.metrics().exceptions));
    CollectJournal(around_.service.journal_status(), &families);
    CollectServer(&families);
    return families;
  }

 private:
  static void CollectCalls(const CallMetrics& calls, std::vector<MetricFamily>* out) {
    MetricFamily total{"timock_calls_total",
                       "Calls answered, by command (empty: none that is served) and ErrorCode "
                       "(none: the answer held none; other: any without a counter of its own).",
                       MetricType::Counter,
                       {}};
    for (const CallMetrics::Outcome& outcome : calls.outcomes) {
      total.metric.push_back(
          Value(MetricType::Counter, static_cast<double>(outcome.calls),
                {{"command", outcome.command}, {"code", CodeLabel(outcome.error_code)}}));
    }
    if (calls.other_outcomes > 0) {
      total.metric.push_back(Value(MetricType::Counter, static_cast<double>(calls.other_outcomes),
                                   {{"command", ""}, {"code", "other"}}));
    }
    out->push_back(std::move(total));
    out->push_back(Durations(calls));
    MetricFamily throttle{
        "timock_throttle_total", "Calls that met the throttle.", MetricType::Counter, {}};
    throttle.metric.push_back(Value(MetricType::Counter,
                                    static_cast<double>(calls.throttle_admitted),
                                    {{"outcome", "admitted"}}));
    throttle.metric.push_back(Value(MetricType::Counter,
                                    static_cast<double>(calls.throttle_refused),
                                    {{"outcome", "refused"}}));
    out->push_back(std::move(throttle));
  }

  static std::string CodeLabel(std::optional<int> code) {
    return code ? std::to_string(*code) : "none";
  }

  static MetricFamily Durations(const CallMetrics& calls) {
    ClientMetric metric;
    metric.histogram.sample_sum = calls.duration_sum;
    for (std::size_t i = 0; i < calls.duration_counts.size(); ++i) {
      const bool all = i >= calls.duration_bounds.size();
      metric.histogram.bucket.push_back(
          {calls.duration_counts[i],
           all ? std::numeric_limits<double>::infinity() : calls.duration_bounds[i]});
      metric.histogram.sample_count = calls.duration_counts[i];
    }
    return {"timock_call_duration_seconds",
            "Time a call took in the fake, a fault's delay apart.",
            MetricType::Histogram,
            {std::move(metric)}};
  }

  static void CollectJournal(const JournalStatus& journal, std::vector<MetricFamily>* out) {
    out->push_back(Single("timock_journal_entries", "Calls that the journal holds.",
                          MetricType::Gauge, journal.entries));
    out->push_back(Single("timock_journal_bytes", "Memory that is held for them.",
                          MetricType::Gauge, journal.bytes));
    out->push_back(Single("timock_journal_evicted_total", "Calls dropped at the journal's bounds.",
                          MetricType::Counter, journal.evicted));
  }

  void CollectServer(std::vector<MetricFamily>* out) const {
    const std::chrono::duration<double> uptime = SystemClock().Ticks() - around_.started;
    out->push_back(Single("timock_uptime_seconds", "Time since the server started.",
                          MetricType::Gauge, uptime.count()));
    const ServerView& server = around_.server;
    if (server.connections) {
      out->push_back(Single("timock_connections", "Connections that are open.", MetricType::Gauge,
                            server.connections()));
    }
    if (server.turned_away) {
      out->push_back(Single("timock_connections_turned_away_total",
                            "Connections refused at the bound.", MetricType::Counter,
                            server.turned_away()));
    }
  }

  const Surroundings& around_;
};

}  // namespace

Outcome GetMetrics(Exchange& exchange) {
  const prometheus::TextSerializer serializer;
  AnswerText(
      exchange.response, 200, "text/plain; version=0.0.4; charset=utf-8",
      serializer.prometheus::Serializer::Serialize(ServiceCollector(exchange.around).Collect()));
  return {};
}

}  // namespace timock::control
