#include "http/framing.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "http/byte_class.h"
#include "text/ascii.h"

namespace timock {
namespace {

bool Refuse(const char* text, std::string* reason) {
  *reason = text;
  return false;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char byte) { return byte >= '0' && byte <= '9'; });
}

/// `digits` are digits, and few enough.
std::uint64_t NumberOf(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

bool ValidPort(std::string_view port) {
  return port.size() <= 5 && AllDigits(port) && NumberOf(port) <= 65535;
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

/// Most headers are passed by after a look at the length of their name.
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
  return ValidHost(seen.host_value) ||
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

}  // namespace

bool ValidHost(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t bracket = host.find(']');
    if (bracket == std::string_view::npos || bracket < 3) return false;
    const std::string_view address = host.substr(1, bracket - 1);
    const bool hex = std::all_of(address.begin(), address.end(), [](char byte) {
      return byte == ':' || byte == '.' || std::isxdigit(static_cast<unsigned char>(byte)) != 0;
    });
    const std::string_view rest = host.substr(bracket + 1);
    return hex && (rest.empty() || (rest.front() == ':' && ValidPort(rest.substr(1))));
  }
  const std::size_t name = Span(host, kHost);
  if (name == 0) return false;
  const std::string_view rest = host.substr(name);
  return rest.empty() || (rest.front() == ':' && ValidPort(rest.substr(1)));
}

bool ReadFraming(RequestHead* head, std::string* reason) {
  Seen seen;
  for (const HttpHeaderView& header : head->headers) Look(header, &seen);
  head->content_length = 0;
  head->chunked = false;
  // P7: HTTP/1.1 stays open unless told otherwise, HTTP/1.0 the reverse.
  head->keep_alive = !seen.close && (!head->http_1_0 || seen.keep_alive);
  head->expect_continue = seen.expect_continue && !head->http_1_0;
  return CheckHost(seen, head->http_1_0, reason) && ReadContentLength(seen, head, reason) &&
         ReadTransferEncoding(seen, head, reason);
}

}  // namespace timock
