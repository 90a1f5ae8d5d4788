#ifndef TIMOCK_CONFORMANCE_CASES_EXPECTED_PROFILE_H_
#define TIMOCK_CONFORMANCE_CASES_EXPECTED_PROFILE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace timock::conformance {

/// A profile that undetermined cases are held to.
class ExpectedProfile {  // NOLINT(bugprone-exception-escape): json checks itself when moved
 public:
  /// A shipped one, or a profile file whose `base` is shipped. Throws ConfigError.
  static ExpectedProfile Load(const std::string& name_or_path);

  /// What a profile file with these members says. Throws ConfigError.
  static ExpectedProfile Of(const nlohmann::json& own);
  /// With these switches instead; not checked.
  ExpectedProfile With(const nlohmann::json& switches) const;

  const std::string& name() const { return name_; }
  /// Of its members as compact JSON in the order of their names.
  std::string Sha256() const;
  /// Of a switch: its code, or 0 where its value is a word (accept, ignore, last_wins, ...).
  int CodeOf(const std::string& switch_name) const;
  /// That of the first one that has a code; 0 when none does.
  int CodeOf(const std::vector<std::string>& switch_names) const;
  /// The word; empty where the value is a code.
  std::string WordOf(const std::string& switch_name) const;
  /// Any value: "action_status", "throttle.limit". Throws ConfigError when there is none.
  const nlohmann::json& operator[](const std::string& switch_name) const;

 private:
  std::string name_;
  nlohmann::json members_;
};

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_CASES_EXPECTED_PROFILE_H_
