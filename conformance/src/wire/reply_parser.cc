#include "wire/reply_parser.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace timock::conformance {
namespace {

constexpr std::size_t kMaxBody = std::size_t{4} << 20U;
constexpr std::size_t kMaxHead = std::size_t{64} << 10U;
constexpr std::size_t kMaxChunkLine = 4096;

bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

/// Digits alone, and a number that fits.
bool ReadSize(std::string_view text, int base, std::size_t* out) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, *out, base);
  return !text.empty() && read.ec == std::errc{} && read.ptr == end;
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// RFC 9110 5.6.2
bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

/// RFC 9110 5.5: no control character but a tab.
bool IsFieldText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

}  // namespace

void ReplyParser::Clear() {
  part_ = Part::kHead;
  problem_.clear();
  status_ = 0;
  headers_.clear();
  body_.clear();
  began_ = false;
  closes_ = false;
  has_length_ = false;
  chunked_ = false;
  ends_with_connection_ = false;
}

void ReplyParser::Reset() {
  Clear();
  input_.clear();
  read_ = 0;
}

ReplyParser::State ReplyParser::Next() {
  Clear();
  input_.erase(0, std::exchange(read_, 0));
  return Advance();
}

ReplyParser::State ReplyParser::Feed(std::string_view bytes) {
  input_.append(bytes);
  return Advance();
}

ReplyParser::State ReplyParser::End() {
  if (part_ == Part::kToEnd) {
    part_ = Part::kDone;
  } else if (part_ != Part::kDone && part_ != Part::kBroken) {
    part_ = Broken(part_ == Part::kHead ? "the connection ends before the reply's head does"
                                        : "the answer ends before its body does");
  }
  return part_ == Part::kDone ? State::kDone : State::kBroken;
}

ReplyParser::State ReplyParser::Advance() {
  began_ = began_ || read_ < input_.size();
  // Each step uses bytes or ends in another part.
  for (bool moved = true; moved && part_ != Part::kDone && part_ != Part::kBroken;) {
    const Part before = part_;
    const std::size_t read_before = read_;
    part_ = Step();
    moved = part_ != before || read_ != read_before;
  }
  if (body_.size() > kMaxBody) part_ = Broken("the reply's body is over 4 MiB");
  if (part_ != Part::kDone && part_ != Part::kBroken && read_ > 0) {
    input_.erase(0, std::exchange(read_, 0));
  }
  if (part_ == Part::kBroken) return State::kBroken;
  return part_ == Part::kDone ? State::kDone : State::kMore;
}

bool ReplyParser::TakeLine(std::string* line) {
  const std::size_t end = input_.find("\r\n", read_);
  if (end == std::string::npos) return false;
  line->assign(input_, read_, end - read_);
  read_ = end + 2;
  return true;
}

ReplyParser::Part ReplyParser::Broken(std::string problem) {
  problem_ = std::move(problem);
  return Part::kBroken;
}

ReplyParser::Part ReplyParser::Step() {
  std::string line;
  switch (part_) {
    case Part::kHead:
      return ReadHead();
    case Part::kToEnd:
      body_.append(input_, read_);
      read_ = input_.size();
      return part_;
    case Part::kBody:
    case Part::kChunk: {
      const std::size_t size = std::min(left_, input_.size() - read_);
      body_.append(input_, read_, size);
      read_ += size;
      left_ -= size;
      if (left_ > 0) return part_;
      return part_ == Part::kBody ? Part::kDone : Part::kChunkEnd;
    }
    case Part::kChunkSize:
      return ReadChunkSize();
    case Part::kChunkEnd:
      if (input_.size() - read_ < 2) return part_;
      if (input_.compare(read_, 2, "\r\n") != 0) {
        return Broken("bytes stand between a chunk and its line end");
      }
      read_ += 2;
      return Part::kChunkSize;
    case Part::kTrailer:
      if (!TakeLine(&line)) {
        return input_.size() - read_ > kMaxHead ? Broken("the trailer is over 64 KiB") : part_;
      }
      if (line.empty()) return Part::kDone;
      return CheckField(line) ? part_ : Part::kBroken;
    case Part::kDone:
    case Part::kBroken:
      break;
  }
  return part_;
}

