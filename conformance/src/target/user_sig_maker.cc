#include "target/user_sig_maker.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

#include "timock/user_sig.h"
#include "wire/config_error.h"
#include "wire/encoding.h"

namespace timock::conformance {
namespace {

using nlohmann::ordered_json;

/// What a member is in the text that is signed: a number that is missing is 0.
std::int64_t NumberOf(const ordered_json& members, const char* name) {
  const auto found = members.find(name);
  if (found == members.end()) return 0;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  std::int64_t number = 0;
  if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return number;
}

std::string TextOf(const ordered_json& members, const char* name) {
  const auto found = members.find(name);
  if (found == members.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

/// `TLS.sig` of what stands in `members`, by the library that signs everywhere.
std::string SignatureOf(const ordered_json& members, const std::string& key) {
  UserSigClaims claims{.identifier = TextOf(members, "TLS.identifier"),
                       .sdkappid = NumberOf(members, "TLS.sdkappid"),
                       .time = NumberOf(members, "TLS.time"),
                       .expire = NumberOf(members, "TLS.expire")};
  if (members.contains("TLS.userbuf")) claims.userbuf = TextOf(members, "TLS.userbuf");
  const auto decoded = DecodeUserSig(SignUserSig(claims, key));
  const auto* const parts = std::get_if<DecodedUserSig>(&decoded);
  if (parts == nullptr) throw ConfigError("a UserSig of " + members.dump() + " cannot be signed");
  return parts->signature.value_or("");
}

ordered_json MembersOf(const Signing& signing, const Identity& who, const std::string& key,
                       std::int64_t now) {
  ordered_json members = {{"TLS.ver", "2.0"},
                          {"TLS.identifier", signing.identifier.value_or(who.identifier)},
                          {"TLS.sdkappid", signing.sdkappid.value_or(who.sdkappid)},
                          {"TLS.time", now - signing.issued_s_ago},
                          {"TLS.expire", signing.expire_s}};
  if (signing.userbuf) members["TLS.userbuf"] = *signing.userbuf;
  for (const auto& [name, value] : signing.json.items()) {
    if (value.is_null()) {
      members.erase(name);
    } else {
      members[name] = value;
    }
  }
  if (!signing.json.contains("TLS.sig")) members["TLS.sig"] = SignatureOf(members, key);
  return members;
}

/// Members in reverse order, indented.
std::string Spaced(const ordered_json& members) {
  ordered_json reversed = ordered_json::object();
  for (auto at = members.end(); at != members.begin();) {
    --at;
    reversed[at.key()] = at.value();
  }
  return reversed.dump(2);
}

/// Standard base64 of the packed text, with spaces before the last brace until it has each of the
/// three characters in which the alphabets differ.
std::string Base64WithAllSpecials(std::string text) {
  for (;;) {
    std::string base64 = EncodeBase64(Deflate(text));
    const bool all = base64.find('+') != std::string::npos &&
                     base64.find('/') != std::string::npos && base64.back() == '=';
    if (all) return base64;
    text.insert(text.size() - 1, 1, ' ');
  }
}

void Replace(std::string* text, char from, const std::string& to) {
  for (std::size_t at = text->find(from); at != std::string::npos;
       at = text->find(from, at + to.size())) {
    text->replace(at, 1, to);
  }
}

std::string InAlphabet(const std::string& pack, const std::string& text) {
  std::string base64 = Base64WithAllSpecials(text);
  if (pack == "standard_alphabet") return PercentEncode(base64);
  Replace(&base64, '+', pack == "unpadded" ? "*" : "-");
  Replace(&base64, '/', pack == "unpadded" ? "-" : "_");
  Replace(&base64, '=', "");
  return base64;
}

/// The bytes below the base64.
std::string Stream(const std::string& pack, const std::string& text) {
  if (pack == "stored") return Deflate(text, Wrapping::kZlib, 0);
  if (pack == "raw_deflate") return Deflate(text, Wrapping::kNone);
  if (pack == "gzip") return Deflate(text, Wrapping::kGzip);
  std::string stream = Deflate(text);
  if (pack == "trailing_byte") stream.push_back('\0');
  if (pack == "cut") stream.pop_back();
  // RFC 1950: the last four bytes are the checksum.
  if (pack == "bad_checksum") stream.back() = static_cast<char>(stream.back() ^ 1);
  return stream;
}

}  // namespace

std::string MakeUserSig(const Signing& signing, const Identity& who, const std::string& key,
                        std::int64_t now) {
  if (signing.text) return *signing.text;
  const ordered_json members = MembersOf(signing, who, key, now);
  const std::string& pack = signing.pack;
  const std::string text = pack == "spaced" ? Spaced(members) : members.dump();
  if (pack == "unpadded" || pack == "standard_alphabet" || pack == "url_safe_alphabet") {
    return InAlphabet(pack, text);
  }
  const std::string packed = EncodeUserSigBase64(Stream(pack, text));
  return pack == "trailing_text" ? packed + "AAAA" : packed;
}

std::string SigningText(const Signing& signing) {
  if (signing.text) return "that is the text " + nlohmann::json(*signing.text).dump(-1, ' ', true);
  std::string text;
  const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  if (signing.key != "own") add("signed with the " + signing.key + " key");
  if (signing.identifier) {
    add("for the identifier " + nlohmann::json(*signing.identifier).dump(-1, ' ', true));
  }
  if (signing.sdkappid) add("for the SDKAppID " + std::to_string(*signing.sdkappid));
  const Signing usual;
  if (signing.issued_s_ago != usual.issued_s_ago || signing.expire_s != usual.expire_s) {
    add("issued " + std::to_string(signing.issued_s_ago) + " s ago for " +
        std::to_string(signing.expire_s) + " s");
  }
  if (signing.userbuf) add("with a userbuf");
  if (!signing.json.empty()) {
    add("with " + signing.json.dump(-1, ' ', true) + " over its members (null: left out)");
  }
  if (!signing.pack.empty()) add("packed as " + signing.pack);
  return text.empty() ? "of its own" : text;
}

}  // namespace timock::conformance
