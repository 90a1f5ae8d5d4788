#include "json/strict_json.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timock {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Walks over the text and leaves in `*last_read` where the parser is, which nlohmann tells a
/// handler only about its own errors.
class TrackingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  TrackingIterator(const char* at, const char** last_read) : at_(at), last_read_(last_read) {}

  reference operator*() const {
    *last_read_ = at_;
    return *at_;
  }
  TrackingIterator& operator++() {
    ++at_;
    return *this;
  }
  bool operator==(const TrackingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const TrackingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** last_read_;
};

/// How many bytes the token has that nlohmann did not expect; 1 when it was no whole token.
std::size_t UnexpectedLength(std::string_view message, std::size_t last_token_length) {
  struct Row {
    std::string_view text;
    std::size_t length;
  };
  const std::array<Row, 5> rows = {{{"unexpected string literal", last_token_length},
                                    {"unexpected number literal", last_token_length},
                                    {"unexpected true literal", 4},
                                    {"unexpected false literal", 5},
                                    {"unexpected null literal", 4}}};
  for (const Row& row : rows) {
    if (message.find(row.text) != std::string_view::npos) return row.length;
  }
  return 1;
}

/// The part of nlohmann's message that says why, without its own position and without the bytes
/// that it read last, which may be no UTF-8.
std::string ReasonOf(std::string_view message) {
  const std::size_t start = message.find("syntax error ");
  if (start != std::string_view::npos) message.remove_prefix(start);
  return std::string(message.substr(0, message.find("; last read: ")));
}

/// What every handler shares: the bound on depth, and the defect with its place.
class StrictSax {
 public:
  StrictSax(std::string_view text, JsonDefect* defect)
      : text_(text), last_read_(text.data()), defect_(defect) {}

  const char** last_read() { return &last_read_; }

  bool parse_error(std::size_t bytes_read, const std::string& last_token,
                   const nlohmann::json::exception& error) {
    const std::size_t end = std::min(bytes_read, text_.size() + 1);
    const std::size_t last = end == 0 ? 0 : end - 1;
    // Number out of range: 406 is nlohmann's, reported through the same door.
    if (error.id == 406) {
      return Refuse(end - last_token.size(), "a number is outside the range of a double");
    }
    if (last < text_.size() && text_[last] == '\0') return RefuseNul(last);
    return Refuse(end - std::min(end, UnexpectedLength(error.what(), last_token.size())),
                  ReasonOf(error.what()));
  }

  bool Refuse(std::size_t offset, std::string reason) {
    const std::string_view before = text_.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    defect_->reason = std::move(reason);
    defect_->line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    defect_->column =
        newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
    return false;
  }

  bool RefuseNul(std::size_t offset) { return Refuse(offset, "a NUL byte is not JSON"); }

 protected:
  /// Position of the last byte that the parser has read.
  std::size_t last_offset() const { return static_cast<std::size_t>(last_read_ - text_.data()); }

  std::string_view text() const { return text_; }

  bool Enter() {
    if (++depth_ <= kMaxJsonDepth) return true;
    return Refuse(last_offset(), "nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
  }
  void Leave() { --depth_; }

 private:
  std::string_view text_;
  const char* last_read_;
  JsonDefect* defect_;
  std::size_t depth_ = 0;
};

/// Hands nlohmann's events on to a JsonEvents.
class EventsSax : public StrictSax {
 public:
  EventsSax(std::string_view text, JsonDefect* defect, JsonEvents* events)
      : StrictSax(text, defect), events_(events) {}

  bool null() {
    events_->OnNull();
    return true;
  }
  bool boolean(bool value) {
    events_->OnBool(value);
    return true;
  }
  bool number_integer(std::int64_t /*value*/) { return Number(); }
  bool number_unsigned(std::uint64_t /*value*/) { return Number(); }
  bool number_float(double /*value*/, const std::string& /*text*/) { return Number(); }
  bool string(std::string& value) {
    events_->OnString(value);
    return true;
  }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*elements*/) {
    if (!Enter()) return false;
    events_->OnStartObject();
    return true;
  }
  bool key(std::string& key) {
    events_->OnKey(key);
    return true;
  }
  bool end_object() {
    Leave();
    events_->OnEndObject();
    return true;
  }
  bool start_array(std::size_t /*elements*/) {
    if (!Enter()) return false;
    events_->OnStartArray();
    return true;
  }
  bool end_array() {
    Leave();
    events_->OnEndArray();
    return true;
  }

