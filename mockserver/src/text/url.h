#ifndef TIMOCK_TEXT_URL_H_
#define TIMOCK_TEXT_URL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timock {

/// A request target taken apart; everything still undecoded (R12).
struct Target {
  std::string_view authority;  ///< Host and port of an absolute form; empty otherwise.
  std::string_view path;
  std::string_view query;
};

/// Splits origin form and absolute form (`http://` or `https://`).
Target SplitTarget(std::string_view target);

/// A host and possibly a port, as a Host header, a URL's authority and the target of CONNECT hold
/// them.
struct HostPort {
  std::string_view host;              ///< With the brackets of an IPv6 address.
  std::optional<std::uint16_t> port;  ///< Empty without a colon and with nothing after it.
};

/// Reads a name (reg-name of RFC 3986, without the comma that makes a list), an IPv4 address or an
/// IPv6 address in brackets, and possibly a colon and a port. Empty for any other text. The views
/// point into `text`.
std::optional<HostPort> ReadHostPort(std::string_view text);

/// `host` without the brackets of an IPv6 address, if it has them.
std::string WithoutBrackets(const std::string& host);

/// `host` as a URL has it, an IPv6 address in brackets, and `port`.
std::string HostAndPort(const std::string& host, std::uint16_t port);

/// SERVICE/COMMAND of a path `/v4/SERVICE/COMMAND`, whose first slash may be doubled (R12); empty
/// when the path has another form.
std::string_view CommandOf(std::string_view path);

/// Whether `wanted` means `command`, with its SERVICE/ or without.
bool CommandMatches(std::string_view command, std::string_view wanted);

/// The query parameters that mean something to the endpoint (R1).
enum class Parameter { kSdkappid, kIdentifier, kUsersig, kRandom, kContenttype };
inline constexpr std::size_t kParameterCount = 5;

/// Their raw values. Names are compared as they are; the first of a name counts (R2).
struct Query {
  std::array<std::optional<std::string_view>, kParameterCount> values;
  /// Names, known or not, that are given more than once; each is listed once.
  std::vector<std::string_view> given_twice;

  std::string_view operator[](Parameter which) const {
    return values[static_cast<std::size_t>(which)].value_or(std::string_view{});
  }
};

Query ReadQuery(std::string_view query);

enum class Plus { kIsPlus, kIsSpace };

/// Percent-decodes a value (R5); a `%` without two hex digits is literal (R2). Text without any
/// escape is not copied, so the raw text must outlive this.
class DecodedValue {
 public:
  explicit DecodedValue(std::string_view raw, Plus plus = Plus::kIsPlus);
  std::string_view text() const { return decoded_ ? std::string_view{*decoded_} : raw_; }

 private:
  std::string_view raw_;
  std::optional<std::string> decoded_;
};

/// `text` as a value in a query; also `*` stays, for the UserSig alphabet has it.
std::string PercentEncode(std::string_view text);

/// The query of a signed call (R1), with a fresh `random`.
std::string SignedQuery(std::uint32_t sdkappid, std::string_view identifier,
                        std::string_view user_sig);

/// An unsigned 32 bit decimal, digits only (R4).
std::optional<std::uint32_t> ReadUint32(std::string_view text);

}  // namespace timock

#endif  // TIMOCK_TEXT_URL_H_
