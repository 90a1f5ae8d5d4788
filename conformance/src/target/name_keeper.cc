#include "target/name_keeper.h"

#include <utility>

#include "wire/exit_codes.h"
#include "wire/interrupt.h"

namespace timock::conformance {

NameKeeper::NameKeeper(Target& target, std::string path, std::ostream& out)
    : target_(target), out_(out), path_(std::move(path)) {
  const TargetRules& rules = target.rules();
  if (!rules.live || !rules.writes) return;
  const std::optional<Identity> admin = target.Who("admin");
  const std::string usual = DefaultSnapshotPath(target.BaseUrl(), admin ? admin->sdkappid : 0);
  NeedNoSnapshot(usual);  // wherever this one goes
  if (path_.empty()) path_ = usual;
  snapshot_ = TakeSnapshot(target, path_);
  out_ << "the names of app " << snapshot_->sdkappid << " are kept in " << path_
       << " and put back at the end\n"
       << std::flush;
}

bool NameKeeper::PutBack() {
  if (!snapshot_) return true;
  RestoreOutcome outcome;
  try {
    outcome = RestoreNames(target_, *snapshot_);
  } catch (const std::exception& error) {
    outcome.problem = target_.secrets().Redacted(error.what());
  }
  out_ << FinishRestore(path_, outcome) << '\n' << std::flush;
  return outcome.problem.empty();
}

int KeepingNames(Target& target, std::ostream& out, const std::function<int()>& body) {
  NameKeeper keeper(target, "", out);
  int code = 0;
  int signal = 0;
  try {
    code = body();
    signal = InterruptedBy();
  } catch (...) {
    ClearInterrupt();
    keeper.PutBack();
    throw;
  }
  ClearInterrupt();
  if (!keeper.PutBack()) return kExitUnreachable;
  return signal != 0 ? kExitBySignal + signal : code;
}

}  // namespace timock::conformance
