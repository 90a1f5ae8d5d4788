#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <string_view>

#include "program.h"

namespace {

/// GoogleTest opens its XML file as it reads its flags, which is before our own are read.
void PassOnJunit(int argc, char** argv) {
  constexpr std::string_view kFlag = "--junit";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kFlag && i + 1 < argc) {
      testing::GTEST_FLAG(output) = "xml:" + std::string(argv[i + 1]);
    } else if (argument.starts_with(kFlag) && argument.substr(kFlag.size()).starts_with("=")) {
      testing::GTEST_FLAG(output) = "xml:" + std::string(argument.substr(kFlag.size() + 1));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  PassOnJunit(argc, argv);
  testing::InitGoogleTest(&argc, argv);  // takes its flags out
  return timock::conformance::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr);
}
