#include "text/base64.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace timock {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUserSig =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
constexpr char kUserSigPadding = '_';
constexpr std::uint8_t kInvalid = 0xFF;

using Values = std::array<std::uint8_t, 256>;  // by character

constexpr Values ValuesOf(std::string_view alphabet) {
  Values values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr Values kStandardValues = ValuesOf(kStandard);
constexpr Values kUserSigValues = ValuesOf(kUserSig);

std::uint32_t ByteAt(std::string_view bytes, std::size_t index) {
  return index < bytes.size() ? static_cast<unsigned char>(bytes[index]) : 0U;
}

std::string Encode(std::string_view bytes, std::string_view alphabet, char padding) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::uint32_t group =
        ByteAt(bytes, i) << 16U | ByteAt(bytes, i + 1) << 8U | ByteAt(bytes, i + 2);
    text.push_back(alphabet[group >> 18U]);
    text.push_back(alphabet[group >> 12U & 63U]);
    text.push_back(i + 1 < bytes.size() ? alphabet[group >> 6U & 63U] : padding);
    text.push_back(i + 2 < bytes.size() ? alphabet[group & 63U] : padding);
  }
  return text;
}

std::optional<std::string> Decode(std::string_view text, const Values& values, char filler) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t last_data = text.find_last_not_of(filler);
  const std::size_t padding = text.size() - (last_data + 1);
  if (padding > 2) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const std::uint8_t value =
        is_padding ? std::uint8_t{0} : values[static_cast<unsigned char>(text[i])];
    if (value == kInvalid) return std::nullopt;
    group = group << 6U | value;
    if (i % 4 != 3) continue;
    bytes.push_back(static_cast<char>(group >> 16U & 0xFFU));
    bytes.push_back(static_cast<char>(group >> 8U & 0xFFU));
    bytes.push_back(static_cast<char>(group & 0xFFU));
    group = 0;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) { return Encode(bytes, kStandard, '='); }

std::string EncodeUserSigBase64(std::string_view bytes) {
  return Encode(bytes, kUserSig, kUserSigPadding);
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  return Decode(text, kStandardValues, '=');
}

std::optional<std::string> DecodeUserSigBase64(std::string_view text) {
  return Decode(text, kUserSigValues, kUserSigPadding);
}

}  // namespace timock
