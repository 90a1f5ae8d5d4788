#ifndef TIMOCK_JSON_TEXT_H_
#define TIMOCK_JSON_TEXT_H_

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

/// From text to trees and back. These are functions because a parser and a writer that each source
/// instantiates for itself are half of the time that it takes to compile.
namespace timock {

/// A text that this project wrote, such as a fixture. A discarded value, which has no members, when
/// it is not JSON. What others wrote is read by ParseStrictJson.
nlohmann::json ParseOwnJson(std::string_view text);
nlohmann::ordered_json ParseOwnOrderedJson(std::string_view text);

/// In one line, or with members indented by `indent`. Bytes that are not UTF-8 are replaced by
/// U+FFFD.
std::string JsonText(const nlohmann::json& value, int indent = -1);
std::string JsonText(const nlohmann::ordered_json& value, int indent = -1);

bool IsUtf8(std::string_view text);

}  // namespace timock

#endif  // TIMOCK_JSON_TEXT_H_
