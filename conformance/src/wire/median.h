#ifndef TIMOCK_CONFORMANCE_WIRE_MEDIAN_H_
#define TIMOCK_CONFORMANCE_WIRE_MEDIAN_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace timock::conformance {

/// The middle one of `values`, of an even number the higher of two. There must be one.
template <typename Value>
Value Median(std::vector<Value> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_MEDIAN_H_
