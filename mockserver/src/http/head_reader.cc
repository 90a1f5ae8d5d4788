#include "http/head_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <optional>

#include "text/url.h"
#include "text/words.h"

namespace timock {
namespace {

/// Empty lines that may precede a request line (RFC 9112 2.2 asks for at least one).
constexpr int kLeadingEmptyLines = 2;

using Outcome = HeadScanner::Outcome;

bool Refuse(std::string text, std::string* reason) {
  *reason = std::move(text);
  return false;
}

Outcome Malformed(std::string text, std::string* reason) {
  *reason = std::move(text);
  return Outcome::kMalformed;
}

std::string Hex(char byte) {
  char text[8];
  std::snprintf(text, sizeof(text), "0x%02X",
                static_cast<unsigned>(static_cast<unsigned char>(byte)));
  return text;
}

/// Names the byte at `at`, which is not allowed in a field value or a request line.
std::string NameBadByte(std::string_view text, std::size_t at) {
  const char byte = text[at];
  if (byte == '\r') return "a bare CR (RFC 9112 2.2)";
  if (byte == '\n') return "a bare LF (RFC 9112 2.2)";
  if (byte == '\0') return "a NUL byte (RFC 9110 5.5)";
  return "the control character " + Hex(byte) + " (RFC 9110 5.5)";
}

/// Whether a request can begin with this byte. When it cannot, the client usually speaks TLS.
bool CheckFirstByte(char byte, std::string* reason) {
  if (Is(byte, kToken)) return true;
  constexpr char kTlsHandshake = 0x16;
  if (byte == kTlsHandshake) {
    return Refuse("a TLS handshake arrived on the port for plain HTTP: use http://", reason);
  }
  if (byte == '\n') {
    return Refuse("a bare LF precedes the request line (RFC 9112 2.2)", reason);
  }
  return Refuse("no method begins with the byte " + Hex(byte) + " (RFC 9112 3.1)", reason);
}

/// authority-form with CONNECT; else origin-form, absolute-form or asterisk-form (RFC 9112 3.2).
bool CheckTarget(const RequestHead& head, std::string* reason) {
  if (head.method == "CONNECT") {
    const std::optional<HostPort> to = ReadHostPort(head.target);
    return (to && to->port) ||
           Refuse("the target of CONNECT is not one host and port (RFC 9112 3.2.3)", reason);
  }
  if (head.target.front() == '/') return true;
  if (head.target == "*") {
    if (head.method == "OPTIONS") return true;
    return Refuse("the target * is valid with OPTIONS only (RFC 9112 3.2.4)", reason);
  }
  const std::size_t colon = head.target.find("://");
  const bool has_scheme = colon != std::string_view::npos && colon > 0 &&
                          std::isalpha(static_cast<unsigned char>(head.target.front())) != 0 &&
                          Span(head.target.substr(0, colon), kScheme) == colon;
  if (!has_scheme) {
    return Refuse("the target begins neither with / nor with a scheme (RFC 9112 3.2)", reason);
  }
  const std::string_view rest = head.target.substr(colon + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.front() == ':') {
    return Refuse("the absolute target names no host (RFC 9110 4.2.1)", reason);
  }
  return ReadHostPort(authority) ||
         Refuse("the absolute target does not name one host and port (RFC 9110 4.2)", reason);
}

/// HTTP/1.1, HTTP/1.0, or a later minor version, which counts as 1.1 (RFC 9110 2.5).
bool ReadVersion(std::string_view version, RequestHead* head, std::string* reason) {
  constexpr std::string_view kPrefix = "HTTP/1.";
  const bool supported = version.size() == kPrefix.size() + 1 && version.starts_with(kPrefix) &&
                         version.back() >= '0' && version.back() <= '9';
  if (!supported) {
    const bool other = version.starts_with("HTTP/");
    return Refuse(other ? "the HTTP version is not supported: 1.1 and 1.0 are (RFC 9112 2.3)"
                        : "the request line does not end in an HTTP version (RFC 9112 3)",
                  reason);
  }
  head->http_1_0 = version.back() == '0';
  return true;
}

/// `line` is without its CRLF.
bool ReadRequestLine(std::string_view line, RequestHead* head, std::string* reason) {
  const std::size_t method = Span(line, kToken);
  if (method == 0 || method == line.size() || line[method] != ' ') {
    if (method < line.size() && !Is(line[method], kField)) {
      return Refuse("the request line holds " + NameBadByte(line, method), reason);
    }
    return Refuse("the method is not a token followed by one space (RFC 9112 3)", reason);
  }
  head->method = line.substr(0, method);
  std::string_view rest = line.substr(method + 1);
  const std::size_t target = Span(rest, kTarget);
  if (target < rest.size() && rest[target] != ' ' && rest[target] != '\t') {
    return Refuse("the request line holds " + NameBadByte(rest, target), reason);
  }
  if (target == 0) return Refuse("the request target is empty (RFC 9112 3)", reason);
  if (target == rest.size()) {
    return Refuse("the request line has no HTTP version (RFC 9112 3)", reason);
  }
  head->target = rest.substr(0, target);
  const std::string_view version = rest.substr(target + 1);
  const std::size_t end = Span(version, kTarget);
  if (end < version.size() && version[end] != ' ' && version[end] != '\t') {
    return Refuse("the request line holds " + NameBadByte(version, end), reason);
  }
  // R5: a raw space in the target.
  if (end < version.size() || rest[target] != ' ') {
    return Refuse(
        "the request target holds a raw space, or the request line has more than one space "
        "between its parts (RFC 9112 3.2)",
        reason);
  }
  return ReadVersion(version, head, reason) && CheckTarget(*head, reason);
}

std::string_view TrimmedValue(std::string_view value) {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

/// Why the text does not begin with a field name and a colon. `name` is how long the name is.
std::string WhyNoName(std::string_view text, std::size_t name, bool first) {
  const char next = text[name];
  const bool blank = next == ' ' || next == '\t';
  if (name == 0 && blank) {
    return first ? "there is white space before the first header (RFC 9112 2.2)"
                 : "a header is folded onto a second line (obs-fold, RFC 9112 5.2)";
  }
  if (name == 0 && next == ':') return "a header has no name (RFC 9112 5)";
  if (blank) return "there is white space between a header's name and its colon (RFC 9112 5.1)";
  if (next == '\r' && text.substr(name).starts_with("\r\n")) {
    return "a header line has no colon (RFC 9112 5)";
  }
  if (!Is(next, kField)) return "a header's name holds " + NameBadByte(text, name);
  return "a header's name holds the byte " + Hex(next) + " (RFC 9110 5.1)";
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return byte >= '0' && byte <= '9'; });
}

/// `digits` are digits only, and at most 18 of them.
std::uint64_t NumberOf(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// How often the headers with a meaning here were seen, and the last value of each.
struct Seen {
  int host = 0;
  int content_length = 0;
  int transfer_encoding = 0;
  std::string_view host_value;
  std::string_view length_value;
  std::string_view coding_value;
  bool close = false;
  bool keep_alive = false;
  bool expect_continue = false;
};

void ReadConnection(std::string_view value, Seen* seen) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    std::string_view option = value.substr(0, comma);
    value.remove_prefix(std::min(comma + 1, value.size()));
    while (!option.empty() && !Is(option.front(), kToken)) option.remove_prefix(1);
    while (!option.empty() && !Is(option.back(), kToken)) option.remove_suffix(1);
    seen->close = seen->close || EqualsIgnoreCase(option, "close");
    seen->keep_alive = seen->keep_alive || EqualsIgnoreCase(option, "keep-alive");
  }
}

