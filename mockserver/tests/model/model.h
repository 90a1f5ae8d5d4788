#ifndef TIMOCK_TESTS_MODEL_MODEL_H_
#define TIMOCK_TESTS_MODEL_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/text.h"
#include "timock/timock.h"

/// What the fake should do, written from docs/PROTOCOL.md, docs/CONTROL.md, the fixtures and the
/// public headers alone, as plainly as can be: JSON values, maps, and every number counted again
/// from a log. Slow, single-threaded, for tests only.
namespace timock::model {

inline constexpr std::int64_t kSecond = 1'000'000'000;

/// Moments that matter for the length of a window (PROTOCOL section 5).
struct Log {
  struct Place {
    std::int64_t at;
    bool admitted = true;
  };
  std::optional<std::int64_t> newest = {};
  std::vector<Place> places = {};

  /// What `now` counts as. Forgets all after a step back of more than a window.
  std::int64_t Look(std::int64_t window, std::int64_t now);
};

/// The throttle of the profile as it holds for this app; `window` is in nanoseconds.
json RuleFor(const json& profile, const json& app);
/// Whether a call would pass, from a log of all that took a place.
bool Admits(Log log, const json& rule, std::int64_t now);

/// One row of the throttle view.
struct Row {
  Log calls = {};
  std::map<bool, std::int64_t> totals = {};  ///< By whether it was admitted.
  std::int64_t worst = 0;

  std::int64_t InWindow(bool admitted, const json& rule, std::int64_t now) const;
};

struct Lock {
  Log failures = {};
  Log locked = {};  ///< One place: when it was locked.
};

struct AppState {
  json app;  ///< As GET apps/ID gives it.
  json put;  ///< As it was put last.
  std::map<std::string, Log> counters = {};
  std::map<std::string, Row> rows = {};
  std::map<std::string, Lock> locks = {};
};

/// What a control request should answer. Where the documents leave a value open, `body` holds the
/// one that was seen; for metrics it is a list of lines that must be there.
struct Expected {
  int status = 200;
  json body = json::object();
};

struct Model {
  Model(std::int64_t unix_ns, std::size_t max_apps, std::size_t max_body);

  /// Status, content type, whether the connection closes, transport, body.
  json Handle(const HttpRequest& request);
  /// `path` is what follows "/_timock/"; `seen` is what the fake answered.
  Expected Control(const std::string& method, const std::string& path, const json& body,
                   const json& seen);
  std::int64_t Now() const { return clock_mode == "frozen" ? clock_at : machine + clock_at; }
  json State() const;
  json ThrottleRows(const json& sdkappid = {}) const;

  std::int64_t machine;
  std::string clock_mode = "real";
  std::int64_t clock_at = 0;  ///< Frozen: the moment. Otherwise what is added to the machine's.
  std::size_t max_apps;
  std::size_t max_body;
  bool verify = true;
  json profile = {};
  std::map<std::uint32_t, AppState> apps = {};
  std::vector<json> faults = {};  ///< As GET faults gives them.
  /// By the fault's id, where chance matters: a service that has this fault alone. What it draws,
  /// call by call, is what the fault should draw.
  std::map<std::string, std::shared_ptr<Service>> draws = {};
  std::vector<json> calls = {};
  std::uint64_t last_id = 0;
  std::map<std::string, std::uint64_t> metrics = {};
  /// By its text, what a UserSig says, as its maker knows it: the model has no decoder.
  std::map<std::string, json> sigs = {};
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_MODEL_H_
