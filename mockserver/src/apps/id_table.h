#ifndef TIMOCK_APPS_ID_TABLE_H_
#define TIMOCK_APPS_ID_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace timock {

/// Values by 32 bit id (SDKAppIDs, say). Safe to use from any number of threads; what is inside
/// a T, its own lock guards. A value that is replaced or erased lives until the last pointer to it
/// is gone. Values are destroyed outside the table's lock.
///
///     IdTable<AppState> apps;
///     apps.Put(1400000000, std::make_shared<AppState>(app));
///     const std::shared_ptr<AppState> found = apps.Find(1400000000);
template <class T>
class IdTable {
 public:
  using Pointer = std::shared_ptr<T>;

  /// The value of `id`, or null.
  Pointer Find(std::uint32_t id) const TIMOCK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const auto found = values_.find(id);
    return found != values_.end() ? found->second : nullptr;
  }

  /// Makes `value` the one of `id`. Returns the one before, or null.
  Pointer Put(std::uint32_t id, Pointer value) TIMOCK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return std::exchange(values_[id], std::move(value));
  }

  /// The value that was erased, or null.
  Pointer Erase(std::uint32_t id) TIMOCK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    const auto found = values_.find(id);
    if (found == values_.end()) return nullptr;
    Pointer erased = std::move(found->second);
    values_.erase(found);
    return erased;
  }

  std::size_t size() const TIMOCK_EXCLUDES(mutex_) {
    const MutexLock lock(mutex_);
    return values_.size();
  }

  /// All values at one moment, ascending by id.
  std::vector<std::pair<std::uint32_t, Pointer>> All() const TIMOCK_EXCLUDES(mutex_) {
    std::vector<std::pair<std::uint32_t, Pointer>> all;
    {
      const MutexLock lock(mutex_);
      all.assign(values_.begin(), values_.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  mutable Mutex mutex_;
  std::unordered_map<std::uint32_t, Pointer> values_ TIMOCK_GUARDED_BY(mutex_);
};

}  // namespace timock

#endif  // TIMOCK_APPS_ID_TABLE_H_
