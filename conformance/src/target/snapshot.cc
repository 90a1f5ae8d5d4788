#include "target/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cases/case.h"
#include "judge/judge.h"
#include "target/control_api.h"
#include "target/request_builder.h"
#include "target/target.h"
#include "target/url.h"
#include "wire/config_error.h"
#include "wire/encoding.h"
#include "wire/report_file.h"
#include "wire/stopwatch.h"

namespace timock::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Names = std::map<std::string, std::string>;

constexpr const char* kFormat = "timock-conformance snapshot 1";

/// With what a run alone knows told in words.
std::string RestoreLine(const std::string& path) {
  return "timock-conformance restore " + ShellQuote(path) +
         "  # and --credentials and --ca-file as of that run";
}

/// Writes all of `text` and waits until the disk has it.
void WriteSynced(int descriptor, const std::string& text, const std::string& path) {
  std::string_view left = text;
  bool good = descriptor >= 0;
  while (good && !left.empty()) {
    const ssize_t size = ::write(descriptor, left.data(), left.size());
    good = size > 0;
    if (good) left.remove_prefix(static_cast<std::size_t>(size));
  }
  good = good && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (good) return;
  throw ConfigError("the snapshot " + path +
                    " cannot be written, so nothing was changed: " + std::strerror(error));
}

void SyncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

/// Under its own name only when it is whole.
void WriteNewFile(const std::string& path, const std::string& text) {
  const fs::path file = fs::absolute(path);
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  const std::string part = file.string() + ".part";
  RemoveRegularFile(part);  // of a run that was killed
  constexpr mode_t kOwnerOnly = 0600;
  WriteSynced(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly), text,
              path);
  // A link, unlike a rename, replaces nothing.
  const bool linked = ::link(part.c_str(), file.c_str()) == 0;
  const int problem = errno;
  ::unlink(part.c_str());
  if (!linked) {
    throw ConfigError("the snapshot " + path +
                      " cannot be written, so nothing was changed: " + std::strerror(problem));
  }
  SyncFolder(file.parent_path());
}

Identity AdminOf(const Target& target) {
  const std::optional<Identity> admin = target.Who("admin");
  if (!admin) throw ConfigError("the target has no admin whose names could be read");
  return *admin;
}

/// Sends what `again` sends until it is content, at most six times, with rests in between: the last
/// calls of a run may have used up the limit.
template <typename Again>
void Patiently(Again again) {
  constexpr int kTries = 6;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) SleepFor(std::chrono::milliseconds{1'100});
    if (again()) return;
  }
}

NamesReading Stored(Target& target) {
  NamesReading reading;
  Patiently([&] {
    reading = ReadNames(target, AdminOf(target));
    return reading.names.has_value();
  });
  return reading;
}

/// What is wrong; empty: the names were accepted.
std::string Store(Target& target, const Names& names) {
  std::string problem;
  Patiently([&] {
    const CaseRequest request{.body = json{{"AttrNames", names}}.dump()};
    const Reply reply = target.Send(BuildRequest(request, AdminOf(target), target));
    const EnvelopeReading reading = ReadEnvelope(reply.body);
    const bool stored = reading.envelope && reading.envelope->error_code == 0;
    problem = stored ? "" : "the names are not accepted: " + reply.failure + reply.body;
    return stored;
  });
  return problem;
}

/// By the control API of a fake on this machine, if there is one: the names are these and no other.
void StoreByControl(Target& target, const Names& names) {
  if (!IsLoopback(target.BaseUrl())) return;
  ControlApi control(target.BaseUrl(), target.Dial());
  json app = control.App(AdminOf(target).sdkappid);
  if (app.is_null()) return;
  app["names"] = names;
  control.PutApp(app);
}

/// Slots of `now` that `before` does not have; empty where both have the same slots.
std::vector<std::string> Added(const Names& before, const Names& now) {
  std::vector<std::string> slots;
  for (const auto& [slot, name] : now) {
    if (!before.contains(slot)) slots.push_back(slot);
  }
  return slots;
}

}  // namespace

