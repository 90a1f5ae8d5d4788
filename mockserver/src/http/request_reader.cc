#include "http/request_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>
#include <vector>

#include "control/control_api.h"
#include "text/words.h"

namespace timock {
namespace {

/// For a body, at most this much memory is reserved ahead of what has arrived.
constexpr std::size_t kBodyStep = std::size_t{256} * 1024;

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kSectionEnd = "\r\n\r\n";
constexpr std::string_view kBadSize =
    "a chunk's size is not a hexadecimal number or its data does not end in CRLF (RFC 9112 7.1)";
constexpr std::string_view kBadExtension =
    "a chunk's size is followed by something that is not an extension (RFC 9112 7.1.1)";
constexpr std::string_view kBareCr = "a chunk's line holds a bare CR (RFC 9112 7.1)";

ChunkedBody::Outcome Malformed(std::string_view why, std::string* reason) {
  *reason = why;
  return ChunkedBody::Outcome::kMalformed;
}

std::string_view WithoutBlanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

bool Skip(char byte, std::string_view* text) {
  if (!text->starts_with(byte)) return false;
  text->remove_prefix(1);
  return true;
}

bool SkipToken(std::string_view* text) {
  const std::size_t size = Span(*text, kToken);
  text->remove_prefix(size);
  return size > 0;
}

/// `*text` begins after the opening quote; skips up to and including the closing one.
bool SkipQuoted(std::string_view* text) {
  for (std::size_t at = 0; at < text->size(); ++at) {
    if ((*text)[at] == '\\') {
      ++at;
    } else if ((*text)[at] == '"') {
      text->remove_prefix(at + 1);
      return true;
    }
  }
  return false;
}

/// Whether `text` is *( BWS ";" BWS name [ BWS "=" BWS value ] ), RFC 9112 7.1.1. A quoted value
/// may hold any byte.
bool AreExtensions(std::string_view text) {
  while (!text.empty()) {
    text = WithoutBlanks(text);
    if (!Skip(';', &text)) return false;
    text = WithoutBlanks(text);
    if (!SkipToken(&text)) return false;
    std::string_view value = WithoutBlanks(text);
    if (!Skip('=', &value)) continue;
    text = WithoutBlanks(value);
    if (!(Skip('"', &text) ? SkipQuoted(&text) : SkipToken(&text))) return false;
  }
  return true;
}

/// Whether `text` is a list of tokens, some of them possibly empty.
bool AreTokens(std::string_view text) {
  do {
    text = WithoutBlanks(text);
    SkipToken(&text);
    text = WithoutBlanks(text);
  } while (Skip(',', &text));
  return text.empty();
}

}  // namespace

using Outcome = RequestReader::Outcome;

std::span<char> RequestReader::Prepare() {
  const std::size_t held = end_ - begin_;
  if (held == 0) {
    begin_ = end_ = 0;
    if (capacity_ != kSmallBuffer) Resize(kSmallBuffer);
  } else if (end_ == capacity_) {
    if (begin_ > 0) {
      std::memmove(buffer_.get(), buffer_.get() + begin_, held);
      begin_ = 0;
      end_ = held;
    } else {
      const std::size_t missing = stage_ == Stage::kBody ? head_bytes_ + body_bytes_ - held : held;
      Resize(held + std::max<std::size_t>(std::min(missing, std::max(held, kBodyStep)), 1));
    }
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void RequestReader::Resize(std::size_t capacity) {
  std::unique_ptr<char[]> larger(new char[capacity]);
  if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  buffer_ = std::move(larger);
  capacity_ = capacity;
}

/// A head whose body arrives later is read twice: once when it is complete, because its framing
/// says where the body ends, and again with the last byte of the body. It is not kept in between,
/// because the views in it are invalid once the buffer has moved, and `*request` serves the other
/// connections of the thread meanwhile. The second reading cannot fail, for the bytes are the same,
/// and costs less time than the system call that brought the body.
Outcome RequestReader::Next(ParsedRequest* request) {
  const bool new_head = stage_ == Stage::kHead;
  if (new_head) {
    if (begin_ == end_) return Outcome::kIncomplete;
    const Outcome outcome = ReadNewHead(request);
    if (outcome != Outcome::kComplete) return outcome;
  }
  const Outcome outcome = stage_ == Stage::kChunks ? ReadChunks(request) : ReadBody(request);
  if (outcome == Outcome::kIncomplete || outcome == Outcome::kMalformed) return outcome;
  if (!new_head) ReadHead(head(), limits_, &request->head, &request->reason);
  return outcome;
}

Outcome RequestReader::ReadNewHead(ParsedRequest* request) {
  switch (scanner_.Scan(input(), limits_, &request->reason)) {
    case HeadScanner::Outcome::kIncomplete:
      return Outcome::kIncomplete;
    case HeadScanner::Outcome::kMalformed:
      return Outcome::kMalformed;
    case HeadScanner::Outcome::kComplete:
      break;
  }
  head_bytes_ = scanner_.end();
  RequestHead& head = request->head;
  if (!ReadHead(this->head(), limits_, &head, &request->reason)) return Outcome::kMalformed;
  if (head.method == "CONNECT" && !CheckConnect(head, &request->reason)) {
    return Outcome::kMalformed;
  }
  request->body = {};
  // Rule `body_too_large`.
  const std::size_t max_body_bytes = MaxBodyBytes(head);
  if (head.content_length > max_body_bytes) return Outcome::kBodyTooLarge;
  body_bytes_ = static_cast<std::size_t>(head.content_length);
  stage_ = head.chunked ? Stage::kChunks : Stage::kBody;
  if (head.chunked) chunks_ = std::make_unique<ChunkedBody>(limits_, max_body_bytes);
  const bool has_body = head.chunked || body_bytes_ > 0;
  expects_continue_ = head.expect_continue && has_body && input().size() == head_bytes_;
  return Outcome::kComplete;
}

std::size_t RequestReader::MaxBodyBytes(const RequestHead& head) const {
  const bool small = !head.chunked && head.content_length <= max_body_bytes_;
  if (small || !control_ || !ControlApi::Owns(head.target)) return max_body_bytes_;
  return kMaxControlBody;
}

bool RequestReader::CheckConnect(const RequestHead& head, std::string* reason) const {
  if (!proxy_) {
    *reason = "CONNECT was sent to a port that is not a proxy (RFC 9110 9.3.6)";
    return false;
  }
  // Readers may disagree whether such bytes are a body or belong to the tunnel.
  if (head.chunked || head.content_length > 0) {
    *reason = "CONNECT was sent with a body (RFC 9110 9.3.6)";
    return false;
  }
  return true;
}

Outcome RequestReader::ReadBody(ParsedRequest* request) {
  if (input().size() < head_bytes_ + body_bytes_) return Outcome::kIncomplete;
  request->body = input().substr(head_bytes_, body_bytes_);
  return Outcome::kComplete;
}

Outcome RequestReader::ReadChunks(ParsedRequest* request) {
  request->body = {};
  std::size_t consumed = 0;
  const ChunkedBody::Outcome outcome =
      chunks_->Put(input().substr(head_bytes_), &consumed, &request->reason);
  // Keep the head, and drop what was decoded.
  char* const raw = buffer_.get() + begin_ + head_bytes_;
  std::memmove(raw, raw + consumed, end_ - begin_ - head_bytes_ - consumed);
  end_ -= consumed;
  switch (outcome) {
    case ChunkedBody::Outcome::kIncomplete:
      return Outcome::kIncomplete;
    case ChunkedBody::Outcome::kComplete:
      request->body = chunks_->body();
      return Outcome::kComplete;
    case ChunkedBody::Outcome::kTooLarge:
      return Outcome::kBodyTooLarge;
    case ChunkedBody::Outcome::kMalformed:
      break;
  }
  return Outcome::kMalformed;
}

void RequestReader::Consume() {
  begin_ += head_bytes_ + body_bytes_;
  scanner_ = HeadScanner();
  stage_ = Stage::kHead;
  head_bytes_ = 0;
  body_bytes_ = 0;
  chunks_.reset();
}

bool RequestReader::TakeExpectation() {
  const bool expects = expects_continue_;
  expects_continue_ = false;
  return expects;
}

std::string RequestReader::TakeRest() {
  std::string rest(input());
  Release();
  return rest;
}

void RequestReader::Release() {
  buffer_.reset();
  capacity_ = begin_ = end_ = 0;
  Consume();
}

ChunkedBody::Outcome ChunkedBody::Put(std::string_view raw, std::size_t* consumed,
                                      std::string* reason) {
  *consumed = 0;
  for (;;) {
    *consumed += TakeData(raw.substr(*consumed));
    if (missing_ > 0) return Outcome::kIncomplete;
    std::size_t size = 0;
    const std::optional<Outcome> outcome = ReadSection(raw.substr(*consumed), &size, reason);
    *consumed += size;
    if (outcome) return *outcome;
  }
}

std::size_t ChunkedBody::TakeData(std::string_view text) {
  const std::string_view data = text.substr(0, missing_);
  body_.append(data);
  missing_ -= data.size();
  return data.size();
}

/// Reads a section: what is between the data of two chunks (the CRLF of the first, the line of the
/// second) or between the last data and the end (with the trailers). Returns nothing when it is
/// complete and data follows. A section is small (FitsLimit), so an incomplete one is read again
/// from its beginning each time that more of it has arrived.
std::optional<ChunkedBody::Outcome> ChunkedBody::ReadSection(std::string_view text,
                                                             std::size_t* size,
                                                             std::string* reason) {
  const std::size_t begin = first_ ? 0 : kCrlf.size();
  if (text.substr(0, begin) != kCrlf.substr(0, std::min(begin, text.size()))) {
    return Malformed(kBadSize, reason);
  }
  const auto incomplete = [&] {
    return FitsLimit(text.size(), reason) ? Outcome::kIncomplete : Outcome::kMalformed;
  };
  const std::size_t cr = text.find('\r', begin);
  if (cr == std::string_view::npos || cr + 1 == text.size()) return incomplete();
  if (text[cr + 1] != '\n') return Malformed(kBareCr, reason);

  std::string_view extensions = text.substr(begin, cr - begin);
  std::uint64_t data = 0;
  const auto [rest, error] =
      std::from_chars(extensions.data(), extensions.data() + extensions.size(), data, 16);
  if (error != std::errc()) return Malformed(kBadSize, reason);
  extensions.remove_prefix(static_cast<std::size_t>(rest - extensions.data()));

  std::size_t end = cr + kCrlf.size();
  if (data == 0) {
    const std::size_t last_line = text.find(kSectionEnd, cr);
    if (last_line == std::string_view::npos) return incomplete();
    end = last_line + kSectionEnd.size();
  }
  if (!AreExtensions(extensions)) return Malformed(kBadExtension, reason);
  if (!FitsLimit(end, reason)) return Outcome::kMalformed;
  if (Span(extensions, kField) < extensions.size()) return Malformed(kBadExtension, reason);
  // Rule `body_too_large`.
  if (data > max_body_bytes_ - body_.size()) return Outcome::kTooLarge;
  first_ = false;
  missing_ = data;
  *size = end;
  if (data > 0) return std::nullopt;
  const std::string_view trailers = text.substr(cr + kCrlf.size(), end - cr - kCrlf.size());
  return ReadTrailers(trailers, reason) ? Outcome::kComplete : Outcome::kMalformed;
}

/// HttpLimits::header_bytes also bounds a chunk's line, the last one together with the trailers;
/// `bytes` counts from the end of the data before.
bool ChunkedBody::FitsLimit(std::size_t bytes, std::string* reason) const {
  if (bytes <= limits_.header_bytes) return true;
  *reason = "a chunk's line or the trailers are larger than the limit of " +
            std::to_string(limits_.header_bytes) + " bytes";
  return false;
}

/// Trailers that affect framing are refused (RFC 9110 6.5.1).
bool ChunkedBody::ReadTrailers(std::string_view text, std::string* reason) const {
  std::vector<HttpHeaderView> trailers;
  if (!ReadFieldLines(text, limits_.header_count, &trailers, reason)) {
    *reason = "in the trailers: " + *reason;
    return false;
  }
  for (const auto& [name, value] : trailers) {
    std::string_view wrong;
    if (EqualsIgnoreCase(name, "Content-Length")) wrong = "bad Content-Length";
    if (EqualsIgnoreCase(name, "Transfer-Encoding")) wrong = "bad Transfer-Encoding";
    const bool connection =
        EqualsIgnoreCase(name, "Connection") || EqualsIgnoreCase(name, "Proxy-Connection");
    if (connection && !AreTokens(value)) wrong = "bad value";
    if (wrong.empty()) continue;
    *reason = "the chunked body is malformed: " + std::string(wrong) + " (RFC 9112 7.1)";
    return false;
  }
  return true;
}

}  // namespace timock
