#include "json/json_pointer.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>

#include "text/words.h"

namespace timock {
namespace {

using nlohmann::json;

/// One reference token of a pointer without its escapes; empty when one of them is not allowed.
std::optional<std::string> Unescaped(std::string_view token) {
  std::string key;
  while (!token.empty()) {
    const std::size_t tilde = std::min(token.find('~'), token.size());
    key += token.substr(0, tilde);
    token.remove_prefix(tilde);
    if (token.empty()) break;
    if (token.starts_with("~0")) {
      key += '~';
    } else if (token.starts_with("~1")) {
      key += '/';
    } else {
      return {};
    }
    token.remove_prefix(2);
  }
  return key;
}

const json* FindBelow(const json& value, const std::string& key) noexcept {
  if (const auto* const object = value.get_ptr<const json::object_t*>()) {
    const auto member = object->find(key);
    return member != object->end() ? &member->second : nullptr;
  }
  const auto* const array = value.get_ptr<const json::array_t*>();
  if (array == nullptr || (key.size() > 1 && key.front() == '0')) return nullptr;
  const auto index = WholeFromText<std::size_t>(key);
  return index && *index < array->size() ? &(*array)[*index] : nullptr;
}

}  // namespace

std::optional<JsonPointer> JsonPointer::Parse(std::string_view text) {
  JsonPointer pointer;
  while (!text.empty()) {
    if (text.front() != '/') return {};
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find('/'), text.size());
    std::optional<std::string> key = Unescaped(text.substr(0, end));
    if (!key) return {};
    pointer.keys_.push_back(*std::move(key));
    text.remove_prefix(end);
  }
  return pointer;
}

const json* JsonPointer::Find(const json& document) const noexcept {
  const json* at = &document;
  for (const std::string& key : keys_) {
    at = FindBelow(*at, key);
    if (at == nullptr) break;
  }
  return at;
}

std::string JsonPointerBelow(std::string_view parent, std::string_view key) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string pointer(parent);
  pointer += '/';
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else if (byte < 0x20 || byte == 0x7f) {
      pointer.append("\\u00").append({kHex[byte >> 4], kHex[byte & 15]});
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace timock
