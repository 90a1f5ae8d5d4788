#include "http/response_writer.h"

#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace timock {
namespace {

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
    const auto status = boost::beast::http::int_to_status(static_cast<unsigned>(response.status));
    const auto reason = boost::beast::http::obsolete_reason(status);
    out->append(reason.data(), reason.size());
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
