#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace timock {
namespace {

/// The statuses that IANA has registered, and two that proxies use.
constexpr auto kReasons = std::to_array<std::pair<int, std::string_view>>({
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {444, "Connection Closed Without Response"},
    {451, "Unavailable For Legal Reasons"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
    {599, "Network Connect Timeout Error"},
});

std::string_view ReasonOf(int status) {
  const auto* const found = std::find_if(kReasons.begin(), kReasons.end(),
                                         [&](const auto& row) { return row.first == status; });
  return found != kReasons.end() ? found->second : "<unknown-status>";
}

template <typename Integer>
void AppendNumber(Integer value, std::string* out) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out->append(digits.data(), end.ptr);
}

void AppendStatus(const HttpResponse& response, std::string* out) {
  if (response.status == 200) {
    *out += "HTTP/1.1 200 OK\r\n";
  } else {
    *out += "HTTP/1.1 ";
    AppendNumber(response.status, out);
    *out += ' ';
    *out += ReasonOf(response.status);
    *out += "\r\n";
  }
  if (!response.content_type.empty()) {
    *out += "Content-Type: ";
    *out += response.content_type;
    *out += "\r\n";
  }
  for (const HttpHeader& header : response.headers) {
    *out += header.name;
    *out += ": ";
    *out += header.value;
    *out += "\r\n";
  }
}

}  // namespace

std::string_view DateLine::At(Tick ticks, const Clock& clock) {
  if (ticks >= valid_from_ && ticks < valid_until_) return line_;
  namespace chrono = std::chrono;
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const UnixTime now = clock.Now();
  const auto second = chrono::floor<chrono::seconds>(now);
  const auto day = chrono::floor<chrono::days>(now);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(second - day);
  std::array<char, 64> text;
  const int length = std::snprintf(
      text.data(), text.size(), "Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n",
      kDays[chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
      kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  line_.assign(text.data(), static_cast<std::size_t>(length));
  valid_from_ = ticks;
  valid_until_ = ticks + (second + chrono::seconds(1) - now);
  return line_;
}

std::string KeepAliveLines(std::chrono::milliseconds idle_time) {
  std::string lines = "Connection: keep-alive\r\n";
  const auto seconds = std::chrono::floor<std::chrono::seconds>(idle_time).count();
  // A client takes 0 for a connection that is not to be used again.
  if (seconds > 0) lines += "Keep-Alive: timeout=" + std::to_string(seconds) + "\r\n";
  return lines;
}

void AppendStreamHead(const HttpResponse& response, std::string_view date_line, std::string* out) {
  AppendStatus(response, out);
  *out += date_line;
  *out += kConnectionClose;
  *out += "\r\n";
}

void AppendResponse(const HttpResponse& response, std::string_view connection_lines,
                    std::string_view date_line, bool with_body, std::string* out) {
  AppendStatus(response, out);
  // RFC 9110 8.6: a status without a body has no Content-Length.
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) {
    *out += "Content-Length: ";
    AppendNumber(response.body.size(), out);
    *out += "\r\n";
  }
  *out += date_line;
  *out += connection_lines;
  *out += "\r\n";
  if (with_body && !bodiless) *out += response.body;
}

}  // namespace timock
