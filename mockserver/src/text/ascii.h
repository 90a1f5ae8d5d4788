#ifndef TIMOCK_TEXT_ASCII_H_
#define TIMOCK_TEXT_ASCII_H_

#include <algorithm>
#include <string_view>

namespace timock {

/// An ASCII letter in lower case; every other byte unchanged.
constexpr char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether two texts are equal but for the case of ASCII letters.
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

inline bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix) {
  return EqualsIgnoreCase(text.substr(0, prefix.size()), prefix);
}

}  // namespace timock

#endif  // TIMOCK_TEXT_ASCII_H_
