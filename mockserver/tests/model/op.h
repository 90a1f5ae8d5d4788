#ifndef TIMOCK_TESTS_MODEL_OP_H_
#define TIMOCK_TESTS_MODEL_OP_H_

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/model.h"

namespace timock::model {

/// A UserSig that is made when its step runs, from the model's time and keys.
struct SigSpec {
  std::string kind = "good";  ///< Or the defect: see MakeUserSig.
  std::string identifier = "administrator";
  std::string app = "1400000000";  ///< May hold "@APP3@", see Op::target.
  std::int64_t time_offset = 0;    ///< Seconds from now.
  std::int64_t expire = 86400;
};

/// One step: a call, a control request (its target begins with "/_timock/"), or, without a method,
/// a movement of the machine's clock.
struct Op {
  std::int64_t tick = 0;
  std::string method = {};
  /// In target and body, "@APP3@" is the SDKAppID that step 3 made, "@SIG@" the UserSig, "@QUERY@"
  /// the query that POST usersig answered last, "@STATE@" what GET state answered last.
  std::string target = {};
  std::string host = "127.0.0.1:8080";
  std::string body = {};
  bool tls = false;
  std::optional<SigSpec> sig = {};
  int refused = 0;  ///< The status of a control request that is wrong whatever the state.
  int number = 0;   ///< Of the step, in the whole sequence.
};

/// As a line that a person can repeat.
std::string Show(const Op& op);

/// The text of a UserSig.
std::string MakeUserSig(const SigSpec& spec, std::uint32_t app, std::int64_t now,
                        const std::string& key);

/// Makes random steps; the same for the same seed.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}
  Op Next();

 private:
  std::uint64_t Below(std::uint64_t n) { return random_() % n; }
  bool Chance(std::uint64_t percent) { return Below(100) < percent; }
  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  std::string App();
  std::int64_t Span();
  std::string Names();
  std::pair<std::string, json> AnySwitch();
  json ThrottleChange();
  json AppChange();

  Op Call();
  void SpoilTarget(std::string* path, std::vector<std::string>* query, Op* op);
  std::string SpoiledBody();
  Op Control();
  Op Clock();
  Op Profile();
  Op Apps();
  Op Faults();
  Op Requests();
  Op State();
  Op Wrong();

  std::mt19937_64 random_;
  std::vector<std::string> made_;
  int number_ = 0;
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_OP_H_
