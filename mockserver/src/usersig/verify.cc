#include <openssl/crypto.h>
#include <zlib.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "json/strict_json.h"
#include "text/base64.h"
#include "text/words.h"
#include "timock/user_sig.h"
#include "usersig/document.h"
#include "usersig/signature.h"

namespace timock {
namespace {

/// Puts the integer `name` into `*value`, which a missing one leaves as it is.
void ReadInteger(const nlohmann::json& document, const char* name, std::int64_t* value) {
  const auto member = document.find(name);
  if (member != document.end()) *value = IntegerOf(*member).value_or(0);
}

/// Moves the string `name` into `*value`, which a missing one leaves as it is.
template <typename Text>
void TakeString(nlohmann::json& document, const char* name, Text* value) {
  const auto member = document.find(name);
  if (member != document.end()) *value = std::move(member->get_ref<std::string&>());
}

/// PROTOCOL section 6, 3 and 6: which version the document states.
std::optional<UserSigDefect> VersionDefect(const nlohmann::json& document) {
  const auto version = document.find("TLS.ver");
  if (version == document.end()) {
    return document.contains("TLS.account_type") ? UserSigDefect::kVersionOne
                                                 : UserSigDefect::kVersion;
  }
  const auto* const text = version->get_ptr<const std::string*>();
  if (text == nullptr || *text != "2.0") return UserSigDefect::kVersion;
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Inflate(std::string& bytes, int window_bits,
                                        InflateBuffer* buffer) {
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(buffer->data());
  stream.avail_out = static_cast<uInt>(buffer->size());
  if (inflateInit2(&stream, window_bits) != Z_OK) return std::nullopt;
  const bool complete = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!complete) return std::nullopt;
  return std::string_view(buffer->data(), stream.total_out);
}

std::optional<std::int64_t> IntegerOf(const nlohmann::json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  return WholeFromText<std::int64_t>(value.get_ref<const std::string&>());
}

const UserSigField* WrongField(const nlohmann::json& document) {
  for (const UserSigField& field : kUserSigFields) {
    const auto member = document.find(field.name);
    if (member == document.end()) continue;
    if (field.is_text ? !member->is_string() : !IntegerOf(*member)) return &field;
  }
  return nullptr;
}

std::variant<DecodedUserSig, UserSigDefect> DecodeUserSig(std::string_view user_sig) {
  // Longer than any stream of 4 KiB needs.
  if (user_sig.size() > kMaxUserSigBytes) return UserSigDefect::kZlib;
  std::optional<std::string> bytes = DecodeUserSigBase64(user_sig);
  if (!bytes) return UserSigDefect::kBase64;
  InflateBuffer buffer;
  const std::optional<std::string_view> text = Inflate(*bytes, kZlibFormat, &buffer);
  if (!text) return UserSigDefect::kZlib;
  Result<nlohmann::json> parsed = ParseStrictJson(*text);
  if (!parsed.ok() || !parsed.value().is_object()) return UserSigDefect::kJson;
  nlohmann::json& document = parsed.value();
  if (const auto defect = VersionDefect(document)) return *defect;
  if (WrongField(document) != nullptr) return UserSigDefect::kFieldType;
  DecodedUserSig decoded;
  UserSigClaims& claims = decoded.claims;
  TakeString(document, "TLS.identifier", &claims.identifier);
  ReadInteger(document, "TLS.sdkappid", &claims.sdkappid);
  ReadInteger(document, "TLS.time", &claims.time);
  ReadInteger(document, "TLS.expire", &claims.expire);
  TakeString(document, "TLS.userbuf", &claims.userbuf);
  TakeString(document, "TLS.sig", &decoded.signature);
  return decoded;
}

bool VerifyUserSig(const UserSigClaims& claims, std::string_view signature, std::string_view key) {
  const std::string expected = SignatureOf(claims, key);
  // The length is public: it is that of every HMAC-SHA256 in base64.
  return !expected.empty() && signature.size() == expected.size() &&
         CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
}

bool UserSigExpired(const UserSigClaims& claims, UnixTime now) {
  std::int64_t end = 0;
  if (__builtin_add_overflow(claims.time, claims.expire, &end)) {
    end = claims.expire > 0 ? std::numeric_limits<std::int64_t>::max()
                            : std::numeric_limits<std::int64_t>::min();
  }
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() > end;
}

}  // namespace timock
