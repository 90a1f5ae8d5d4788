#ifndef TIMOCK_CORE_ANY_CASE_H_
#define TIMOCK_CORE_ANY_CASE_H_

#include <algorithm>
#include <string_view>

namespace timock {

/// An ASCII letter as a small one; every other byte as it is.
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether two texts differ in the case of ASCII letters at most.
inline bool SameInAnyCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

inline bool BeginsInAnyCase(std::string_view text, std::string_view prefix) {
  return SameInAnyCase(text.substr(0, prefix.size()), prefix);
}

}  // namespace timock

#endif  // TIMOCK_CORE_ANY_CASE_H_
