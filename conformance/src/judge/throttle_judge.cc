#include "judge/throttle_judge.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

#include "wire/config_error.h"

namespace timock::conformance {
namespace {

using std::chrono::nanoseconds;

void SortBySending(std::vector<Shot>* shots) {
  std::stable_sort(shots->begin(), shots->end(),
                   [](const Shot& a, const Shot& b) { return a.sent < b.sent; });
}

/// How many of the indexes that were added lie below another: a Fenwick tree.
class IndexCount {
 public:
  explicit IndexCount(std::size_t size) : tree_(size + 1) {}

  void Add(std::size_t index) {
    for (++index; index < tree_.size(); index += index & (~index + 1)) ++tree_[index];
  }
  std::size_t Below(std::size_t index) const {
    std::size_t count = 0;
    for (; index > 0; index &= index - 1) count += tree_[index];
    return count;
  }

 private:
  std::vector<std::size_t> tree_;
};

/// The calls that passed.
class Passed {
 public:
  /// `shots` are sorted by sending.
  explicit Passed(const std::vector<Shot>& shots) {
    for (const Shot& shot : shots) {
      if (!shot.passed) continue;
      sent_.push_back(shot.sent);
      answered_.push_back(shot.answered);
    }
    by_answer_.resize(sent_.size());
    std::iota(by_answer_.begin(), by_answer_.end(), std::size_t{0});
    std::stable_sort(by_answer_.begin(), by_answer_.end(),
                     [this](std::size_t a, std::size_t b) { return answered_[a] < answered_[b]; });
  }

  /// For each in the order of sending: how many were decided on for certain within the window that
  /// begins as it is sent.
  std::vector<std::size_t> CertainFromEach(nanoseconds window) const {
    IndexCount answered_in_time(sent_.size());
    std::vector<std::size_t> counts;
    std::size_t added = 0;
    for (const nanoseconds begin : sent_) {
      for (; added < by_answer_.size() && answered_[by_answer_[added]] < begin + window; ++added) {
        answered_in_time.Add(by_answer_[added]);
      }
      const auto first = std::lower_bound(sent_.begin(), sent_.end(), begin) - sent_.begin();
      counts.push_back(added - answered_in_time.Below(static_cast<std::size_t>(first)));
    }
    return counts;
  }

  /// How many may have been decided on in (end - window, end], `end` being any moment of `last`.
  std::size_t PossibleUpTo(const Shot& last, nanoseconds window) const {
    const auto sent_later =
        sent_.end() - std::upper_bound(sent_.begin(), sent_.end(), last.answered);
    const auto answered_before =
        std::upper_bound(
            by_answer_.begin(), by_answer_.end(), last.sent - window,
            [this](nanoseconds end, std::size_t index) { return end < answered_[index]; }) -
        by_answer_.begin();
    // No call is among both: none was answered before it was sent.
    return sent_.size() - static_cast<std::size_t>(sent_later + answered_before);
  }

 private:
  std::vector<nanoseconds> sent_;
  std::vector<nanoseconds> answered_;   // In the order of sending.
  std::vector<std::size_t> by_answer_;  // Indexes of the two, in the order of answers.
};

std::optional<std::size_t> First(const std::vector<std::size_t>& found) {
  if (found.empty()) return {};
  return found.front();
}

}  // namespace

std::vector<std::size_t> ProvenFalseAdmits(std::vector<Shot> shots, const ThrottleClaim& claim) {
  SortBySending(&shots);
  const std::vector<std::size_t> certain = Passed(shots).CertainFromEach(claim.window);
  std::vector<std::size_t> found;
  auto next = certain.begin();
  for (std::size_t i = 0; i < shots.size(); ++i) {
    if (shots[i].passed && *next++ > claim.limit) found.push_back(i);
  }
  return found;
}

std::vector<std::size_t> ProvenFalseThrottles(std::vector<Shot> shots, const ThrottleClaim& claim) {
  SortBySending(&shots);
  const Passed passed(shots);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < shots.size(); ++i) {
    const bool had_room = passed.PossibleUpTo(shots[i], claim.window) < claim.limit;
    if (!shots[i].passed && had_room) found.push_back(i);
  }
  return found;
}

std::optional<std::size_t> ProvenFalseAdmit(std::vector<Shot> shots, const ThrottleClaim& claim) {
  return First(ProvenFalseAdmits(std::move(shots), claim));
}

std::optional<std::size_t> ProvenFalseThrottle(std::vector<Shot> shots,
                                               const ThrottleClaim& claim) {
  return First(ProvenFalseThrottles(std::move(shots), claim));
}

WorstWindow WorstOf(std::vector<Shot> shots, nanoseconds window) {
  SortBySending(&shots);
  const Passed passed(shots);
  WorstWindow worst;
  for (const std::size_t certain : passed.CertainFromEach(window)) {
    worst.certain = std::max(worst.certain, certain);
  }
  for (const Shot& shot : shots) {
    if (shot.passed) worst.possible = std::max(worst.possible, passed.PossibleUpTo(shot, window));
  }
  return worst;
}

RefusalSign RefusalSign::Parse(const std::string& text) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string kind = text.substr(0, equals);
  RefusalSign sign{.by_status = kind == "status"};
  const char* const end = text.data() + text.size();
  const char* const number = std::min(text.data() + equals + 1, end);
  const auto [stop, error] = std::from_chars(number, end, sign.value);
  if ((kind != "code" && kind != "status") || stop != end || error != std::errc{} ||
      sign.value <= 0) {
    throw ConfigError("--refused " + text +
                      ": expected code=ERRORCODE or status=HTTPSTATUS, as code=60007 or "
                      "status=503");
  }
  return sign;
}

std::string RefusalSign::Text() const {
  return (by_status ? "HTTP status " : "ErrorCode ") + std::to_string(value);
}

}  // namespace timock::conformance
