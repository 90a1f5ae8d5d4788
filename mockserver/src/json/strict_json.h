#ifndef TIMOCK_JSON_STRICT_JSON_H_
#define TIMOCK_JSON_STRICT_JSON_H_

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "timock/result.h"

namespace timock {

/// Deepest nesting that any JSON text may have; the outermost array or object is level 1.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// Why a text is not strict JSON: an English sentence without a final stop, and where.
struct JsonDefect {
  std::string reason;
  std::size_t line = 1;    ///< From 1.
  std::size_t column = 1;  ///< In bytes, from 1.
};

/// Receives the parts of a JSON text in order. Numbers arrive as their kind only; a string stays
/// valid inside the call.
class JsonEvents {
 public:
  virtual ~JsonEvents() = default;
  virtual void OnNull() = 0;
  virtual void OnBool(bool value) = 0;
  virtual void OnNumber() = 0;
  virtual void OnString(std::string& value) = 0;
  virtual void OnStartObject() = 0;
  virtual void OnKey(std::string& key) = 0;
  virtual void OnEndObject() = 0;
  virtual void OnStartArray() = 0;
  virtual void OnEndArray() = 0;
};

/// Reads `text` as RFC 8259 JSON and nothing more lenient. Refused as well: a leading byte order
/// mark, a NUL byte, invalid UTF-8, a lone surrogate escape, a number outside the range of a
/// double, nesting deeper than kMaxJsonDepth. Events that came before a defect were delivered.
/// Returns true, or false with `*defect` filled in.
bool ReadStrictJson(std::string_view text, JsonEvents* events, JsonDefect* defect);

/// The same as a document; a key that is twice in one object is a defect here. The Error has line
/// and column.
Result<nlohmann::json> ParseStrictJson(std::string_view text);

// Trees of a text, and texts of a tree, by functions: no other source instantiates a parser or a
// writer.

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

#endif  // TIMOCK_JSON_STRICT_JSON_H_
