#ifndef TIMOCK_TEXT_WORDS_H_
#define TIMOCK_TEXT_WORDS_H_

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// Case of letters, numbers and lists read from a text, and texts written for a terminal or a
/// shell.
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

/// The whole number that `text` is: decimal digits, after a minus where `Integer` has a sign, and
/// nothing else. Empty for any other text and for a number outside [min, max].
template <typename Integer>
std::optional<Integer> WholeFromText(std::string_view text,
                                     Integer min = std::numeric_limits<Integer>::min(),
                                     Integer max = std::numeric_limits<Integer>::max()) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < min || value > max) return {};
  return value;
}

/// The parts of `text` between any of `separators`, without the empty ones.
std::vector<std::string> SplitText(std::string_view text, std::string_view separators);

/// `parts` in one text.
std::string JoinText(const std::vector<std::string>& parts, std::string_view separator);

/// `text` as one word of a POSIX shell.
std::string ShellWord(const std::string& text);

/// `text` on one line of a terminal: control bytes and backslashes as \xNN, and "..." in place of
/// what is beyond its first `max_bytes`.
std::string OneLine(std::string_view text, std::size_t max_bytes);

}  // namespace timock

#endif  // TIMOCK_TEXT_WORDS_H_