/// The length of its name is enough to skip almost every header.
void Look(const HttpHeaderView& header, Seen* seen) {
  const std::string_view name = header.name;
  switch (name.size()) {
    case 4:
      if (!EqualsIgnoreCase(name, "host")) return;
      ++seen->host;
      seen->host_value = header.value;
      return;
    case 6:
      if (!EqualsIgnoreCase(name, "expect")) return;
      seen->expect_continue = EqualsIgnoreCase(header.value, "100-continue");
      return;
    case 10:
      if (EqualsIgnoreCase(name, "connection")) ReadConnection(header.value, seen);
      return;
    case 14:
      if (!EqualsIgnoreCase(name, "content-length")) return;
      ++seen->content_length;
      seen->length_value = header.value;
      return;
    case 17:
      if (!EqualsIgnoreCase(name, "transfer-encoding")) return;
      ++seen->transfer_encoding;
      seen->coding_value = header.value;
      return;
    default:
      return;
  }
}

bool CheckHost(const Seen& seen, bool http_1_0, std::string* reason) {
  if (seen.host == 0) {
    return http_1_0 || Refuse("the Host header is missing (RFC 9112 3.2)", reason);
  }
  if (seen.host > 1) return Refuse("there is more than one Host header (RFC 9112 3.2)", reason);
  if (seen.host_value.empty()) return Refuse("the Host header is empty (RFC 9112 3.2)", reason);
  return ReadHostPort(seen.host_value) ||
         Refuse("the Host header is not one host and port (RFC 9112 3.2)", reason);
}

