#include "response_reader.h"

#include <strings.h>

#include <algorithm>
#include <charconv>

namespace timock::load {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool ReadSize(std::string_view text, int base, std::size_t* out) {
  const char* const end = text.data() + text.size();
  return !text.empty() && std::from_chars(text.data(), end, *out, base).ptr == end;
}

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// "HTTP/1.1 200 OK" as 200; 0 when it is none.
int StatusOf(std::string_view line) {
  std::size_t status = 0;
  const bool formed = line.size() >= 12 && line.starts_with("HTTP/1.1 ") &&
                      ReadSize(line.substr(9, 3), 10, &status) &&
                      (line.size() == 12 || line[12] == ' ');
  return formed && status >= 100 && status <= 599 ? static_cast<int>(status) : 0;
}

}  // namespace

void ResponseReader::Reset() {
  input_.clear();
  body_.clear();
  read_ = 0;
  part_ = Part::kHead;
  closes_ = false;
}

ResponseReader::State ResponseReader::Feed(std::string_view bytes) {
  input_.append(bytes);
  if (input_.size() > kMostBytes) part_ = Part::kBroken;
  // Each step uses bytes or ends in another part.
  for (bool moved = true; moved && part_ != Part::kDone && part_ != Part::kBroken;) {
    const Part before = part_;
    const std::size_t read_before = read_;
    part_ = Step();
    moved = part_ != before || read_ != read_before;
  }
  if (part_ == Part::kDone && read_ < input_.size()) part_ = Part::kBroken;
  if (part_ == Part::kBroken) return State::kBroken;
  return part_ == Part::kDone ? State::kDone : State::kMore;
}

bool ResponseReader::TakeLine(std::string* line) {
  const std::size_t end = input_.find("\r\n", read_);
  if (end == std::string::npos) return false;
  line->assign(input_, read_, end - read_);
  read_ = end + 2;
  return true;
}

ResponseReader::Part ResponseReader::Step() {
  std::string line;
  switch (part_) {
    case Part::kHead:
      return ReadHead();
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
      if (!TakeLine(&line)) return part_;
      return line.empty() ? Part::kChunkSize : Part::kBroken;
    case Part::kTrailer:
      if (!TakeLine(&line)) return part_;
      return line.empty() ? Part::kDone : part_;
    case Part::kDone:
    case Part::kBroken:
      break;
  }
  return part_;
}

ResponseReader::Part ResponseReader::ReadHead() {
  const std::size_t end = input_.find("\r\n\r\n", read_);
  if (end == std::string::npos) return Part::kHead;
  std::string_view head(input_.data() + read_, end - read_);
  read_ = end + 4;
  const std::string_view first = head.substr(0, head.find("\r\n"));
  status_ = StatusOf(first);
  if (status_ == 0) return Part::kBroken;
  has_length_ = false;
  chunked_ = false;
  left_ = 0;
  head.remove_prefix(std::min(first.size() + 2, head.size()));
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    if (!ReadField(line)) return Part::kBroken;
    head.remove_prefix(std::min(line.size() + 2, head.size()));
  }
  if (status_ / 100 == 1) return Part::kHead;
  if (status_ == 204 || status_ == 304) return Part::kDone;
  if (has_length_ == chunked_) return Part::kBroken;
  return chunked_ ? Part::kChunkSize : Part::kBody;
}

bool ResponseReader::ReadField(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  if (name.find_first_of(" \t") != std::string_view::npos) return false;
  const std::string_view value = Trimmed(line.substr(colon + 1));
  if (SameName(name, "Content-Length")) {
    if (has_length_ || !ReadSize(value, 10, &left_)) return false;
    has_length_ = true;
  } else if (SameName(name, "Transfer-Encoding")) {
    if (chunked_ || !SameName(value, "chunked")) return false;
    chunked_ = true;
  } else if (SameName(name, "Connection") && SameName(value, "close")) {
    closes_ = true;
  }
  return true;
}

ResponseReader::Part ResponseReader::ReadChunkSize() {
  std::string line;
  if (!TakeLine(&line)) return Part::kChunkSize;
  const std::string_view digits = Trimmed(std::string_view(line).substr(0, line.find(';')));
  if (!ReadSize(digits, 16, &left_) || left_ > kMostBytes) return Part::kBroken;
  return left_ == 0 ? Part::kTrailer : Part::kChunk;
}

}  // namespace timock::load
