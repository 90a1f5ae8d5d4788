#ifndef TIMOCK_USERSIG_DOCUMENT_H_
#define TIMOCK_USERSIG_DOCUMENT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace timock {

inline constexpr std::size_t kMaxUserSigBytes = 8192;
inline constexpr std::size_t kMaxInflatedBytes = 4096;
using InflateBuffer = std::array<char, kMaxInflatedBytes>;

/// The `window_bits` of zlib's inflateInit2.
inline constexpr int kZlibFormat = 15;
inline constexpr int kGzipFormat = 15 + 16;
inline constexpr int kRawDeflateFormat = -15;

/// PROTOCOL section 6, 4 and 5: one complete stream with its checksum, nothing behind it, and never
/// more than the buffer holds. The text lies in `*buffer`.
std::optional<std::string_view> Inflate(std::string& bytes, int window_bits, InflateBuffer* buffer);

/// The members of a UserSig's document apart from its version. All fields but those of text are
/// integers.
struct UserSigField {
  const char* name;
  bool is_text;
};
inline constexpr std::array<UserSigField, 6> kUserSigFields = {{{"TLS.identifier", true},
                                                                {"TLS.sdkappid", false},
                                                                {"TLS.time", false},
                                                                {"TLS.expire", false},
                                                                {"TLS.userbuf", true},
                                                                {"TLS.sig", true}}};

/// A JSON integer or a decimal string within 64 bits.
std::optional<std::int64_t> IntegerOf(const nlohmann::json& value);

/// The first field of `document` whose type is wrong; null when there is none.
const UserSigField* WrongField(const nlohmann::json& document);

}  // namespace timock

#endif  // TIMOCK_USERSIG_DOCUMENT_H_
