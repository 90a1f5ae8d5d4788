#ifndef TIMOCK_CONFORMANCE_WIRE_PRINTABLE_H_
#define TIMOCK_CONFORMANCE_WIRE_PRINTABLE_H_

#include <string>
#include <string_view>

namespace timock::conformance {

/// `text` as a terminal, XML 1.0, JSON and HTML can carry it: what is not UTF-8 and code points
/// that XML forbids (control characters but tab and line ends, U+FFFE, U+FFFF) become "\xFF" or
/// "\uFFFE". Everything else stays.
std::string Printable(std::string_view text);

/// Printable, and escaped for an XML text or an attribute in double quotes.
std::string XmlText(std::string_view text);

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_PRINTABLE_H_