bool ReadContentLength(const Seen& seen, RequestHead* head, std::string* reason) {
  if (seen.content_length == 0) return true;
  if (seen.content_length > 1) {
    return Refuse("there is more than one Content-Length header (RFC 9112 6.3)", reason);
  }
  const std::string_view value = seen.length_value;
  if (value.empty() || !AllDigits(value)) {
    return Refuse("Content-Length is not a decimal number (RFC 9112 6.3)", reason);
  }
  constexpr std::size_t kMaxDigits = 18;  // fits 64 bits whatever the digits
  if (value.size() > kMaxDigits) {
    return Refuse("Content-Length is too large (RFC 9110 8.6)", reason);
  }
  head->content_length = NumberOf(value);
  return true;
}

bool ReadTransferEncoding(const Seen& seen, RequestHead* head, std::string* reason) {
  if (seen.transfer_encoding == 0) return true;
  if (head->http_1_0) {
    return Refuse("Transfer-Encoding was sent in HTTP/1.0 (RFC 9112 6.1)", reason);
  }
  if (seen.content_length > 0) {
    return Refuse("both Transfer-Encoding and Content-Length were sent (RFC 9112 6.1)", reason);
  }
  if (seen.transfer_encoding > 1 || !EqualsIgnoreCase(seen.coding_value, "chunked")) {
    return Refuse("Transfer-Encoding is not exactly: chunked (RFC 9112 6.1)", reason);
  }
  head->chunked = true;
  return true;
}

/// Reads what the transport needs from `head->headers` into the other members: Host, Connection,
/// Content-Length, Transfer-Encoding and Expect. False, and `*reason`, when one of them is
/// malformed, given twice, or contradicts another (P9).
bool ReadFraming(RequestHead* head, std::string* reason) {
  Seen seen;
  for (const HttpHeaderView& header : head->headers) Look(header, &seen);
  head->content_length = 0;
  head->chunked = false;
  // P7: HTTP/1.1 stays open unless Connection says otherwise, HTTP/1.0 closes unless it does.
  head->keep_alive = !seen.close && (!head->http_1_0 || seen.keep_alive);
  head->expect_continue = seen.expect_continue && !head->http_1_0;
  return CheckHost(seen, head->http_1_0, reason) && ReadContentLength(seen, head, reason) &&
         ReadTransferEncoding(seen, head, reason);
}

}  // namespace

