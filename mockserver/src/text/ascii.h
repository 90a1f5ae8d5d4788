#ifndef TIMOCK_TEXT_ASCII_H_
#define TIMOCK_TEXT_ASCII_H_

#include <algorithm>
#include <string_view>

namespace timock {

/// An ASCII letter as a small one; every other byte as it is.
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether two texts differ in the case of ASCII letters at most.
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

inline bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

}  // namespace timock

#endif  // TIMOCK_TEXT_ASCII_H_
