#include "text/redact.h"

#include <algorithm>

#include "text/url.h"
#include "text/words.h"

namespace timock {
namespace {

constexpr std::size_t kSecretLength = 40;
constexpr std::string_view kRedacted = "(redacted)";

// The alphabets of base64, UserSig and percent-encoding; `/` is left out, since paths have it.
bool MayBeSecret(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' ||
         c == '-' || c == '_' || c == '%' || c == '+' || c == '=';
}

bool NamesUserSig(std::string_view raw) {
  return EqualsIgnoreCase(DecodedValue(raw).text(), "usersig");
}

}  // namespace

std::string Redacted(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto run_end = std::find_if_not(text.begin(), text.end(), MayBeSecret);
    const auto run = static_cast<std::size_t>(run_end - text.begin());
    out.append(run >= kSecretLength ? kRedacted : text.substr(0, run));
    text.remove_prefix(run);
    const auto next = std::find_if(text.begin(), text.end(), MayBeSecret);
    const auto rest = static_cast<std::size_t>(next - text.begin());
    out.append(text.substr(0, rest));
    text.remove_prefix(rest);
  }
  return out;
}

std::string RedactedTarget(std::string_view target) {
  std::string out;
  while (!target.empty()) {
    const std::size_t end = std::min(target.find_first_of("?&"), target.size());
    const std::string_view part = target.substr(0, end);
    const std::size_t equals = part.find('=');
    if (equals != std::string_view::npos && NamesUserSig(part.substr(0, equals))) {
      out.append(part.substr(0, equals + 1)).append(equals + 1 < part.size() ? kRedacted : "");
    } else {
      out.append(Redacted(part));
    }
    out.append(target.substr(end, 1));
    target.remove_prefix(std::min(end + 1, target.size()));
  }
  return out;
}

}  // namespace timock
