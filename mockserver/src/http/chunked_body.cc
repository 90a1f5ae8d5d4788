#include "http/chunked_body.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cassert>
#include <cstdint>
#include <vector>

#include "http/byte_class.h"
#include "http/head_reader.h"

namespace timock {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;

/// Beast's parser, past a head of our own making: the real one was read by ReadHead.
class ChunkedBody::Parser final : public beast_http::basic_parser<true> {
 public:
  Parser(const HttpLimits& limits, std::size_t max_body_bytes)
      : limits_(limits), max_body_bytes_(max_body_bytes) {
    constexpr std::string_view kHead = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    eager(true);
    body_limit(boost::none);
    header_limit(UINT32_MAX);
    beast::error_code error;
    put(boost::asio::const_buffer(kHead.data(), kHead.size()), error);
    assert(is_header_done());
  }

  Outcome Put(std::string_view raw, std::size_t* consumed, std::string* reason) {
    *consumed = 0;
    // No body is complete with less. Beast 1.81 asserts it of a first chunk that is also the last.
    if (!chunk_seen_ && raw.size() < kShortestEnd.size()) return Outcome::kIncomplete;
    reason->clear();
    raw_ = raw;
    section_begin_ = 0;
    reason_ = reason;
    beast::error_code error;
    *consumed = put(boost::asio::const_buffer(raw.data(), raw.size()), error);
    if (error == beast_http::error::body_limit) return Outcome::kTooLarge;
    if (error && error != beast_http::error::need_more) {
      if (reason->empty()) *reason = Why(error);
      return Outcome::kMalformed;
    }
    if (is_done()) return Outcome::kComplete;
    return FitsLimit(raw.size() - *consumed) ? Outcome::kIncomplete : Outcome::kMalformed;
  }

  const std::string& body() const { return body_; }

 private:
  using Text = beast::string_view;

  static constexpr std::string_view kCrlf = "\r\n";
  static constexpr std::string_view kShortestEnd = "0\r\n\r\n";

  static std::string Why(const beast::error_code& error) {
    if (error == beast_http::error::bad_chunk) {
      return "a chunk's size is no hexadecimal number or its data does not end in CRLF (RFC 9112 "
             "7.1)";
    }
    if (error == beast_http::error::bad_chunk_extension) {
      return "a chunk's size is followed by what is no extension (RFC 9112 7.1.1)";
    }
    if (error == beast_http::error::bad_line_ending) {
      return "a chunk's line holds a bare CR (RFC 9112 7.1)";
    }
    return "the chunked body is malformed: " + error.message() + " (RFC 9112 7.1)";
  }

  /// HttpLimits::header_bytes also bounds a chunk's line, the last one together with the trailers;
  /// `bytes` counts from the end of the data before. Says so in the reason if they do not fit.
  bool FitsLimit(std::size_t bytes) {
    if (bytes <= limits_.header_bytes) return true;
    *reason_ = "a chunk's line or the trailers are larger than the limit of " +
               std::to_string(limits_.header_bytes) + " bytes";
    return false;
  }

  void on_request_impl(beast_http::verb, Text, Text, int, beast::error_code&) override {}
  void on_response_impl(int, Text, int, beast::error_code&) override {}
  void on_field_impl(beast_http::field, Text, Text, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(Text body, beast::error_code&) override { return body.size(); }
  void on_finish_impl(beast::error_code&) override {}

  void on_chunk_header_impl(std::uint64_t size, Text extensions,
                            beast::error_code& error) override {
    // Beast takes any byte inside a quoted extension value.
    const std::string_view text(extensions.data(), extensions.size());
    const std::size_t line_end = static_cast<std::size_t>(text.data() - raw_.data()) + text.size();
    const std::size_t end =
        size > 0 ? line_end + kCrlf.size() : raw_.find("\r\n\r\n", line_end) + 2 * kCrlf.size();
    if (!FitsLimit(end - section_begin_)) {
      error = beast_http::error::header_limit;
      return;
    }
    if (Span(text, kField) < text.size()) {
      error = beast_http::error::bad_chunk_extension;
      return;
    }
    // Rule `body_too_large`.
    if (size > max_body_bytes_ - body_.size()) {
      error = beast_http::error::body_limit;
      return;
    }
    chunk_seen_ = true;
    if (size > 0) return;
    // The last chunk: Beast has seen the end of the trailers, and would accept folded ones.
    if (!ReadFieldLines(raw_.substr(line_end + kCrlf.size()), limits_.header_count, &trailers_,
                        reason_)) {
      *reason_ = "in the trailers: " + *reason_;
      error = beast_http::error::bad_field;
    }
  }

  std::size_t on_chunk_body_impl(std::uint64_t, Text data, beast::error_code&) override {
    body_.append(data.data(), data.size());
    section_begin_ = static_cast<std::size_t>(data.data() - raw_.data()) + data.size();
    return data.size();
  }

  const HttpLimits& limits_;
  const std::size_t max_body_bytes_;
  std::string body_;
  bool chunk_seen_ = false;
  std::vector<HttpHeaderView> trailers_;
  std::string_view raw_;           // during Put
  std::size_t section_begin_ = 0;  // in raw_: of the chunk's line that is read
  std::string* reason_ = nullptr;  // during Put
};

ChunkedBody::ChunkedBody(const HttpLimits& limits, std::size_t max_body_bytes)
    : parser_(std::make_unique<Parser>(limits, max_body_bytes)) {}

ChunkedBody::~ChunkedBody() = default;

ChunkedBody::Outcome ChunkedBody::Put(std::string_view raw, std::size_t* consumed,
                                      std::string* reason) {
  return parser_->Put(raw, consumed, reason);
}

const std::string& ChunkedBody::body() const { return parser_->body(); }

}  // namespace timock