 private:
  bool Number() {
    events_->OnNumber();
    return true;
  }

  JsonEvents* events_;
};

/// Builds a document and refuses a key that its object has already.
class DocumentSax : public StrictSax {
 public:
  using StrictSax::StrictSax;

  nlohmann::json TakeDocument() { return std::move(document_); }

  bool null() { return Scalar(nullptr); }
  bool boolean(bool value) { return Scalar(value); }
  bool number_integer(std::int64_t value) { return Scalar(value); }
  bool number_unsigned(std::uint64_t value) { return Scalar(value); }
  bool number_float(double value, const std::string& /*text*/) { return Scalar(value); }
  bool string(std::string& value) { return Scalar(std::move(value)); }
  bool binary(nlohmann::json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*elements*/) { return Open(nlohmann::json::object()); }
  bool key(std::string& key) {
    auto& members = open_.back()->get_ref<nlohmann::json::object_t&>();
    const auto [place, is_new] = members.try_emplace(key, nullptr);
    if (!is_new) {
      return Refuse(StringStart(), "the key \"" + key + "\" is given more than once in one object");
    }
    member_ = &place->second;
    return true;
  }
  bool end_object() { return Close(); }
  bool start_array(std::size_t /*elements*/) { return Open(nlohmann::json::array()); }
  bool end_array() { return Close(); }

 private:
  nlohmann::json* Add(nlohmann::json value) {
    if (open_.empty()) {
      document_ = std::move(value);
      return &document_;
    }
    if (open_.back()->is_array()) {
      open_.back()->push_back(std::move(value));
      return &open_.back()->back();
    }
    *member_ = std::move(value);
    return member_;
  }
  bool Scalar(nlohmann::json value) {
    Add(std::move(value));
    return true;
  }
  bool Open(nlohmann::json container) {
    if (!Enter()) return false;
    open_.push_back(Add(std::move(container)));
    return true;
  }
  bool Close() {
    Leave();
    open_.pop_back();
    return true;
  }

  /// Where the string opens whose closing quote was read last: every quote inside it is behind
  /// an odd number of backslashes.
  std::size_t StringStart() const {
    std::size_t quote = last_offset();
    std::size_t backslashes = 0;
    do {
      quote = text().rfind('"', quote - 1);
      const std::size_t other = text().find_last_not_of('\\', quote - 1);
      backslashes = quote - 1 - other;
    } while (backslashes % 2 == 1);
    return quote;
  }

  nlohmann::json document_;
  std::vector<nlohmann::json*> open_;
  nlohmann::json* member_ = nullptr;
};

template <typename Sax>
bool Read(std::string_view text, Sax* sax) {
  // `json_syntax`: nlohmann skips a byte order mark.
  if (text.starts_with(kByteOrderMark)) {
    return sax->Refuse(0, "a byte order mark is not JSON");
  }
  const TrackingIterator first(text.data(), sax->last_read());
  const TrackingIterator last(text.data() + text.size(), sax->last_read());
  if (!nlohmann::json::sax_parse(first, last, sax)) return false;
  // `json_syntax`: nlohmann takes a NUL byte between two tokens for the end of the text.
  const std::size_t nul = text.find('\0');
  return nul == std::string_view::npos || sax->RefuseNul(nul);
}

}  // namespace

bool ReadStrictJson(std::string_view text, JsonEvents* events, JsonDefect* defect) {
  EventsSax sax(text, defect, events);
  return Read(text, &sax);
}

Result<nlohmann::json> ParseStrictJson(std::string_view text) {
  JsonDefect defect;
  DocumentSax sax(text, &defect);
  if (Read(text, &sax)) return sax.TakeDocument();
  return Error{.message = std::move(defect.reason), .line = defect.line, .column = defect.column};
}

nlohmann::json ParseOwnJson(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, false);
}

nlohmann::ordered_json ParseOwnOrderedJson(std::string_view text) {
  return nlohmann::ordered_json::parse(text, nullptr, false);
}

std::string JsonText(const nlohmann::json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string JsonText(const nlohmann::ordered_json& value, int indent) {
  return value.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool IsUtf8(std::string_view text) {
  const nlohmann::json value(text);
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore) == JsonText(value);
}

}  // namespace timock
