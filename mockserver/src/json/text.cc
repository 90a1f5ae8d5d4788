#include "json/text.h"

#include <nlohmann/json.hpp>

namespace timock {

using nlohmann::json;
using nlohmann::ordered_json;

json ParseOwnJson(std::string_view text) { return json::parse(text, nullptr, false); }

ordered_json ParseOwnOrderedJson(std::string_view text) {
  return ordered_json::parse(text, nullptr, false);
}

std::string JsonText(const json& value, int indent) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

std::string JsonText(const ordered_json& value, int indent) {
  return value.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

bool IsUtf8(std::string_view text) {
  const json value(text);
  return value.dump(-1, ' ', false, json::error_handler_t::ignore) == JsonText(value);
}

}  // namespace timock
