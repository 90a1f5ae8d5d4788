#ifndef TIMOCK_JSON_JSON_POINTER_H_
#define TIMOCK_JSON_JSON_POINTER_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timock {

/// A JSON pointer (RFC 6901), read once and followed in any number of documents. Use it wherever a
/// pointer comes from outside: nlohmann's contains(pointer) and at(pointer) throw for an array
/// index that is empty or too large.
class JsonPointer {
 public:
  /// Empty when `text` is not a JSON pointer: it neither is empty nor begins with a slash, or has
  /// a `~` before something else than 0 or 1.
  static std::optional<JsonPointer> Parse(std::string_view text);

  /// The value in `document` that it points to, or null when there is none. An array index is 0, or
  /// digits without a leading zero; "-", the place after the last one, is never there.
  const nlohmann::json* Find(const nlohmann::json& document) const noexcept;

 private:
  std::vector<std::string> keys_;  // unescaped
};

/// The JSON pointer (RFC 6901) of member `key` below `parent`, which is "" for the whole document.
/// A control character, which would break the line of a message, is written as its JSON escape.
std::string JsonPointerBelow(std::string_view parent, std::string_view key);

}  // namespace timock

#endif  // TIMOCK_JSON_JSON_POINTER_H_
