#include "target_options.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <utility>

#include "case.h"
#include "credentials.h"
#include "regions.h"
#include "target_inprocess.h"
#include "target_url.h"

namespace timock::conformance {
namespace {

constexpr std::string_view kExec = "exec:";
constexpr std::string_view kReal = "real";

constexpr std::pair<std::string_view, Door> kDoors[] = {{"in-process", Door::kHandle},
                                                        {"in-process-http", Door::kHttp},
                                                        {"in-process-https", Door::kHttps}};

}  // namespace

void AddTargetOptions(CLI::App& command, TargetOptions* options) {
  command.add_option("--target", options->target,
                     "in-process (default), in-process-http, in-process-https, a URL, exec:CMD, or "
                     "real: the service of the vendor");
  command.add_option("--region", options->region, "Where the app of --target real is");
  command.add_option("--profile", options->profile,
                     "The profile of the fake in process: a name or file");
  command.add_option("--ca-file", options->ca_file,
                     "PEM file of the authority that an https URL has");
  command.add_option("--credentials", options->credentials_file,
                     "File of mode 0600 with lines NAME=VALUE: TIMOCK_SDKAPPID, TIMOCK_IDENTIFIER "
                     "and TIMOCK_SECRET_KEY or TIMOCK_USERSIG. Default: the environment");
  command.add_flag("--live", options->live,
                   "Treat a URL of this machine or exec:CMD as somebody's live system");
  command.add_flag("--allow-writes", options->allow_writes,
                   "Live targets: attribute names may be changed; they are put back at the end");
  command.add_flag("--allow-overload", options->allow_overload,
                   "Live targets: cases may call beyond the documented limit");
  command.add_option("--rate", options->rate, "Own calls a second: 10 for live targets, else 80")
      ->check(CLI::Range(0.1, 1'000.0));
}

std::string RealUrl(const std::string& wanted) {
  std::string known;
  for (const Region& region : Regions()) {
    if (region.name == wanted) return "https://" + region.hosts.front();
    known += (known.empty() ? "" : ", ") + region.name;
  }
  throw CaseError("--target real: --region " + (wanted.empty() ? "is missing" : wanted) +
                  "; expected the region of the app, one of " + known);
}

bool IsLive(const TargetOptions& options) {
  if (options.live || options.target == kReal) return true;
  return options.target.starts_with("http") && !IsLoopback(options.target);
}

Identity Credentials(const TargetOptions& options) {
  return options.credentials_file.empty() ? CredentialsFromEnvironment()
                                          : CredentialsFromFile(options.credentials_file);
}

std::unique_ptr<Target> MakeTarget(const TargetOptions& options) {
  const bool real = options.target == kReal;
  if (!real && !options.region.empty()) {
    throw CaseError("--region " + options.region + " goes with --target real alone");
  }
  for (const auto& [name, door] : kDoors) {
    if (options.target != name) continue;
    if (options.live)
      throw CaseError("--live goes with a URL or exec:CMD, not with " + options.target);
    return MakeInProcessTarget({.door = door, .profile = options.profile});
  }
  constexpr double kLiveRate = 10;
  constexpr double kOtherRate = 80;
  const bool live = IsLive(options);
  UrlOptions url{.url = options.target,
                 .ca_file = options.ca_file,
                 .admin = Credentials(options),
                 .rate = options.rate > 0 ? options.rate : (live ? kLiveRate : kOtherRate),
                 .rules = {.live = live,
                           .writes = !live || options.allow_writes,
                           .overload = !live || options.allow_overload,
                           .malformed = !real}};
  if (real) url.url = RealUrl(options.region);
  if (options.target.starts_with(kExec)) {
    return MakeExecTarget(options.target.substr(kExec.size()), url);
  }
  if (real || options.target.starts_with("http")) return MakeUrlTarget(url);
  throw CaseError(
      "--target " + options.target +
      ": expected in-process, in-process-http, in-process-https, a URL, exec:CMD or real");
}

}  // namespace timock::conformance
