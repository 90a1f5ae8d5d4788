#include "text/words.h"

#include <algorithm>

namespace timock {

std::vector<std::string> SplitText(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string JoinText(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    joined.append(&part == parts.data() ? "" : separator).append(part);
  }
  return joined;
}

std::string ShellWord(const std::string& text) {
  constexpr const char* kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@,=";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string OneLine(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line;
  for (const char c : text.substr(0, max_bytes)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f && c != '\\') {
      line += c;
    } else {
      line.append("\\x").append({kDigits[byte >> 4U], kDigits[byte & 15U]});
    }
  }
  return text.size() > max_bytes ? line + "..." : line;
}

}  // namespace timock
