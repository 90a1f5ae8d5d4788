#include "wire/secrets.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "wire/encoding.h"

namespace timock::conformance {
namespace {

/// One character of a text and how many bytes it takes as it is written there.
struct Written {
  char character = 0;
  std::size_t size = 0;
};

/// `digits` behind a mark as the number of a character in base `base`; size 0 when they are none.
Written Numbered(std::string_view digits, int base, std::size_t mark_size) {
  unsigned value = 0;
  const char* const end = digits.data() + digits.size();
  if (digits.empty() || std::from_chars(digits.data(), end, value, base).ptr != end ||
      value > 255) {
    return {};
  }
  return {static_cast<char>(value), mark_size + digits.size()};
}

/// `&amp;`, `&#39;`, `&#x27;` at the beginning of `text`.
Written XmlEscape(std::string_view text) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (const auto& [escape, character] : kNamed) {
    if (text.starts_with(escape)) return {character, escape.size()};
  }
  if (!text.starts_with("&#")) return {};
  const std::size_t end = text.substr(0, 8).find(';');
  if (end == std::string_view::npos) return {};
  const bool hex = text.substr(2, 1) == "x" || text.substr(2, 1) == "X";
  const std::size_t begin = hex ? 3 : 2;
  Written found = Numbered(text.substr(begin, end - begin), hex ? 16 : 10, begin);
  if (found.size > 0) ++found.size;
  return found;
}

/// `\/`, `\"`, `\u002F`, `\x2F` at the beginning of `text`.
Written BackslashEscape(std::string_view text) {
  if (text.size() < 2) return {};
  if (text[1] == 'u') return Numbered(text.substr(2, 4), 16, 2);
  if (text[1] == 'x') return Numbered(text.substr(2, 2), 16, 2);
  return {text[1], 2};
}

/// The character that an escape at the beginning of `text` stands for; size 0 when there is none.
Written Escape(std::string_view text) {
  constexpr std::string_view kTwice = "%25";
  constexpr std::string_view kShellQuote = "'\\''";
  switch (text.front()) {
    case '%':
      if (text.starts_with(kTwice)) {
        const Written found = Numbered(text.substr(kTwice.size(), 2), 16, kTwice.size());
        if (found.size > 0) return found;
      }
      return Numbered(text.substr(1, 2), 16, 1);
    case '\\':
      return BackslashEscape(text);
    case '&':
      return XmlEscape(text);
    case '\'':
      return text.starts_with(kShellQuote) ? Written{'\'', kShellQuote.size()} : Written{};
    default:
      return {};
  }
}

/// How many bytes `secret` takes at the beginning of `text`; 0 when it is not there.
std::size_t SizeAt(std::string_view text, const std::string& secret) {
  std::size_t at = 0;
  for (const char wanted : secret) {
    if (at >= text.size()) return 0;
    if (const Written found = Escape(text.substr(at));
        found.size > 0 && found.character == wanted) {
      at += found.size;
    } else if (text[at] == wanted) {
      ++at;
    } else {
      return 0;
    }
  }
  return at;
}

}  // namespace

void Secrets::Add(const std::string& secret, const std::string& shown) {
  const auto known = [&](const Entry& entry) { return entry.secret == secret; };
  if (secret.empty() || std::any_of(entries_.begin(), entries_.end(), known)) return;
  std::string base64 = EncodeBase64(secret);
  while (base64.ends_with('=')) base64.pop_back();
  for (const std::string& form : {secret, base64}) {
    const auto same = [&](const Entry& entry) { return entry.secret == form; };
    if (std::none_of(entries_.begin(), entries_.end(), same)) entries_.push_back({form, shown});
  }
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return a.secret.size() > b.secret.size();
  });
}

std::string Secrets::Redacted(const std::string& text) const {
  std::string out;
  const std::string_view whole = text;
  for (std::size_t at = 0; at < whole.size();) {
    std::size_t size = 0;
    const Written escape = Escape(whole.substr(at));
    for (const Entry& entry : entries_) {
      const char first = entry.secret.front();
      if (first != whole[at] && (escape.size == 0 || first != escape.character)) continue;
      size = SizeAt(whole.substr(at), entry.secret);
      if (size == 0) continue;
      out += entry.shown;
      break;
    }
    if (size == 0) out.push_back(whole[at]);
    at += std::max<std::size_t>(size, 1);
  }
  return out;
}

}  // namespace timock::conformance
