#include "cases/placeholders.h"

#include <charconv>
#include <string_view>

#include "cases/case.h"
#include "wire/config_error.h"

namespace timock::conformance {
namespace {

constexpr std::size_t kMaxRepeated = std::size_t{4} * 1024 * 1024;

std::string Repeated(const std::string& what) {
  const std::size_t colon = what.rfind(':');
  std::size_t times = 0;
  const char* const end = what.data() + what.size();
  if (colon == std::string::npos ||
      std::from_chars(what.data() + colon + 1, end, times).ptr != end ||
      times * colon > kMaxRepeated) {
    throw ConfigError("${repeat:" + what + "}: expected ${repeat:TEXT:N}, at most 4 MiB");
  }
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text.append(what, 0, colon);
  return text;
}

}  // namespace

std::string Filled(const std::string& pattern, const Values& values) {
  std::string out;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t mark = pattern.find("${", begin);
    out.append(pattern, begin, mark == std::string::npos ? mark : mark - begin);
    if (mark == std::string::npos) return out;
    const std::size_t end = pattern.find('}', mark);
    if (end == std::string::npos) throw ConfigError("a placeholder has no end: " + pattern);
    const std::string name = pattern.substr(mark + 2, end - mark - 2);
    constexpr std::string_view kRepeat = "repeat:";
    if (name.starts_with(kRepeat)) {
      out += Repeated(name.substr(kRepeat.size()));
    } else {
      bool known = false;
      for (const auto& [key, value] : values) {
        if (key != name) continue;
        out += value;
        known = true;
      }
      if (!known) throw ConfigError("unknown placeholder ${" + name + "}");
    }
    begin = end + 1;
  }
}

}  // namespace timock::conformance
