#ifndef TIMOCK_MOCKSERVER_TESTS_APPROVED_H_
#define TIMOCK_MOCKSERVER_TESTS_APPROVED_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace timock::test {

/// Compares `text`, without the version, with the file `name` of the folder TIMOCK_APPROVED, which
/// a person has read and approved. Where the environment has TIMOCK_APPROVE, writes that file.
inline void ExpectApproved(const std::string& name, std::string text) {
  const std::string version = TIMOCK_VERSION;
  for (std::size_t at = text.find(version); at != std::string::npos; at = text.find(version, at)) {
    text.replace(at, version.size(), "VERSION");
  }
  const std::string path = std::string(TIMOCK_APPROVED) + "/" + name;
  if (std::getenv("TIMOCK_APPROVE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ostringstream approved;
  approved << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(approved.str(), text) << "differs from " << path
                                  << "; if that is right, run the test with TIMOCK_APPROVE=1, look "
                                     "at the difference and commit the file";
}

/// The data of a page of the kit, each member and each section on a line of its own.
inline std::string DataOf(const std::string& page) {
  const std::string begin = "id=\"data\">";
  const std::size_t at = page.find(begin) + begin.size();
  const auto data = nlohmann::ordered_json::parse(page.substr(at, page.find("</script>", at) - at));
  std::string text;
  for (const auto& [name, value] : data.items()) {
    text.append(name).append(":");
    if (!value.is_array()) text.append(" ").append(value.dump());
    text.append("\n");
    for (const auto& section : value) {
      if (value.is_array()) text.append("  ").append(section.dump()).append("\n");
    }
  }
  return text;
}

}  // namespace timock::test

#endif  // TIMOCK_MOCKSERVER_TESTS_APPROVED_H_
