#include "wire/printable.h"

#include <cstddef>
#include <cstdint>

namespace timock::conformance {
namespace {

/// One code point; size 0: the first byte begins none.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t size = 0;
};

/// RFC 3629: the shortest form, no surrogates, at most U+10FFFF.
CodePoint First(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
  std::uint32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) return {};
    value = value << 6U | (byte & 0x3FU);
  }
  constexpr std::uint32_t kMin[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kMin[size] || value > 0x10FFFF || surrogate) return {};
  return {value, size};
}

/// XML 1.0, production [2]; DEL and the C1 controls, which move a terminal's cursor, are left out,
/// too.
bool CanBeWritten(std::uint32_t code_point) {
  if (code_point < 0x20) return code_point == '\t' || code_point == '\n' || code_point == '\r';
  return (code_point < 0x7F || code_point > 0x9F) && code_point != 0xFFFE && code_point != 0xFFFF;
}

std::string Escaped(char mark, std::uint32_t value, int digits) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = {'\\', mark};
  for (int i = digits - 1; i >= 0; --i) text.push_back(kDigits[value >> (4 * i) & 15U]);
  return text;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint found = First(text);
    const std::size_t size = found.size == 0 ? 1 : found.size;
    if (found.size > 0 && CanBeWritten(found.value)) {
      out.append(text.substr(0, size));
    } else if (found.size > 1) {
      out += Escaped('u', found.value, 4);
    } else {
      out += Escaped('x', static_cast<unsigned char>(text.front()), 2);
    }
    text.remove_prefix(size);
  }
  return out;
}

std::string XmlText(std::string_view text) {
  std::string out;
  for (const char character : Printable(text)) {
    switch (character) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";  // as it is, an attribute turns it into a space
        break;
      case '\r':
        out += "&#13;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out.push_back(character);
    }
  }
  return out;
}

}  // namespace timock::conformance
