#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "text/base64.h"
#include "timock/user_sig.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

/// Whatever decodes can be signed again, and the new one decodes to the same and verifies.
void DecodeAndSignAgain(std::string_view user_sig) {
  const std::string_view key = "key";
  const auto decoded = timock::DecodeUserSig(user_sig);
  const auto* first = std::get_if<timock::DecodedUserSig>(&decoded);
  if (first == nullptr) return;
  if (first->signature) timock::VerifyUserSig(first->claims, *first->signature, key);
  timock::UserSigExpired(first->claims, timock::UnixSeconds(1'700'000'000));
  const auto again = timock::DecodeUserSig(timock::SignUserSig(first->claims, key));
  const auto* second = std::get_if<timock::DecodedUserSig>(&again);
  // Escapes and written-out defaults may lengthen a text that was near the bound of 4 KiB.
  if (second == nullptr) {
    Require(first->claims.identifier.size() + first->claims.userbuf.value_or("").size() > 512);
    return;
  }
  Require(second->claims.identifier == first->claims.identifier);
  Require(second->claims.sdkappid == first->claims.sdkappid);
  Require(second->claims.time == first->claims.time);
  Require(second->claims.expire == first->claims.expire);
  Require(second->claims.userbuf == first->claims.userbuf);
  Require(second->signature && timock::VerifyUserSig(second->claims, *second->signature, key));
}

/// `document` as a zlib stream without compression.
std::string Stored(std::span<const std::uint8_t> document) {
  uLongf length = compressBound(static_cast<uLong>(document.size()));
  std::string stream(length, '\0');
  compress2(reinterpret_cast<Bytef*>(stream.data()), &length, document.data(),
            static_cast<uLong>(document.size()), 0);
  stream.resize(length);
  return stream;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  DecodeAndSignAgain({reinterpret_cast<const char*>(data), size});
  // The same bytes as the document itself: mutations seldom get through base64 and a checksum.
  DecodeAndSignAgain(timock::EncodeUserSigBase64(Stored({data, size})));
  return 0;
}
