#ifndef TIMOCK_TESTS_MODEL_MODEL_H_
#define TIMOCK_TESTS_MODEL_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
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
  std::optional<std::int64_t> newest = {};
  std::vector<std::int64_t> at = {};

  /// What `now` counts as. Forgets all after a step back of more than a window.
  std::int64_t Look(std::int64_t window, std::int64_t now);
  void Add(std::int64_t window, std::int64_t now) { at.push_back(Look(window, now)); }
  /// How many are in the window that ends now.
  std::int64_t In(std::int64_t window, std::int64_t now) const;
};

/// One row of the throttle view: by whether calls were admitted.
struct Row {
  std::map<bool, Log> log = {};
  std::map<bool, std::int64_t> total = {};
  std::int64_t worst = 0;
};

struct AppState {
  json app;                                  ///< As GET apps/ID gives it.
  json put;                                  ///< As it was put last.
  std::map<std::string, Log> counters = {};  ///< What took a place, by command or identifier.
  std::map<std::string, Row> rows = {};      ///< By command.
  std::map<std::string, Log> failures = {};  ///< Of UserSigs, by identifier.
  std::map<std::string, Log> locks = {};
};

/// What a control request should answer. Where the documents leave a value open, `body` holds the
/// one that was seen; for metrics it is a list of lines that must be there.
struct Expected {
  int status = 200;
  json body = json::object();
};

struct Model {
  Model(std::int64_t unix_ns, std::size_t max_apps, std::size_t max_body);

  /// "status", "type", "close", "transport", "body".
  json Handle(const HttpRequest& request);
  /// `path` is what follows "/_timock/"; `seen` is what the fake answered.
  Expected Control(const std::string& method, const std::string& path, const json& body = {},
                   const json& seen = {});
  std::int64_t Now() const { return clock_mode == "frozen" ? clock_at : machine + clock_at; }
  json ThrottleView(const json& sdkappid) const;

  std::int64_t machine;
  std::string clock_mode = "real";
  std::int64_t clock_at = 0;  ///< Frozen: the moment. Otherwise what is added to the machine's.
  std::size_t max_apps;
  std::size_t max_body;
  bool verify = true;
  json profile = {};
  std::map<std::uint32_t, AppState> apps = {};
  std::vector<json> faults = {};  ///< As GET faults gives them.
  /// By the fault's id, a service that has this fault alone: what is drawn for it, call by call.
  std::map<std::string, std::shared_ptr<Service>> draws = {};
  std::vector<json> calls = {};
  std::uint64_t last_id = 0;
  std::map<std::string, std::uint64_t> metrics = {};
  /// What a UserSig says, by its text, as its maker knows it: the model has no decoder.
  std::map<std::string, json> sigs = {};
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_MODEL_H_
