#include <limits>
#include <memory>

#include "load/cli/commands.h"
#include "load/report/lab_output.h"
#include "load/send/endpoint.h"
#include "load/send/text_values.h"
#include "wire/config_error.h"
#include "wire/report_file.h"

namespace timock::load {
namespace {

constexpr std::size_t kClients = 50;
constexpr std::size_t kBacklog = 2000;

/// A policy in real time, each client on a connection of its own.
LabResult RunOver(Endpoint* endpoint, const ProgramOptions& options, const RetryPolicy& policy,
                  const LabOptions& lab) {
  const conformance::Outgoing request = endpoint->Request({});
  const RefusedAs refused = RefusedAs::Parse(options.refused);
  std::vector<std::unique_ptr<conformance::HttpClient>> clients;
  for (std::size_t i = 0; i < lab.clients; ++i) {
    clients.push_back(std::make_unique<conformance::HttpClient>(
        conformance::Origin::Parse(endpoint->url()),
        conformance::ClientOptions{.ca_file = options.target.ca_file}));
  }
  return RunRealLab(policy, lab, [&](std::size_t client) {
    const conformance::Reply reply = clients[client]->Send(request);
    if (reply.status != 0) return Judge(reply.status, reply.body, refused);
    return Verdict{.outcome = Outcome::kError, .failure = Failure::kNoAnswer};
  });
}

int Report(const ProgramOptions& options, const LabOutput& output,
           const conformance::Secrets& secrets, std::ostream& out) {
  out << secrets.Redacted(LabText(output)) << std::flush;
  conformance::WriteReports(
      {{"--json", options.json_file, secrets.Redacted(LabJson(output).dump(2)) + "\n"},
       {"--html", options.html_file, secrets.Redacted(LabHtml(output))}});
  return 0;
}

LabOptions LabOptionsOf(const ProgramOptions& options, const LabOutput& output) {
  if (output.limit == 0) throw conformance::ConfigError("--limit must be over 0 in the retry lab");
  LabOptions lab{.clients = options.clients.value_or(kClients),
                 .backlog = options.backlog.value_or(kBacklog),
                 .seed = options.seed,
                 .most_time = std::chrono::seconds{10}};
  if (!options.duration.empty()) {
    lab.most_time = ParseDuration(options.duration, "--duration");
  } else if (output.virtual_time) {
    // Until all is drained: ten times what the limit takes, for the slowest policy.
    const std::size_t least = lab.backlog / output.limit;
    lab.most_time = std::chrono::minutes{10} + std::chrono::seconds{10 * least};
  }
  if (options.round_trip.empty()) return lab;
  if (!output.virtual_time) {
    throw conformance::ConfigError(
        "--round-trip is of the virtual network: it goes with --target in-process");
  }
  lab.round_trip = ParseDuration(options.round_trip, "--round-trip");
  if (lab.round_trip < std::chrono::milliseconds{1}) {
    throw conformance::ConfigError("--round-trip must be at least 1ms");
  }
  return lab;
}

}  // namespace

int RunLab(const ProgramOptions& options, std::ostream& out, std::ostream& problems) {
  LabOutput output{.target = options.target.target,
                   .virtual_time = options.target.target == "in-process",
                   .limit = ParseCount(options.limit, "--limit"),
                   .options = {}};
  output.options = LabOptionsOf(options, output);
  std::vector<RetryPolicy> policies;
  if (!options.client.empty()) policies.push_back(RetryPolicy::Parse(options.client));
  if (options.compare) {
    for (const RetryPolicy& policy : PoliciesToCompare(output.limit)) {
      if (options.client.empty() || policy.Text() != policies.front().Text()) {
        policies.push_back(policy);
      }
    }
  }
  const double unbounded = std::numeric_limits<double>::infinity();
  CheckLive(options, true, unbounded, policies.size() * output.options.backlog, problems);
  if (output.virtual_time) {
    for (const RetryPolicy& policy : policies) {
      VirtualServer server(output.limit);
      output.results.push_back(RunVirtualLab(
          policy, output.options, [&server](std::chrono::nanoseconds at) -> const auto& {
            return server.Call(at);
          }));
    }
    return Report(options, output, {}, out);
  }
  Endpoint endpoint(options.target, 1);
  return endpoint.KeepingNames(options.target, problems, [&] {
    for (const RetryPolicy& policy : policies) {
      output.results.push_back(RunOver(&endpoint, options, policy, output.options));
    }
    return Report(options, output, endpoint.secrets(), out);
  });
}

}  // namespace timock::load
