#ifndef TIMOCK_APP_DIAGNOSIS_TALLY_H_
#define TIMOCK_APP_DIAGNOSIS_TALLY_H_

#include <cstdint>
#include <map>
#include <string>

#include "core/mutex.h"
#include "timock/service.h"

namespace timock::app {

/// Counts what the fake noticed about calls. Equal lines are counted as one; beyond kMostLines
/// different ones only their number is kept. Safe to use from several threads.
class DiagnosisTally {
 public:
  static constexpr std::size_t kMostLines = 50;

  void Add(const CallEvent& event);

  bool empty() const;

  /// One line for each kind, ended by a newline: "3 x not_admin (90009): detail; remedy: ...".
  std::string Report() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::uint64_t> lines_ TIMOCK_GUARDED_BY(mutex_);
  std::uint64_t beyond_ TIMOCK_GUARDED_BY(mutex_) = 0;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_DIAGNOSIS_TALLY_H_
