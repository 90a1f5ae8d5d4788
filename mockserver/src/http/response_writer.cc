#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

namespace timock {
namespace {

/// The status codes registered with IANA, and three that proxies use.
constexpr std::string_view kReasons =
    "\n"
    "200 OK\n201 Created\n202 Accepted\n203 Non-Authoritative Information\n204 No Content\n"
    "205 Reset Content\n206 Partial Content\n207 Multi-Status\n208 Already Reported\n"
    "226 IM Used\n300 Multiple Choices\n301 Moved Permanently\n302 Found\n303 See Other\n"
    "304 Not Modified\n305 Use Proxy\n307 Temporary Redirect\n308 Permanent Redirect\n"
    "400 Bad Request\n401 Unauthorized\n402 Payment Required\n403 Forbidden\n404 Not Found\n"
    "405 Method Not Allowed\n406 Not Acceptable\n407 Proxy Authentication Required\n"
    "408 Request Timeout\n409 Conflict\n410 Gone\n411 Length Required\n"
    "412 Precondition Failed\n413 Payload Too Large\n414 URI Too Long\n"
    "415 Unsupported Media Type\n416 Range Not Satisfiable\n417 Expectation Failed\n"
    "421 Misdirected Request\n422 Unprocessable Entity\n423 Locked\n424 Failed Dependency\n"
    "426 Upgrade Required\n428 Precondition Required\n429 Too Many Requests\n"
    "431 Request Header Fields Too Large\n444 Connection Closed Without Response\n"
    "451 Unavailable For Legal Reasons\n499 Client Closed Request\n500 Internal Server Error\n"
    "501 Not Implemented\n502 Bad Gateway\n503 Service Unavailable\n504 Gateway Timeout\n"
    "505 HTTP Version Not Supported\n506 Variant Also Negotiates\n507 Insufficient Storage\n"
    "508 Loop Detected\n510 Not Extended\n511 Network Authentication Required\n"
    "599 Network Connect Timeout Error\n";

std::string_view ReasonOf(int status) {
  const std::string number = "\n" + std::to_string(status) + " ";
  const std::size_t found = kReasons.find(number);
  if (found == std::string_view::npos) return "<unknown-status>";
  const std::string_view reason = kReasons.substr(found + number.size());
  return reason.substr(0, reason.find('\n'));
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

/// How long a fault may take to trickle an answer.
constexpr std::chrono::milliseconds kMaxTrickleTime = std::chrono::minutes{10};

std::size_t HeadSize(const std::string& answer) {
  constexpr std::string_view kBlankLine = "\r\n\r\n";
  return answer.find(kBlankLine) + kBlankLine.size();
}

/// Large enough for the whole answer to be sent within kMaxTrickleTime.
std::size_t PieceSize(const TransportFault& fault, std::size_t answer) {
  const auto pieces = static_cast<std::size_t>(kMaxTrickleTime / fault.trickle_every);
  return std::max(fault.trickle_bytes, (answer + pieces - 1) / pieces);
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
  // Clients take 0 to mean that the connection cannot be used again.
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

FaultWriter::FaultWriter(const TransportFault& fault, std::string answer)
    : fault_(fault), answer_(std::move(answer)) {
  fault_.trickle_bytes = PieceSize(fault_, answer_.size());
}

/// After how many bytes the answer is cut, at most `max`: by default in the middle of its body.
std::size_t FaultWriter::Cut(std::size_t max) const {
  const std::size_t head = HeadSize(answer_);
  return std::min(fault_.after_bytes.value_or(head + (answer_.size() - head) / 2), max);
}

FaultWriter::Then FaultWriter::Next(std::string* out) {
  switch (fault_.ending) {
    case TransportFault::Ending::kNone:
      out->append(answer_);
      return Then::kGoOn;
    case TransportFault::Ending::kClose:
      return Then::kClose;
    case TransportFault::Ending::kReset:
      out->append(answer_, 0, Cut(answer_.size()));
      return Then::kReset;
    case TransportFault::Ending::kTruncate:
      out->append(answer_, 0, Cut(answer_.size() - 1));
      return Then::kClose;
    case TransportFault::Ending::kTrickle:
      break;
  }
  out->append(answer_, given_, fault_.trickle_bytes);
  given_ += fault_.trickle_bytes;
  return given_ < answer_.size() ? Then::kWait : Then::kGoOn;
}

}  // namespace timock
