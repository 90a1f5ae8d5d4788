#ifndef TIMOCK_JSON_JSON_POINTER_H_
#define TIMOCK_JSON_JSON_POINTER_H_

#include <string>
#include <string_view>

namespace timock {

/// The JSON pointer (RFC 6901) of member `key` below `parent`, which is "" for the whole document.
/// A control character, which would break the line of a message, stands as its JSON escape.
std::string JsonPointerBelow(std::string_view parent, std::string_view key);

}  // namespace timock

#endif  // TIMOCK_JSON_JSON_POINTER_H_
