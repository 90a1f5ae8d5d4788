#include "text/url.h"

#include <algorithm>

#include "base/secrets.h"
#include "text/words.h"

namespace timock {
namespace {

constexpr std::array<std::string_view, kParameterCount> kParameterNames = {
    "sdkappid", "identifier", "usersig", "random", "contenttype"};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

bool IsHexOrDot(char c) { return c == ':' || c == '.' || HexDigit(c) >= 0; }

bool IsNameByte(char c) {
  const char lower = Lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~%!$&'()*+;=").find(c) != std::string_view::npos;
}

// The parameter names of one query. Beyond its bound only the known parameters are tracked.
class SeenNames {
 public:
  /// False when the name was there before.
  bool Insert(std::string_view name) {
    if (name.empty()) return true;
    const auto end = names_.begin() + static_cast<std::ptrdiff_t>(size_);
    if (std::find(names_.begin(), end, name) != end) return false;
    const bool known =
        std::find(kParameterNames.begin(), kParameterNames.end(), name) != kParameterNames.end();
    if (known || unknown_ < kUnknownNames) {
      names_[size_++] = name;
      unknown_ += known ? 0 : 1;
    }
    return true;
  }

 private:
  static constexpr std::size_t kUnknownNames = 24;

  std::array<std::string_view, kUnknownNames + kParameterCount> names_;
  std::size_t size_ = 0;
  std::size_t unknown_ = 0;
};

}  // namespace

std::optional<HostPort> ReadHostPort(std::string_view text) {
  std::size_t end = 0;  // of the host
  if (text.starts_with('[')) {
    constexpr std::size_t kShortest = 4;  // [::]
    while (++end < text.size() && IsHexOrDot(text[end])) continue;
    if (end == text.size() || text[end] != ']' || ++end < kShortest) return {};
  } else {
    while (end < text.size() && IsNameByte(text[end])) ++end;
    if (end == 0) return {};
  }
  HostPort read{.host = text.substr(0, end), .port = {}};
  if (end == text.size()) return read;
  const std::string_view port = text.substr(end + 1);
  constexpr std::size_t kMaxDigits = 5;
  if (text[end] != ':' || port.size() > kMaxDigits) return {};
  if (!port.empty() && !(read.port = WholeFromText<std::uint16_t>(port))) return {};
  return read;
}

std::string WithoutBrackets(const std::string& host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

std::string HostAndPort(const std::string& host, std::uint16_t port) {
  const std::string bare = WithoutBrackets(host);
  const bool ipv6 = bare.find(':') != std::string::npos;
  return (ipv6 ? "[" + bare + "]" : bare) + ":" + std::to_string(port);
}

Target SplitTarget(std::string_view target) {
  Target out;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!StartsWithIgnoreCase(target, scheme)) {
      continue;
    }
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    out.authority = target.substr(0, end);
    target.remove_prefix(end);
    break;
  }
  const std::size_t question = std::min(target.find('?'), target.size());
  out.path = target.substr(0, question);
  out.query = target.substr(std::min(question + 1, target.size()));
  if (out.path.empty() && !out.authority.empty()) out.path = "/";  // RFC 9110, 4.2.3
  return out;
}

Query ReadQuery(std::string_view query) {
  Query out;
  SeenNames seen;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    if (!seen.Insert(name)) {
      if (std::find(out.given_twice.begin(), out.given_twice.end(), name) ==
          out.given_twice.end()) {
        out.given_twice.push_back(name);
      }
      continue;
    }
    const auto known = std::find(kParameterNames.begin(), kParameterNames.end(), name);
    if (known == kParameterNames.end()) continue;
    out.values[static_cast<std::size_t>(known - kParameterNames.begin())] =
        pair.substr(std::min(equals + 1, pair.size()));
  }
  return out;
}

DecodedValue::DecodedValue(std::string_view raw, Plus plus) : raw_(raw) {
  const bool spaces = plus == Plus::kIsSpace;
  const std::size_t first = spaces ? raw.find_first_of("%+") : raw.find('%');
  if (first == std::string_view::npos) {
    return;
  }
  std::string& out = decoded_.emplace();
  out.reserve(raw.size());
  out.append(raw.substr(0, first));
  for (std::size_t i = first; i < raw.size(); ++i) {
    const int high = raw[i] == '%' && i + 2 < raw.size() ? HexDigit(raw[i + 1]) : -1;
    const int low = high >= 0 ? HexDigit(raw[i + 2]) : -1;
    if (low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(spaces && raw[i] == '+' ? ' ' : raw[i]);
    }
  }
}

// Apart from the slash the path is compared as it is.
std::string_view CommandOf(std::string_view path) {
  constexpr std::string_view kVersion = "/v4/";
  if (path.starts_with("//")) path.remove_prefix(1);
  if (!path.starts_with(kVersion)) return {};
  const std::string_view command = path.substr(kVersion.size());
  const std::size_t slash = command.find('/');
  const bool two_words = slash != std::string_view::npos && slash > 0 &&
                         slash + 1 < command.size() &&
                         command.find('/', slash + 1) == std::string_view::npos;
  return two_words ? command : std::string_view{};
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                            (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_' ||
                            c == '~' || c == '*';
    if (unreserved) {
      out.push_back(c);
    } else {
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::string SignedQuery(std::uint32_t sdkappid, std::string_view identifier,
                        std::string_view user_sig) {
  return "sdkappid=" + std::to_string(sdkappid) + "&identifier=" + PercentEncode(identifier) +
         "&usersig=" + std::string(user_sig) + "&random=" + std::to_string(RandomNumber() >> 32) +
         "&contenttype=json";
}

bool CommandMatches(std::string_view command, std::string_view wanted) {
  if (!command.ends_with(wanted)) return false;
  return command.size() == wanted.size() || command[command.size() - wanted.size() - 1] == '/';
}

std::optional<std::uint32_t> ReadUint32(std::string_view text) {
  return WholeFromText<std::uint32_t>(text);
}

}  // namespace timock