std::string DefaultSnapshotPath(const std::string& target, std::uint32_t sdkappid) {
  const char* const state = std::getenv("XDG_STATE_HOME");
  const char* const home = std::getenv("HOME");
  const bool given = state != nullptr && *state == '/';
  const fs::path folder =
      given ? fs::path(state) : fs::path(home != nullptr ? home : ".") / ".local" / "state";
  std::string host = target.substr(target.find("://") + 3);
  std::replace_if(
      host.begin(), host.end(), [](char c) { return c == '/' || c == ':'; }, '-');
  return folder / "timock" / ("names-" + host + "-" + std::to_string(sdkappid) + ".json");
}

void NeedNoSnapshot(const std::string& path) {
  if (!fs::exists(path)) return;
  throw ConfigError("an earlier run has left the names of this app in " + path +
                    " and may not have put them back; first: " + RestoreLine(path));
}

Snapshot TakeSnapshot(Target& target, const std::string& path) {
  NeedNoSnapshot(path);
  const NamesReading reading = Stored(target);
  if (!reading.names) {
    throw UnreachableError(target.Describe() + ": " + target.secrets().Redacted(reading.problem) +
                           "; without them nothing is changed");
  }
  const auto now = std::chrono::floor<std::chrono::seconds>(UnixNow()).count();
  Snapshot snapshot{.target = target.BaseUrl(),
                    .sdkappid = AdminOf(target).sdkappid,
                    .unix_seconds = now,
                    .names = *reading.names};
  const nlohmann::ordered_json file = {{"format", kFormat},
                                       {"target", snapshot.target},
                                       {"sdkappid", snapshot.sdkappid},
                                       {"unix_seconds", snapshot.unix_seconds},
                                       {"names", snapshot.names}};
  WriteNewFile(path, file.dump(2) + "\n");
  return snapshot;
}

Snapshot ReadSnapshot(const std::string& path) {
  std::ifstream file(path);
  // A folder can be opened, but not read.
  if (!file || fs::is_directory(path)) {
    throw ConfigError(path + ": there is no such snapshot, or it cannot be read");
  }
  const json value = json::parse(file, nullptr, false);
  try {
    if (value.at("format") != kFormat) throw ConfigError(path + ": is not a snapshot");
    return {.target = value.at("target").get<std::string>(),
            .sdkappid = value.at("sdkappid").get<std::uint32_t>(),
            .unix_seconds = value.at("unix_seconds").get<std::int64_t>(),
            .names = value.at("names").get<Names>()};
  } catch (const json::exception&) {
    throw ConfigError(path + ": is not a snapshot");
  }
}

RestoreOutcome RestoreNames(Target& target, const Snapshot& snapshot) {
  target.Reset();
  AwaitQuiet(target);
  NamesReading now = Stored(target);
  if (now.names && *now.names != snapshot.names && !snapshot.names.empty()) {
    if (const std::string problem = Store(target, snapshot.names); !problem.empty()) {
      return {.problem = target.secrets().Redacted(problem)};
    }
    now = Stored(target);
  }
  if (now.names && !Added(snapshot.names, *now.names).empty()) {
    StoreByControl(target, snapshot.names);
    now = Stored(target);
  }
  if (!now.names) return {.problem = target.secrets().Redacted(now.problem)};
  RestoreOutcome outcome{.not_emptied = Added(snapshot.names, *now.names)};
  for (const auto& [slot, name] : snapshot.names) {
    const auto found = now.names->find(slot);
    if (found == now.names->end() || found->second != name) {
      outcome.problem = "slot ";
      outcome.problem.append(slot).append(" is not \"").append(name).append("\" again");
    }
  }
  return outcome;
}

std::string FinishRestore(const std::string& path, const RestoreOutcome& outcome) {
  if (!outcome.problem.empty()) {
    return "the names are NOT as they were: " + outcome.problem +
           "\nthey are kept; put them back with: " + RestoreLine(path);
  }
  const std::string left =
      RemoveRegularFile(path) ? "" : "; " + path + " is no regular file and stays";
  if (outcome.not_emptied.empty()) return "the names are as they were before" + left;
  std::string slots;
  for (const std::string& slot : outcome.not_emptied) slots += (slots.empty() ? "" : ", ") + slot;
  return "the names are as they were before, but slots that were empty have one now, for no call "
         "empties a slot: " +
         slots + left;
}

}  // namespace timock::conformance