Outcome HeadScanner::Scan(std::string_view input, const HttpLimits& limits, std::string* reason) {
  const std::size_t from = next_;
  for (;;) {
    const void* found = next_ < input.size()
                            ? std::memchr(input.data() + next_, '\n', input.size() - next_)
                            : nullptr;
    if (found == nullptr) return ScanRest(input, from, limits, reason);
    const auto line_end = static_cast<std::size_t>(static_cast<const char*>(found) - input.data());
    // Checked before the end of the line, because a TLS record may have an LF byte anywhere.
    if (fields_begin_ == 0 && input[line_begin_] != '\r' &&
        !CheckFirstByte(input[line_begin_], reason)) {
      return Outcome::kMalformed;
    }
    if (line_end == line_begin_ || input[line_end - 1] != '\r') {
      return Malformed("a line ends in a bare LF (RFC 9112 2.2)", reason);
    }
    next_ = line_end + 1;
    const std::size_t length = line_end - 1 - line_begin_;
    if (fields_begin_ > 0) {
      if (length == 0) return Outcome::kComplete;
      // HttpLimits::header_bytes
      if (next_ - fields_begin_ > limits.header_bytes) {
        return Malformed("the headers are larger than the limit of " +
                             std::to_string(limits.header_bytes) + " bytes",
                         reason);
      }
    } else if (length == 0) {
      if (++empty_lines_ > kLeadingEmptyLines) {
        return Malformed("too many empty lines before a request line (RFC 9112 2.2)", reason);
      }
      begin_ = next_;
    } else {
      // HttpLimits::request_line_bytes
      if (length > limits.request_line_bytes) {
        return Malformed("the request line is longer than the limit of " +
                             std::to_string(limits.request_line_bytes) + " bytes",
                         reason);
      }
      fields_begin_ = next_;
    }
    line_begin_ = next_;
  }
}

Outcome HeadScanner::ScanRest(std::string_view input, std::size_t from, const HttpLimits& limits,
                              std::string* reason) const {
  const std::string_view rest = input.substr(line_begin_);
  const bool in_request_line = fields_begin_ == 0;
  if (in_request_line && !rest.empty() && rest != "\r" && !CheckFirstByte(rest.front(), reason)) {
    return Outcome::kMalformed;
  }
  std::size_t cr = input.find('\r', from > 0 ? from - 1 : 0);
  for (; cr != std::string_view::npos && cr + 1 < input.size(); cr = input.find('\r', cr + 2)) {
    if (input[cr + 1] != '\n') return Malformed("a line holds a bare CR (RFC 9112 2.2)", reason);
  }
  // HttpLimits::request_line_bytes and header_bytes, before the end of the line has arrived. One
  // byte more is allowed, because its CR may be here already.
  if (in_request_line && rest.size() > limits.request_line_bytes + 1) {
    return Malformed("the request line is longer than the limit of " +
                         std::to_string(limits.request_line_bytes) + " bytes",
                     reason);
  }
  if (!in_request_line && input.size() - fields_begin_ > limits.header_bytes + 1) {
    return Malformed("the headers are larger than the limit of " +
                         std::to_string(limits.header_bytes) + " bytes",
                     reason);
  }
  return Outcome::kIncomplete;
}

bool ReadFieldLines(std::string_view text, std::size_t max_fields,
                    std::vector<HttpHeaderView>* fields, std::string* reason) {
  fields->clear();
  while (!text.starts_with("\r\n")) {
    const std::size_t name = Span(text, kToken);
    if (name == text.size()) return Refuse("a header line has no end (RFC 9112 5)", reason);
    if (name == 0 || text[name] != ':') {
      return Refuse(WhyNoName(text, name, fields->empty()), reason);
    }
    const std::string_view rest = text.substr(name + 1);
    const std::size_t length = Span(rest, kField);
    const std::string_view line_end = rest.substr(length, 2);
    if (line_end != "\r\n") {
      if (line_end.size() < 2) return Refuse("a header line has no end (RFC 9112 5)", reason);
      return Refuse("a header's value holds " + NameBadByte(rest, length), reason);
    }
    // HttpLimits::header_count
    if (fields->size() == max_fields) {
      return Refuse("there are more headers than the limit of " + std::to_string(max_fields),
                    reason);
    }
    fields->push_back({text.substr(0, name), TrimmedValue(rest.substr(0, length))});
    text = rest.substr(length + 2);
  }
  return true;
}

bool ReadHead(std::string_view text, const HttpLimits& limits, RequestHead* head,
              std::string* reason) {
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos || line_end == 0 || text[line_end - 1] != '\r') {
    return Refuse("the request line has no end (RFC 9112 2.2)", reason);
  }
  return ReadRequestLine(text.substr(0, line_end - 1), head, reason) &&
         ReadFieldLines(text.substr(line_end + 1), limits.header_count, &head->headers, reason) &&
         ReadFraming(head, reason);
}

}  // namespace timock
