#ifndef TIMOCK_TESTS_MODEL_MODEL_H_
#define TIMOCK_TESTS_MODEL_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/text.h"
#include "timock/timock.h"

/// What the fake should do, written from docs/PROTOCOL.md, docs/CONTROL.md, the fixtures and the
/// public headers alone, as plainly as can be: JSON values, maps, and every number counted again
/// from a log. Near misses, next free moments, metrics, assumptions, and what a UserSig says are
/// not its subject. Slow, single-threaded, for tests only.
namespace timock::model {

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::size_t kMaxApps = 6;
inline constexpr std::size_t kMaxBody = 512;

/// Moments that matter for the length of a window (PROTOCOL section 5).
struct Log {
  std::int64_t newest = 0;
  std::vector<std::int64_t> at = {};
  std::int64_t total = 0;  ///< Ever added.
  std::int64_t worst = 0;  ///< The most in one window.

  /// How many are in the window that ends at `now`, or at the newest moment seen. All are forgotten
  /// after a step back of more than a window.
  std::int64_t In(std::int64_t window, std::int64_t now);
  std::int64_t Add(std::int64_t window, std::int64_t now);  ///< The same, with one more.
};

struct AppState {
  json app;                                              ///< As GET apps/ID gives it.
  json put;                                              ///< As it was put last.
  std::map<std::string, Log> counters = {};              ///< Places, by command or identifier.
  std::map<std::string, std::map<bool, Log>> rows = {};  ///< By command, and whether admitted.
  std::map<std::string, Log> failures = {};              ///< Of UserSigs, by identifier.
  std::map<std::string, Log> locks = {};
};

struct Model {
  explicit Model(std::int64_t unix_ns, std::uint64_t calls_before = 0);

  /// "status", "type", "close", "transport", "body".
  json Handle(const HttpRequest& request);
  /// "status", "body", which holds what was seen where the documents leave it open. `path` is what
  /// follows "/_timock/"; `seen` is what the fake answered.
  json Control(const std::string& method, const std::string& path, const json& body = {},
               const json& seen = json::object());
  /// The rows of GET throttle as lists, for one app or for all (null).
  json Throttles(const json& sdkappid) const;
  std::int64_t Now() const { return clock_mode == "frozen" ? clock_at : machine + clock_at; }

  std::int64_t machine;
  std::string clock_mode = "real";
  std::int64_t clock_at = 0;  ///< Frozen: the moment. Otherwise what is added to the machine's.
  bool verify = true;
  json profile = Fixture("profiles/seed-2022-04.json");
  std::map<std::uint32_t, AppState> apps = {};
  std::vector<json> faults = {};  ///< As GET faults gives them.
  /// By the fault's id, a service that has this fault alone: what is drawn for it, call by call.
  std::map<std::string, std::shared_ptr<Service>> draws = {};
  std::vector<json> calls = {};
  std::uint64_t last_id = 0;
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_MODEL_H_
