#include "http/request_reader.h"

#include <algorithm>
#include <cstring>

#include "control/control_api.h"
#include "http/limits.h"

namespace timock {

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

Outcome RequestReader::Next(ParsedRequest* request) {
  if (stage_ == Stage::kHead) {
    if (begin_ == end_) return Outcome::kIncomplete;
    const Outcome outcome = ReadNewHead(request);
    if (outcome != Outcome::kComplete) return outcome;
    if (stage_ == Stage::kBody && input().size() >= head_bytes_ + body_bytes_) {
      request->body = input().substr(head_bytes_, body_bytes_);
      return Outcome::kComplete;
    }
  }
  if (stage_ == Stage::kChunks) {
    const Outcome outcome = ReadChunks(request);
    if (outcome == Outcome::kIncomplete || outcome == Outcome::kMalformed) return outcome;
    // The bytes may have moved since the head was read.
    ReadHead(input().substr(scanner_.begin(), head_bytes_ - scanner_.begin()), limits_,
             &request->head, &request->reason);
    request->body = outcome == Outcome::kComplete ? chunks_->body() : std::string_view();
    return outcome;
  }
  if (input().size() < head_bytes_ + body_bytes_) return Outcome::kIncomplete;
  ReadHead(input().substr(scanner_.begin(), head_bytes_ - scanner_.begin()), limits_,
           &request->head, &request->reason);
  request->body = input().substr(head_bytes_, body_bytes_);
  return Outcome::kComplete;
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
  if (!ReadHead(input().substr(scanner_.begin(), head_bytes_ - scanner_.begin()), limits_, &head,
                &request->reason)) {
    return Outcome::kMalformed;
  }
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
    *reason = "CONNECT was sent to a port that is no proxy (RFC 9110 9.3.6)";
    return false;
  }
  // Whether such bytes are a body or belong to the tunnel, two readers may see differently.
  if (head.chunked || head.content_length > 0) {
    *reason = "CONNECT was sent with a body (RFC 9110 9.3.6)";
    return false;
  }
  return true;
}

Outcome RequestReader::ReadChunks(ParsedRequest* request) {
  std::size_t consumed = 0;
  const ChunkedBody::Outcome outcome =
      chunks_->Put(input().substr(head_bytes_), &consumed, &request->reason);
  // The head stays, what was decoded goes.
  char* const raw = buffer_.get() + begin_ + head_bytes_;
  std::memmove(raw, raw + consumed, end_ - begin_ - head_bytes_ - consumed);
  end_ -= consumed;
  switch (outcome) {
    case ChunkedBody::Outcome::kIncomplete:
      return Outcome::kIncomplete;
    case ChunkedBody::Outcome::kComplete:
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

}  // namespace timock
