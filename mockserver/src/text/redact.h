#ifndef TIMOCK_TEXT_REDACT_H_
#define TIMOCK_TEXT_REDACT_H_

#include <string>
#include <string_view>

namespace timock {

/// `text` with everything that may be a UserSig, a secret key or a piece of one replaced: each run
/// of 40 or more characters of their alphabets, percent-encoded or not. It does not matter where in
/// a request they are: a client may put them in the wrong place.
std::string Redacted(std::string_view text);

/// The same for a request target, whose usersig goes whatever its length and however the letters of
/// its name are written.
std::string RedactedTarget(std::string_view target);

}  // namespace timock

#endif  // TIMOCK_TEXT_REDACT_H_
