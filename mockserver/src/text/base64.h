#ifndef TIMOCK_TEXT_BASE64_H_
#define TIMOCK_TEXT_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace timock {

/// `bytes` in standard base64 with padding.
std::string EncodeBase64(std::string_view bytes);

/// The bytes of such a text, by the same rules as DecodeUserSigBase64.
std::optional<std::string> DecodeBase64(std::string_view text);

/// `bytes` in the UserSig alphabet: `+` `*`, `/` `-`, `=` `_`.
std::string EncodeUserSigBase64(std::string_view bytes);

/// The bytes of a text in the UserSig alphabet. Nothing when a byte is outside the alphabet (the
/// standard `+` `/` `=` and white space are), or the padding is missing, too long or not at the
/// end. Unused bits of the last character may be set: the decoders of the vendor's languages ignore
/// them.
std::optional<std::string> DecodeUserSigBase64(std::string_view text);

}  // namespace timock

#endif  // TIMOCK_TEXT_BASE64_H_
