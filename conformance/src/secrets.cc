#include "secrets.h"

#include <algorithm>

#include "encoding.h"

namespace timock::conformance {

void Secrets::Add(const std::string& secret, const std::string& shown) {
  if (secret.empty()) return;
  // `*` may be encoded or not, and `/`, `+` and `=` of standard base64 always are.
  std::string stars_too = PercentEncode(secret);
  for (std::size_t at = stars_too.find('*'); at != std::string::npos;
       at = stars_too.find('*', at)) {
    stars_too.replace(at, 1, "%2A");
  }
  std::string lower = stars_too;
  for (std::size_t at = lower.find('%'); at != std::string::npos; at = lower.find('%', at + 1)) {
    for (std::size_t i = at + 1; i < std::min(at + 3, lower.size()); ++i) {
      if (lower[i] >= 'A' && lower[i] <= 'F') lower[i] = static_cast<char>(lower[i] + ('a' - 'A'));
    }
  }
  for (const std::string& form : {secret, PercentEncode(secret), stars_too, lower}) {
    const auto same = [&](const Entry& entry) { return entry.form == form; };
    if (std::none_of(entries_.begin(), entries_.end(), same)) entries_.push_back({form, shown});
  }
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.form.size() > b.form.size(); });
}

std::string Secrets::Redacted(std::string text) const {
  for (const Entry& entry : entries_) {
    for (std::size_t at = text.find(entry.form); at != std::string::npos;
         at = text.find(entry.form, at + entry.shown.size())) {
      text.replace(at, entry.form.size(), entry.shown);
    }
  }
  return text;
}

}  // namespace timock::conformance
