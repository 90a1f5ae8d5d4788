#include <algorithm>
#include <limits>
#include <memory>

#include "commands.h"
#include "endpoint.h"
#include "lab_output.h"
#include "text_values.h"
#include "usage_error.h"

namespace timock::load {
namespace {

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

}  // namespace

int RunLab(const ProgramOptions& options, std::ostream& out, std::ostream& problems) {
  LabOutput output{.target = options.target.target,
                   .virtual_time = options.target.target == "in-process",
                   .limit = ParseCount(options.limit, "--limit"),
                   .options = {.clients = options.clients,
                               .backlog = options.backlog,
                               .seed = options.seed,
                               .most_time = ParseDuration(options.duration, "--duration")}};
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
  CheckLive(options, true, unbounded, policies.size() * options.backlog, problems);
  std::unique_ptr<Endpoint> endpoint;
  if (!output.virtual_time) endpoint = std::make_unique<Endpoint>(options.target, 1);
  for (const RetryPolicy& policy : policies) {
    if (endpoint != nullptr) {
      output.results.push_back(RunOver(endpoint.get(), options, policy, output.options));
      continue;
    }
    VirtualServer server(output.limit);
    output.results.push_back(RunVirtualLab(
        policy, output.options, [&server](std::chrono::nanoseconds at) -> const auto& {
          return server.Call(at);
        }));
  }
  const auto shown = [&](const std::string& text) {
    return endpoint != nullptr ? endpoint->secrets().Redacted(text) : text;
  };
  out << shown(LabText(output));
  WriteReport("--json", options.json_file, shown(LabJson(output).dump(2)) + "\n");
  WriteReport("--html", options.html_file, shown(LabHtml(output)));
  return 0;
}

}  // namespace timock::load
