#include <gtest/gtest.h>

#include <iostream>

#include "program.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);  // takes its flags out
  return timock::conformance::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr);
}
