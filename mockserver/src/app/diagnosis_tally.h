#ifndef TIMOCK_APP_DIAGNOSIS_TALLY_H_
#define TIMOCK_APP_DIAGNOSIS_TALLY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "timock/service.h"

namespace timock::app {

/// Counts what the fake noticed about calls, by the rule: texts hold times and bytes that differ
/// from call to call. Safe to use from several threads.
class DiagnosisTally {
 public:
  static constexpr std::size_t kMaxRules = 200;

  /// Rules named in `except` are counted apart.
  explicit DiagnosisTally(std::vector<std::string> except = {});

  void Add(const CallEvent& event);

  bool empty() const;

  /// One line for each rule, ended by a newline: "3 x not_admin (90009): detail; remedy: ...", with
  /// the first call's detail and remedy. Then one for each exception that met no diagnosis, since
  /// it may be misspelt.
  std::string Report() const;

 private:
  struct Group {
    std::string first;  // detail and remedy
    bool differs = false;
    std::uint64_t count = 0;
  };
  mutable Mutex mutex_;
  std::map<std::string, std::uint64_t> except_ TIMOCK_GUARDED_BY(mutex_);
  std::map<std::string, Group> groups_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t beyond_ TIMOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_DIAGNOSIS_TALLY_H_
