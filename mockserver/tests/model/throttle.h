#ifndef TIMOCK_TESTS_MODEL_THROTTLE_H_
#define TIMOCK_TESTS_MODEL_THROTTLE_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace timock::model {

using nlohmann::json;

/// The last multiple of `step` at or before `value`.
std::int64_t Floor(std::int64_t value, std::int64_t step);

/// PROTOCOL section 5, from a log of all that took a place.
class Counter {
 public:
  bool Admits(const json& rule, std::int64_t limit, std::int64_t now) const;
  /// Counts the call, and tells whether it is admitted.
  bool Take(const json& rule, std::int64_t limit, std::int64_t now);

 private:
  bool Emptied(std::int64_t window, std::int64_t now) const {
    return newest_ && now < *newest_ - window;
  }

  struct Place {
    std::int64_t at;
    bool admitted;
  };
  std::optional<std::int64_t> newest_;
  std::vector<Place> places_;
};

/// One row of the throttle view.
struct Row {
  std::optional<std::int64_t> newest;
  std::vector<std::int64_t> admitted;
  std::vector<std::int64_t> refused;
  std::uint64_t worst = 0;
  std::uint64_t admitted_total = 0;
  std::uint64_t refused_total = 0;
  bool stepped_back = false;

  void Note(std::int64_t window, std::int64_t now, bool admit);
  std::uint64_t InWindow(const std::vector<std::int64_t>& calls, std::int64_t window,
                         std::int64_t now) const;
};

}  // namespace timock::model

#endif  // TIMOCK_TESTS_MODEL_THROTTLE_H_
