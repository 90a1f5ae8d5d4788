#include "app/text_values.h"

#include <charconv>
#include <system_error>

namespace timock::app {
namespace {

template <typename T>
std::optional<T> ParseWhole(std::string_view text, T least, T most) {
  T value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc{} || stop != end || value < least || value > most) {
    return {};
  }
  return value;
}

}  // namespace

std::optional<std::uint64_t> ParseUnsigned(std::string_view text, std::uint64_t least,
                                           std::uint64_t most) {
  return ParseWhole(text, least, most);
}

std::optional<std::int64_t> ParseSigned(std::string_view text, std::int64_t least,
                                        std::int64_t most) {
  return ParseWhole(text, least, most);
}

std::vector<std::string> SplitText(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) {
      parts.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string ShellWord(const std::string& text) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@,=";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) {
    return text;
  }
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

std::string OneLine(std::string_view text, std::size_t most) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line;
  for (const char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f && c != '\\') {
      line += c;
      continue;
    }
    line += "\\x";
    line += kDigits[byte >> 4U];
    line += kDigits[byte & 15U];
  }
  return text.size() > most ? line + "..." : line;
}

}  // namespace timock::app
