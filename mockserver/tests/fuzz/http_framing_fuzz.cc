#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_reader.h"

namespace {

using timock::ParsedRequest;
using timock::RequestReader;
using Outcome = RequestReader::Outcome;

constexpr std::size_t kMaxBody = 512;

void Require(bool holds) {
  if (!holds) std::abort();
}

/// What a reader made of one connection's bytes: each request written out, and how it ended.
struct Reading {
  std::string requests;
  Outcome end = Outcome::kIncomplete;
  bool in_request = false;
};

void WriteOut(const ParsedRequest& request, std::string* out) {
  *out += request.head.method;
  *out += ' ';
  *out += request.head.target;
  for (const timock::HttpHeaderView& header : request.head.headers) {
    *out += '\n';
    *out += header.name;
    *out += ':';
    *out += header.value;
  }
  *out += "\n\n" + std::string(request.body) + "\n";
}

/// Beast reads what our reader accepts, and finds the same in it.
void CompareWithBeast(std::string_view bytes, const ParsedRequest& request) {
  namespace beast = boost::beast;
  beast::http::request_parser<beast::http::string_body> parser;
  parser.eager(true);
  parser.header_limit(UINT32_MAX);
  parser.body_limit(kMaxBody);
  beast::error_code error;
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error == beast::http::error::bad_version) return;  // HTTP/1.2 and up, which it does not know
  if (error == beast::http::error::bad_value) return;    // options of Connection that are no tokens
  // Beast takes a trailer for a header (RFC 9110 6.5.1 says not to).
  const bool chunked = request.head.chunked;
  if (chunked && (error == beast::http::error::bad_content_length ||
                  error == beast::http::error::bad_transfer_encoding)) {
    return;
  }
  Require(!error && parser.is_done());
  const auto& message = parser.get();
  const auto same = [](beast::string_view left, std::string_view right) {
    return std::string_view(left.data(), left.size()) == right;
  };
  Require(same(message.method_string(), request.head.method));
  Require(same(message.target(), request.head.target));
  Require(same(message.body(), request.body));
  // In HTTP/1.0 Beast lets keep-alive win over close.
  if (!request.head.http_1_0 && !chunked) Require(parser.keep_alive() == request.head.keep_alive);
}

/// Feeds `bytes` in pieces of at most `step`.
Reading Read(std::string_view bytes, std::size_t step, bool compare) {
  const timock::HttpLimits limits{
      .request_line_bytes = 128, .header_bytes = 256, .header_count = 8};
  RequestReader reader(limits, kMaxBody);
  ParsedRequest request;
  Reading reading;
  std::string_view rest = bytes;
  std::size_t request_begin = 0;
  while (!rest.empty()) {
    const std::span<char> space = reader.Prepare();
    Require(!space.empty());
    const std::size_t size = std::min({step, space.size(), rest.size()});
    std::memcpy(space.data(), rest.data(), size);
    reader.Commit(size);
    rest.remove_prefix(size);
    while ((reading.end = reader.Next(&request)) == Outcome::kComplete) {
      Require(request.body.size() <= kMaxBody);
      WriteOut(request, &reading.requests);
      // At steps of one byte a request ends exactly where the bytes fed so far end.
      if (compare && step == 1) {
        const std::size_t end = bytes.size() - rest.size();
        CompareWithBeast(bytes.substr(request_begin, end - request_begin), request);
        request_begin = end;
      }
      reader.Consume();
    }
    if (reading.end == Outcome::kMalformed) Require(!request.reason.empty());
    if (reading.end != Outcome::kIncomplete) return reading;
  }
  reading.in_request = reader.InRequest();
  return reading;
}

}  // namespace

/// The bytes of one connection: read at once, byte by byte and in sevens they must come to the
/// same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading whole = Read(bytes, bytes.size() + 1, false);
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}}) {
    const Reading parts = Read(bytes, step, true);
    Require(parts.requests == whole.requests);
    Require(parts.end == whole.end);
    Require(parts.in_request == whole.in_request);
  }
  return 0;
}
