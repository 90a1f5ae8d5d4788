#include "calls/attr_names_body.h"

#include <algorithm>
#include <utility>

namespace timock {
namespace {

// R8: exactly one of "0" to "9".
bool IsSlotKey(std::string_view key) { return key.size() == 1 && key[0] >= '0' && key[0] <= '9'; }

class AttrNamesReader final : public JsonEvents {
 public:
  AttrNamesReader(Survivor survivor, AttrNamesBody* body) : survivor_(survivor), body_(*body) {}

  void OnNull() override { Value(JsonKind::kOther, nullptr); }
  void OnBool(bool /*value*/) override { Value(JsonKind::kOther, nullptr); }
  void OnNumber() override { Value(JsonKind::kOther, nullptr); }
  void OnString(std::string& value) override { Value(JsonKind::kString, &value); }
  void OnStartObject() override { Open(JsonKind::kObject); }
  void OnEndObject() override { Close(); }
  void OnStartArray() override { Open(JsonKind::kArray); }
  void OnEndArray() override { Close(); }

  void OnKey(std::string& key) override {
    if (depth_ == kInTop) {
      TopKey(key);
    } else if (depth_ == kInAttrNames && reading_slots_) {
      SlotKey(key);
    }
  }

 private:
  static constexpr std::size_t kInTop = 1;
  static constexpr std::size_t kInAttrNames = 2;

  void Open(JsonKind kind) {
    Value(kind, nullptr);
    ++depth_;
  }

  void Close() {
    --depth_;
    if (depth_ == kInTop) reading_slots_ = false;
  }

  void TopKey(const std::string& key) {
    at_attr_names_ = key == "AttrNames";
    if (at_attr_names_ || body_.top != JsonKind::kObject) return;
    if (!body_.unknown_field) body_.unknown_field = key;
    body_.digit_at_top = body_.digit_at_top || IsSlotKey(key);
  }

  void SlotKey(std::string_view key) {
    current_ = nullptr;
    if (!IsSlotKey(key)) {
      if (!body_.invalid_key) {
        body_.invalid_key = std::string(key);
        body_.slots_before_invalid_key = body_.slot_count;
      }
      return;
    }
    const int slot = key[0] - '0';
    AttrNameSlot* const end = body_.slots.data() + body_.slot_count;
    AttrNameSlot* const seen = std::find_if(
        body_.slots.data(), end, [&](const AttrNameSlot& entry) { return entry.slot == slot; });
    if (seen == end) {
      ++body_.slot_count;
      *end = {.slot = slot};
      current_ = end;
      return;
    }
    seen->twice = true;
    if (survivor_ == Survivor::kLast) current_ = seen;
  }

  void Value(JsonKind kind, std::string* text) {
    if (depth_ == 0) {
      body_.top = kind;
    } else if (depth_ == kInTop && at_attr_names_) {
      AttrNamesValue(kind);
    } else if (depth_ == kInAttrNames && reading_slots_) {
      if (body_.attr_names == JsonKind::kArray) SlotKey(std::to_string(next_index_++));
      if (current_ == nullptr) return;
      current_->kind = kind;
      current_->name = text != nullptr ? std::move(*text) : std::string{};
    }
  }

  void AttrNamesValue(JsonKind kind) {
    if (body_.attr_names != JsonKind::kAbsent) {
      body_.attr_names_twice = true;
      if (survivor_ == Survivor::kFirst) return;
    }
    body_.attr_names = kind;
    body_.slot_count = 0;
    body_.invalid_key.reset();
    next_index_ = 0;
    reading_slots_ = kind == JsonKind::kObject || kind == JsonKind::kArray;
  }

  Survivor survivor_;
  AttrNamesBody& body_;
  std::size_t depth_ = 0;
  std::size_t next_index_ = 0;
  bool at_attr_names_ = false;
  bool reading_slots_ = false;
  AttrNameSlot* current_ = nullptr;
};

void SkipSpace(std::string_view* text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text->empty() && is_space(text->front())) text->remove_prefix(1);
}

bool Take(char wanted, std::string_view* text) {
  SkipSpace(text);
  if (text->empty() || text->front() != wanted) return false;
  text->remove_prefix(1);
  return true;
}

// A string of ASCII alone, without an escape.
bool TakePlainString(std::string_view* text, std::string_view* string) {
  if (!Take('"', text)) return false;
  const auto* const end = std::find_if(text->begin(), text->end(), [](unsigned char byte) {
    return byte == '"' || byte == '\\' || byte < ' ' || byte > '~';
  });
  if (end == text->end() || *end != '"') return false;
  const auto length = static_cast<std::size_t>(end - text->begin());
  *string = text->substr(0, length);
  text->remove_prefix(length + 1);
  return true;
}

// What nearly every call sends, in a tenth of the time: AttrNames and nothing else, each key
// valid and once, each name a plain string. False says nothing about any other text, and leaves
// `*body` half filled.
bool ReadPlainBody(std::string_view text, AttrNamesBody* body) {
  std::string_view word;
  if (!Take('{', &text) || !TakePlainString(&text, &word) || word != "AttrNames" ||
      !Take(':', &text) || !Take('{', &text)) {
    return false;
  }
  std::array<bool, kAttrNameSlots> seen{};
  do {
    if (!TakePlainString(&text, &word) || !IsSlotKey(word)) return false;
    const int slot = word[0] - '0';
    if (std::exchange(seen[static_cast<std::size_t>(slot)], true)) return false;
    if (!Take(':', &text) || !TakePlainString(&text, &word)) return false;
    body->slots[body->slot_count++] = {
        .slot = slot, .kind = JsonKind::kString, .name = std::string(word)};
  } while (Take(',', &text));
  const bool slots_end = Take('}', &text);
  if (!slots_end || !Take('}', &text)) return false;
  SkipSpace(&text);
  body->top = body->attr_names = JsonKind::kObject;
  return text.empty();
}

}  // namespace

bool ReadAttrNamesBody(std::string_view text, Survivor survivor, AttrNamesBody* body,
                       JsonDefect* defect) {
  if (ReadPlainBody(text, body)) return true;
  *body = AttrNamesBody();
  AttrNamesReader reader(survivor, body);
  return ReadStrictJson(text, &reader, defect);
}

}  // namespace timock
