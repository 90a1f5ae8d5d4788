#ifndef TIMOCK_APP_TEXT_VALUES_H_
#define TIMOCK_APP_TEXT_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timock::app {

/// The latest moment that a clock setting, a UserSig or a log line can name, in UNIX seconds.
inline constexpr std::int64_t kMaxUnixSeconds = 9'000'000'000;

/// Reads decimal digits and nothing else; empty when they are not in [least, most].
std::optional<std::uint64_t> ParseUnsigned(std::string_view text, std::uint64_t least,
                                           std::uint64_t most);

/// Reads decimal digits with an optional minus; empty when they are not in [least, most].
std::optional<std::int64_t> ParseSigned(std::string_view text, std::int64_t least,
                                        std::int64_t most);

/// The parts of `text` between any of `separators`, empty parts left out.
std::vector<std::string> SplitText(std::string_view text, std::string_view separators);

/// `text` as one word of a POSIX shell.
std::string ShellWord(const std::string& text);

/// `text` on one line of a terminal: control bytes and backslashes as \xNN, at most `most` bytes
/// of the original and then "...".
std::string OneLine(std::string_view text, std::size_t most);

}  // namespace timock::app

#endif  // TIMOCK_APP_TEXT_VALUES_H_
