#include "load/cli/commands.h"

#include "wire/config_error.h"
#include "wire/report_file.h"

namespace timock::load {

void CheckLive(const ProgramOptions& options, bool writes, double rate, std::size_t requests,
               std::ostream& problems) {
  const conformance::TargetRules rules = conformance::RulesOf(options.target);
  const std::string& target = options.target.target;
  if (writes && !rules.writes) {
    throw conformance::ConfigError(
        target +
        " is somebody's live system, and valid calls change its attribute names for "
        "good: give --allow-writes");
  }
  if (!rules.live || rate < conformance::kDocumentedLimit) return;
  if (!rules.overload) {
    throw conformance::ConfigError(
        target +
        " is somebody's live system, and 100 calls a second and more reach its "
        "documented limit: give --allow-overload");
  }
  problems << "timock-load: sends about " << requests << " requests to " << target
           << ", beyond its documented limit\n";
}

void Report(const ProgramOptions& options, const conformance::Secrets& secrets,
            const std::string& text, const nlohmann::ordered_json& json, const std::string& html,
            std::ostream& out) {
  out << secrets.Redacted(text) << std::flush;
  conformance::WriteReports({{"--json", options.json_file, secrets.Redacted(json.dump(2)) + "\n"},
                             {"--html", options.html_file, secrets.Redacted(html)}});
}

}  // namespace timock::load
