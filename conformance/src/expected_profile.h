#ifndef TIMOCK_CONFORMANCE_EXPECTED_PROFILE_H_
#define TIMOCK_CONFORMANCE_EXPECTED_PROFILE_H_

#include <nlohmann/json.hpp>
#include <string>

namespace timock::conformance {

/// A profile that undetermined cases are held to.
class ExpectedProfile {
 public:
  /// A shipped one, or a profile file whose `base` is shipped. Throws CaseError.
  static ExpectedProfile Load(const std::string& name_or_path);

  const std::string& name() const { return name_; }
  /// Of a switch: its code, or 0 where its value is a word (accept, ignore, last_wins, ...).
  int CodeOf(const std::string& switch_name) const;
  /// The word; empty where the value is a code.
  std::string WordOf(const std::string& switch_name) const;
  /// Any member: "action_status", "throttle".
  const nlohmann::json& operator[](const std::string& member) const;

 private:
  std::string name_;
  nlohmann::json members_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_EXPECTED_PROFILE_H_
