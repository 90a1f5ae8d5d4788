#include <limits>
#include <memory>

#include "load/cli/commands.h"
#include "load/lab/virtual_server.h"
#include "load/report/lab_output.h"
#include "target/name_keeper.h"
#include "wire/config_error.h"

namespace timock::load {
namespace {

/// A policy in real time, each client on a connection of its own.
LabResult RunOver(conformance::Target& target, const conformance::RefusalSign& refused,
                  const RetryPolicy& policy, const LabOptions& lab) {
  const conformance::Outgoing request = RequestOf({}, target);
  std::vector<std::unique_ptr<conformance::Connection>> clients;
  for (std::size_t i = 0; i < lab.clients; ++i) clients.push_back(target.Connect());
  return RunRealLab(policy, lab, [&](std::size_t client) {
    const conformance::Reply reply = clients[client]->Send(request);
    if (reply.status != 0) return Judge(reply.status, reply.body, refused);
    return Verdict{.outcome = Outcome::kError, .failure = Failure::kNoAnswer};
  });
}

LabOptions LabOptionsOf(const ProgramOptions& options, const LabOutput& output) {
  constexpr std::size_t kClients = 50;
  constexpr std::size_t kBacklog = 2000;
  LabOptions lab{.clients = options.clients.value_or(kClients),
                 .backlog = options.backlog.value_or(kBacklog),
                 .seed = options.seed,
                 .most_time = options.duration.value_or(std::chrono::seconds{10})};
  if (!options.duration && output.virtual_time) {
    // Until all is drained: ten times what the limit takes, for the slowest policy.
    const std::size_t least = lab.backlog / output.limit;
    lab.most_time = std::chrono::minutes{10} + std::chrono::seconds{10 * least};
  }
  if (options.round_trip && !output.virtual_time) {
    throw conformance::ConfigError(
        "--round-trip is of the virtual network: it goes with --target in-process");
  }
  lab.round_trip = options.round_trip.value_or(lab.round_trip);
  return lab;
}

std::vector<RetryPolicy> PoliciesOf(const ProgramOptions& options, std::size_t limit) {
  std::vector<RetryPolicy> policies;
  if (options.client) policies.push_back(*options.client);
  if (!options.compare) return policies;
  for (const RetryPolicy& policy : RetryPolicy::Usual(limit)) {
    if (!options.client || policy.Text() != options.client->Text()) policies.push_back(policy);
  }
  return policies;
}

}  // namespace

int RunLab(const ProgramOptions& options, std::ostream& out, std::ostream& problems) {
  if (!options.limit) {
    throw conformance::ConfigError("--limit off: the retry lab needs a whole number from 1");
  }
  const auto kind = conformance::TargetName::Parse(options.target.target).kind;
  LabOutput output{.target = options.target.target,
                   .virtual_time = kind == conformance::TargetKind::kInProcess,
                   .limit = *options.limit,
                   .options = {}};
  output.options = LabOptionsOf(options, output);
  const std::vector<RetryPolicy> policies = PoliciesOf(options, output.limit);
  const double unbounded = std::numeric_limits<double>::infinity();
  CheckLive(options, true, unbounded, policies.size() * output.options.backlog, problems);
  const auto report = [&](const conformance::Secrets& secrets) {
    Report(options, secrets, LabText(output), LabJson(output), LabHtml(output), out);
    return 0;
  };
  if (output.virtual_time) {
    for (const RetryPolicy& policy : policies) {
      VirtualServer server(output.limit);
      output.results.push_back(RunVirtualLab(
          policy, output.options, [&server](std::chrono::nanoseconds at) -> const auto& {
            return server.Call(at);
          }));
    }
    return report({});
  }
  const std::unique_ptr<conformance::Target> target =
      conformance::MakeTarget(options.target, {.apps = 1, .stop_clock = false});
  return conformance::KeepingNames(*target, problems, [&] {
    for (const RetryPolicy& policy : policies) {
      output.results.push_back(RunOver(*target, options.refused, policy, output.options));
    }
    return report(target->secrets());
  });
}

}  // namespace timock::load
