#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "json/strict_json.h"
#include "text/base64.h"
#include "timock/user_sig.h"
#include "usersig/signature.h"

namespace timock {
namespace {

/// PROTOCOL section 6, 1: the lines that are signed, in this order.
std::string SignedContent(const UserSigClaims& claims) {
  std::string content;
  content.reserve(128 + claims.identifier.size());
  content.append("TLS.identifier:").append(claims.identifier);
  content.append("\nTLS.sdkappid:").append(std::to_string(claims.sdkappid));
  content.append("\nTLS.time:").append(std::to_string(claims.time));
  content.append("\nTLS.expire:").append(std::to_string(claims.expire));
  if (claims.userbuf) content.append("\nTLS.userbuf:").append(*claims.userbuf);
  content.push_back('\n');
  return content;
}

std::string Deflate(std::string_view bytes) {
  uLongf length = compressBound(static_cast<uLong>(bytes.size()));
  std::string stream(length, '\0');
  // compress fails only without memory, for compressBound gives room enough.
  compress(reinterpret_cast<Bytef*>(stream.data()), &length,
           reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
  stream.resize(length);
  return stream;
}

}  // namespace

std::string SignatureOf(const UserSigClaims& claims, std::string_view key) {
  const std::string content = SignedContent(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data(),
           &length) == nullptr) {
    return {};
  }
  return EncodeBase64({reinterpret_cast<const char*>(digest.data()), length});
}

std::string SignUserSig(const UserSigClaims& claims, std::string_view key) {
  nlohmann::ordered_json document = {{"TLS.ver", "2.0"},
                                     {"TLS.identifier", claims.identifier},
                                     {"TLS.sdkappid", claims.sdkappid},
                                     {"TLS.time", claims.time},
                                     {"TLS.expire", claims.expire}};
  if (claims.userbuf) document["TLS.userbuf"] = *claims.userbuf;
  document["TLS.sig"] = SignatureOf(claims, key);
  // JSON cannot hold bytes that are not UTF-8: they are replaced, and the UserSig does not verify.
  return EncodeUserSigBase64(Deflate(JsonText(document)));
}

}  // namespace timock
