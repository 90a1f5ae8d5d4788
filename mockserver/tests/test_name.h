#ifndef TIMOCK_MOCKSERVER_TESTS_TEST_NAME_H_
#define TIMOCK_MOCKSERVER_TESTS_TEST_NAME_H_

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

namespace timock::test {

/// The name of a parametrised test: what a name may hold of `text`, and its place, as two may begin
/// alike.
inline std::string TestName(std::string_view text, std::size_t index) {
  constexpr std::size_t kMaxSize = 30;
  std::string name;
  for (const char c : text.substr(0, kMaxSize)) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (fits) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  return name + (name.empty() || name.back() == '_' ? "" : "_") + std::to_string(index);
}

}  // namespace timock::test

#endif  // TIMOCK_MOCKSERVER_TESTS_TEST_NAME_H_
