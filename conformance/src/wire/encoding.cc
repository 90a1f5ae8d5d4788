#include "wire/encoding.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <vector>

namespace timock::conformance {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

bool IsPlain(char c) { return c >= ' ' && c <= '~'; }

/// The size of a variable of our own at the beginning of `text`; 0: there is none.
std::size_t OwnVariable(std::string_view text) {
  constexpr std::string_view kOwn = "$TIMOCK_";
  if (!text.starts_with(kOwn)) return 0;
  std::size_t end = kOwn.size();
  while (end < text.size() && (text[end] == '_' || (text[end] >= 'A' && text[end] <= 'Z'))) ++end;
  return end;
}

}  // namespace

std::string Sha256(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 0xFU];
  }
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = static_cast<std::size_t>(
      std::count(text.end() - std::min<std::ptrdiff_t>(2, std::ssize(text)), text.end(), '='));
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string Deflate(std::string_view bytes, Wrapping wrapping, int level) {
  constexpr int kWindowBits = 15;
  int bits = kWindowBits;
  if (wrapping == Wrapping::kGzip) bits += 16;
  if (wrapping == Wrapping::kNone) bits = -bits;
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
  std::string in(bytes);
  std::string out(deflateBound(&stream, in.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string EncodeUserSigBase64(std::string_view bytes) {
  std::string text = EncodeBase64(bytes);
  for (char& c : text) {
    if (c == '+') c = '*';
    if (c == '/') c = '-';
    if (c == '=') c = '_';
  }
  return text;
}

std::string PercentEncodeAll(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

std::string PercentEncode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       std::string_view("-._~*").find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

bool IsPlainText(std::string_view text) { return std::all_of(text.begin(), text.end(), IsPlain); }

std::string ShellQuote(std::string_view text) {
  if (!IsPlainText(text)) return "\"$(" + ShellPrintf(text) + ")\"";
  std::string out = "'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const std::size_t size = OwnVariable(text.substr(i)); size > 0) {
      out.append("'\"").append(text.substr(i, size)).append("\"'");
      i += size - 1;
    } else if (text[i] == '\'') {
      out += "'\\''";
    } else {
      out.push_back(text[i]);
    }
  }
  return out + "'";
}

std::string ShellPrintf(std::string_view text) {
  std::string format;
  std::string arguments;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t size = OwnVariable(text.substr(i)); size > 0) {
      format += "%s";
      arguments.append(" \"").append(text.substr(i, size)).append("\"");
      i += size - 1;
    } else if (c == '\'') {
      format += "'\\''";
    } else if (c == '%' || c == '\\') {
      format.append({c, c});
    } else if (IsPlain(c)) {
      format.push_back(c);
    } else {
      format.append({'\\', kHex[byte >> 6U], kHex[byte >> 3U & 7U], kHex[byte & 7U]});
    }
  }
  // A format that begins with a dash would be taken for an option.
  if (format.starts_with('-')) format.replace(0, 1, "\\055");
  return "printf '" + format + "'" + arguments;
}

}  // namespace timock::conformance
