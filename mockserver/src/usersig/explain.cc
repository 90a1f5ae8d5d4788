#include "usersig/explain.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "json/strict_json.h"
#include "text/base64.h"
#include "usersig/document.h"

namespace timock {
namespace {

constexpr const char* kSignAgain =
    "sign with the vendor's generator, version 2; `timock usersig` makes one that is valid";
constexpr const char* kReplace = "write * for +, - for / and _ for =";
constexpr const char* kCompress =
    "compress the JSON in zlib's format (RFC 1950): zlib.compress in Python, zlib.deflateSync in "
    "Node, gzcompress in PHP";

UserSigAdvice SignAgain(std::string detail) { return {std::move(detail), kSignAgain}; }

bool HasEscape(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::string_view digits = text.substr(at + 1, 2);
    const auto is_digit = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digits.size() == 2 && std::all_of(digits.begin(), digits.end(), is_digit)) return true;
  }
  return false;
}

/// `str(b"...")` of Python.
bool IsPythonBytes(std::string_view text) {
  return text.size() >= 3 && text[0] == 'b' && (text[1] == '\'' || text[1] == '"') &&
         text.back() == text[1];
}

UserSigAdvice ExplainBase64(std::string_view text) {
  if (IsPythonBytes(text)) {
    return {"the UserSig is in Python's notation of bytes, b'...'",
            "turn the bytes into text with .decode() before they go into the URL"};
  }
  if (HasEscape(text)) {
    return {"the UserSig still has percent-escapes after decoding: it was percent-encoded twice",
            "encode it once; most HTTP clients encode the query themselves"};
  }
  if (const std::size_t at = text.find_first_of(" \t\r\n"); at != std::string_view::npos) {
    return {"the UserSig has white space at byte " + std::to_string(at) +
                ", perhaps the line break of a base64 encoder or of a file",
            "remove it"};
  }
  if (text.find_first_of("+/=") != std::string_view::npos) {
    return {"the UserSig is in plain base64, not in that of UserSigs", kReplace};
  }
  const std::size_t data_end = text.find_last_not_of('_') + 1;
  if (text.substr(0, data_end).find('_') != std::string_view::npos) {
    return {"the UserSig has a _ before its end, as the base64url of RFC 4648 has it",
            std::string("start from plain base64, and ") + kReplace};
  }
  const auto* const wrong = std::find_if_not(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '*' || c == '-' || c == '_';
  });
  if (wrong == text.end()) {
    return {"the UserSig is not base64: its length, " + std::to_string(text.size()) +
                ", is not a multiple of 4, or it ends in more than two _",
            "send it whole, with its padding of _"};
  }
  return SignAgain(
      "the UserSig is not base64 in the alphabet A-Z a-z 0-9 * - with _ as padding: see its byte " +
      std::to_string(wrong - text.begin()));
}

UserSigAdvice ExplainZlib(std::string_view text) {
  if (text.size() > kMaxUserSigBytes) {
    return SignAgain("the UserSig is longer than " + std::to_string(kMaxUserSigBytes) + " bytes");
  }
  std::string bytes = DecodeUserSigBase64(text).value_or("");
  InflateBuffer buffer;
  if (Inflate(bytes, kGzipFormat, &buffer)) {
    return {"the UserSig is compressed by gzip", kCompress};
  }
  if (Inflate(bytes, kRawDeflateFormat, &buffer)) {
    return {"the UserSig is a raw deflate stream, without the header of zlib", kCompress};
  }
  if (bytes.starts_with('{')) return {"the JSON in the UserSig is not compressed", kCompress};
  if (std::holds_alternative<DecodedUserSig>(DecodeUserSig(bytes))) {
    return {"the UserSig was encoded in base64 twice", "encode it once"};
  }
  return SignAgain("the UserSig does not inflate: not one whole zlib stream of at most 4 KiB");
}

/// `value` as it may be shown: a wrong text may be a secret.
std::string Shown(const nlohmann::json& value) {
  if (value.is_string()) return "a text that is not a whole number";
  if (value.is_structured()) return std::string("an ") + value.type_name();
  return JsonText(value);
}

UserSigAdvice ExplainFieldType(std::string_view text) {
  std::string bytes = DecodeUserSigBase64(text).value_or("");
  InflateBuffer buffer;
  const auto json = Inflate(bytes, kZlibFormat, &buffer);
  const auto document = ParseStrictJson(json.value_or("{}"));
  const UserSigField* const field = document.ok() ? WrongField(document.value()) : nullptr;
  if (field == nullptr) return SignAgain("a field of the UserSig is of a wrong type");
  const nlohmann::json& value = document.value().at(field->name);
  UserSigAdvice advice =
      SignAgain(std::string(field->name) + " in the UserSig is " + Shown(value) + "; expected " +
                (field->is_text ? "a string" : "a whole number"));
  if (value.is_number_float() && !field->is_text) {
    advice.remedy =
        "round it down: int(time.time()) in Python, Math.floor(Date.now() / 1000) in JavaScript";
  }
  return advice;
}

}  // namespace

UserSigAdvice ExplainDefect(std::string_view user_sig, UserSigDefect defect) {
  switch (defect) {
    case UserSigDefect::kBase64:
      return ExplainBase64(user_sig);
    case UserSigDefect::kZlib:
      return ExplainZlib(user_sig);
    case UserSigDefect::kJson:
      return SignAgain("the UserSig does not hold a JSON object");
    case UserSigDefect::kVersion:
      return SignAgain("TLS.ver in the UserSig is not \"2.0\"");
    case UserSigDefect::kVersionOne:
      return SignAgain(
          "this is a v1 UserSig (ECDSA, with TLS.account_type), of which the fake knows no key");
    case UserSigDefect::kFieldType:
      return ExplainFieldType(user_sig);
  }
  return {};
}

UserSigAdvice OddityOf(const UserSigClaims& claims) {
  constexpr std::int64_t kYear5138 = 100'000'000'000;
  if (claims.time < kYear5138) return {};
  return {"TLS.time in the UserSig is " + std::to_string(claims.time) +
              ", by its size milliseconds: such a UserSig never expires",
          "sign with the UNIX time in seconds"};
}

}  // namespace timock
