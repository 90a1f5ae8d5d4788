#ifndef TIMOCK_TESTS_MODEL_MODEL_H_
#define TIMOCK_TESTS_MODEL_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/text.h"
#include "model/throttle.h"
#include "timock/timock.h"

/// What the fake should do, written from docs/PROTOCOL.md, docs/CONTROL.md, the fixtures and the
/// public headers alone, as plainly as can be: JSON values, maps, and every number counted again
/// from a log. Slow, single-threaded, for tests only.
namespace timock::model {

inline constexpr std::int64_t kSecond = 1'000'000'000;

struct Request {
  std::string method;
  std::string target;
  std::string host;
  std::string body;
  bool tls = false;
};

struct Reply {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  bool close = false;
  std::string transport = {};  ///< TransportText of the TransportFault.
};

/// A UserSig as its maker knows it, so that the model needs no decoder.
struct Sig {
  bool malformed = false;
  std::string identifier;
  std::int64_t sdkappid = 0;
  std::int64_t time = 0;
  std::int64_t expire = 0;
  bool has_signature = true;
  std::string key;
};

struct Lock {
  std::vector<std::int64_t> failures;
  std::optional<std::int64_t> since;
  std::optional<std::int64_t> newest_failure_check;
  std::optional<std::int64_t> newest_lock_check;
};

struct AppState {
  json app;  ///< As GET apps/ID gives it.
  json put;  ///< As it was put last.
  std::map<std::string, Counter> counters = {};
  std::map<std::string, Row> rows = {};
  std::map<std::string, Lock> locks = {};
};

/// What probability and delay come to, call by call: those of a service that has this fault alone.
class Draws {
 public:
  explicit Draws(const json& fault);
  bool Next(std::int64_t* delay_ms);

 private:
  std::unique_ptr<Service> alone_;
};

struct FaultState {
  json fault;  ///< As GET faults/ID gives it, without its counts.
  std::uint64_t matched = 0;
  std::uint64_t hits = 0;
  std::shared_ptr<Draws> draws = {};
};

/// What a control request should answer. Where the documents leave a value open, `body` holds the
/// one that was seen.
struct Expected {
  int status = 200;
  json body = {};
  std::vector<std::string> lines = {};  ///< Of a text: each must be among its lines.
};

class Model {
 public:
  Model(std::int64_t unix_ns, std::size_t max_apps, std::size_t max_body);

  void Tick(std::int64_t ns) { machine_ += ns; }
  void Learn(const std::string& user_sig, const Sig& sig) { sigs_[user_sig] = sig; }
  Reply Handle(const Request& request);
  /// `path` is what follows "/_timock/"; `seen` is what the fake answered.
  Expected Control(const std::string& method, const std::string& path, const json& body,
                   const json& seen);

  std::int64_t Now() const;
  json Clock() const;
  json State() const;
  json ThrottleRows(std::optional<std::uint32_t> sdkappid) const;
  const std::map<std::uint32_t, AppState>& apps() const { return apps_; }
  const std::vector<FaultState>& faults() const { return faults_; }
  const std::vector<json>& calls() const { return calls_; }
  std::uint64_t last_id() const { return last_id_; }

 private:
  struct Refused {
    std::string rule;
    int code;
    std::string text;
  };
  struct Damage;

  // The endpoint.
  std::string Text(int code) const;
  std::string Envelope(int code, const std::string& text, const Damage& damage) const;
  void Refuse(const std::string& rule) const;
  void Carry(const Request& request, const Target& target, json* record, json* names);
  void Throttle(AppState* app, const Target& target);
  void CheckAccount(AppState* app, const Request& request, const Target& target,
                    std::vector<std::string>* readings);
  void CheckUserSig(AppState* app, const Target& target, std::vector<std::string>* readings);
  std::string UserSigFault(const json& app, const Target& target,
                           std::vector<std::string>* readings) const;
  void CheckAdmin(const json& app, const std::vector<std::string>& readings) const;
  /// With `late`, the admin is checked between the body and the duplicate names.
  void SetNames(json* app, const std::string& body, const std::vector<std::string>* late) const;
  FaultState* MeetFault(const Request& request, const Target& target, std::int64_t* delay_ms);

  // The control API.
  Expected Apps(const std::string& method, const json& body, const json& seen);
  Expected OneApp(const std::string& method, std::uint32_t id, const std::string& rest,
                  const json& body, const json& seen);
  Expected Faults(const std::string& method, const std::string& id, const json& body,
                  const json& seen);
  Expected Requests(const std::string& method, const std::string& rest,
                    const std::map<std::string, std::string>& query);
  Expected SetClock(const json& body);
  Expected Reset(const json& body);
  Expected PutState(const json& body);
  Expected Metrics() const;
  bool KnowsApp(std::uint32_t sdkappid) const;
  void Put(std::uint32_t id, json app);
  void SetProfile(json profile);
  json Overlay(json profile, const json& change) const;
  bool MoveTo(std::int64_t now, const std::string& mode);

  std::int64_t start_;
  std::int64_t machine_;
  std::string clock_mode_ = "real";
  std::int64_t clock_at_ = 0;  ///< Frozen: the moment. Offset: what is added to the machine's.
  std::size_t max_apps_;
  std::size_t max_body_;
  bool verify_ = true;
  json profile_;
  std::map<std::string, json> shipped_;
  std::map<std::uint32_t, AppState> apps_;
  std::vector<FaultState> faults_;
  std::vector<json> calls_;
  std::uint64_t last_id_ = 0;
  std::map<std::string, std::uint64_t> metrics_;
  std::map<std::string, Sig> sigs_;
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_MODEL_H_
