#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
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

// A second reader, of a whole request at once and as plain as can be. It shares nothing with the
// one that is watched, and knows only what that one accepts: it looks for no errors but in framing.

/// Cuts `*rest` behind the next `end`, and returns what is before it; aborts when there is none.
std::string Cut(std::string* rest, const std::string& end) {
  const std::size_t at = rest->find(end);
  Require(at != std::string::npos);
  const std::string before = rest->substr(0, at);
  rest->erase(0, at + end.size());
  return before;
}

std::string Lower(std::string text) {
  for (char& byte : text) byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  return text;
}

std::string Trim(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

struct PlainRequest {
  std::string method, target, version, body;
  std::vector<std::pair<std::string, std::string>> headers;

  std::string Value(const std::string& name) const {
    std::string all;
    for (const auto& [other, value] : headers) {
      if (Lower(other) == name) all += (all.empty() ? "" : ",") + value;
    }
    return all;
  }
};

/// Takes the chunks and the trailers from `*rest`, and returns the data.
std::string PlainChunks(std::string* rest) {
  std::string data;
  for (;;) {
    const std::string line = Cut(rest, "\r\n");
    const std::string digits = line.substr(0, line.find_first_not_of("0123456789abcdefABCDEF"));
    Require(!digits.empty());
    const std::string tail = Trim(line.substr(digits.size()));
    Require(tail.empty() ? digits == line : tail.front() == ';');
    Require(std::count(tail.begin(), tail.end(), '"') != 1);
    std::size_t size = 0;
    for (const char digit : digits) {
      size = size * 16 + std::string("0123456789abcdef").find(Lower({digit}));
      Require(size <= kMaxBody);
    }
    if (size == 0) break;
    Require(rest->size() >= size + 2 && rest->substr(size, 2) == "\r\n");
    data += rest->substr(0, size);
    rest->erase(0, size + 2);
  }
  for (std::string trailer = "-"; !trailer.empty();) {
    trailer = Cut(rest, "\r\n");
    const std::string name = Lower(trailer.substr(0, trailer.find(':')));
    Require(trailer.empty() || trailer.find(':') != std::string::npos);
    Require(name != "content-length" && name != "transfer-encoding");
  }
  return data;
}

/// `bytes` are one request and no more.
PlainRequest ReadPlainly(std::string_view bytes) {
  std::string rest(bytes);
  while (rest.starts_with("\r\n")) rest.erase(0, 2);
  PlainRequest request;
  std::string line = Cut(&rest, "\r\n");
  request.method = Cut(&line, " ");
  request.target = Cut(&line, " ");
  request.version = line;
  while (!(line = Cut(&rest, "\r\n")).empty()) {
    const std::string name = Cut(&line, ":");
    request.headers.emplace_back(name, Trim(line));
  }
  if (Lower(request.Value("transfer-encoding")) == "chunked") {
    Require(request.Value("content-length").empty());
    request.body = PlainChunks(&rest);
  } else if (const std::string length = request.Value("content-length"); !length.empty()) {
    const std::size_t size = std::stoul(length);
    Require(rest.size() >= size);
    request.body = rest.substr(0, size);
    rest.erase(0, size);
  }
  Require(rest.empty());
  return request;
}

bool KeepsAlive(const PlainRequest& request) {
  std::string options = Lower(request.Value("connection")) + ",";
  bool close = false;
  bool keep_alive = false;
  while (!options.empty()) {
    const std::string option = Trim(Cut(&options, ","));
    close = close || option == "close";
    keep_alive = keep_alive || option == "keep-alive";
  }
  return !close && (keep_alive || request.version != "HTTP/1.0");
}

/// Whether an option of Connection is no token, which the readers may take for different ones.
bool HasOddConnection(const PlainRequest& request) {
  const std::string options = Lower(request.Value("connection"));
  return options.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_., \t") !=
         std::string::npos;
}

void CompareWithPlainReader(std::string_view bytes, const ParsedRequest& request) {
  const PlainRequest plain = ReadPlainly(bytes);
  Require(plain.method == request.head.method);
  Require(plain.target == request.head.target);
  Require(plain.body == request.body);
  Require(plain.headers.size() == request.head.headers.size());
  for (std::size_t i = 0; i < plain.headers.size(); ++i) {
    Require(plain.headers[i].first == request.head.headers[i].name);
    Require(plain.headers[i].second == request.head.headers[i].value);
  }
  if (!HasOddConnection(plain)) Require(KeepsAlive(plain) == request.head.keep_alive);
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
        CompareWithPlainReader(bytes.substr(request_begin, end - request_begin), request);
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