ReplyParser::Part ReplyParser::ReadHead() {
  const std::size_t end = input_.find("\r\n\r\n", read_);
  if (end == std::string::npos) {
    const std::string_view begun = std::string_view(input_).substr(read_);
    const std::string_view version = "HTTP/1.";
    if (begun.substr(0, version.size()) != version.substr(0, begun.size())) {
      return Broken("the answer is no HTTP");
    }
    return begun.size() > kMaxHead ? Broken("the reply's head is over 64 KiB") : Part::kHead;
  }
  std::string_view head(input_.data() + read_, end - read_);
  read_ = end + 4;
  status_ = 0;
  headers_.clear();
  closes_ = has_length_ = chunked_ = false;
  left_ = 0;
  const std::string_view first = head.substr(0, head.find("\r\n"));
  if (!ReadStatusLine(first)) return Broken("the answer is no HTTP");
  head.remove_prefix(std::min(first.size() + 2, head.size()));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    if (!ReadField(line)) return Part::kBroken;
    head.remove_prefix(std::min(line.size() + 2, head.size()));
  }
  return BodyPart();
}

/// "HTTP/1.1 200 OK"
bool ReplyParser::ReadStatusLine(std::string_view line) {
  std::size_t status = 0;
  const bool formed = line.size() >= 12 &&
                      (line.starts_with("HTTP/1.1 ") || line.starts_with("HTTP/1.0 ")) &&
                      ReadSize(line.substr(9, 3), 10, &status) && IsFieldText(line) &&
                      (line.size() == 12 || line[12] == ' ');
  if (!formed || status < 100 || status > 599) return false;
  status_ = static_cast<int>(status);
  closes_ = line[7] == '0';
  return true;
}

/// RFC 9112 6.3
ReplyParser::Part ReplyParser::BodyPart() {
  const bool interim = status_ / 100 == 1;
  if (interim && !take_interim_) return Part::kHead;
  if (interim || !expect_body_ || status_ == 204 || status_ == 304) return Part::kDone;
  if (has_length_ && chunked_) return Broken("Content-Length stands beside Transfer-Encoding");
  if (chunked_) return Part::kChunkSize;
  if (has_length_) return left_ > kMaxBody ? Broken("the reply's body is over 4 MiB") : Part::kBody;
  ends_with_connection_ = true;
  return Part::kToEnd;
}

bool ReplyParser::CheckField(std::string_view line) {
  const std::size_t colon = line.find(':');
  const bool formed = colon != std::string_view::npos && IsToken(line.substr(0, colon)) &&
                      IsFieldText(line.substr(colon + 1));
  if (!formed) part_ = Broken("\"" + std::string(line) + "\" is no header line");
  return formed;
}

bool ReplyParser::ReadField(std::string_view line) {
  if (!CheckField(line)) return false;
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = Trimmed(line.substr(colon + 1));
  headers_.emplace_back(name, value);
  std::string wrong;
  if (SameText(name, "Content-Length")) {
    if (has_length_) wrong = "Content-Length is given twice";
    if (!ReadSize(value, 10, &left_)) wrong = "Content-Length is \"" + std::string(value) + '"';
    has_length_ = true;
  } else if (SameText(name, "Transfer-Encoding")) {
    if (chunked_ || !SameText(value, "chunked")) {
      wrong = "Transfer-Encoding is \"" + std::string(value) + "\", not chunked once";
    }
    chunked_ = true;
  } else if (SameText(name, "Connection")) {
    ReadConnection(value);
  }
  if (!wrong.empty()) Broken(wrong);
  return wrong.empty();
}

/// RFC 9110 7.6.1: a list. HTTP/1.0 has nothing else to keep a connection open.
void ReplyParser::ReadConnection(std::string_view value) {
  while (!value.empty()) {
    const std::string_view option = value.substr(0, value.find(','));
    if (SameText(Trimmed(option), "close")) closes_ = true;
    value.remove_prefix(std::min(option.size() + 1, value.size()));
  }
}

ReplyParser::Part ReplyParser::ReadChunkSize() {
  std::string line;
  if (!TakeLine(&line)) {
    return input_.size() - read_ > kMaxChunkLine ? Broken("a chunk's size has no end")
                                                 : Part::kChunkSize;
  }
  const std::string_view digits = Trimmed(std::string_view(line).substr(0, line.find(';')));
  if (!ReadSize(digits, 16, &left_)) return Broken("a chunk's size is \"" + line + '"');
  if (left_ > kMaxBody) return Broken("the reply's body is over 4 MiB");
  return left_ == 0 ? Part::kTrailer : Part::kChunk;
}

}  // namespace timock::conformance
