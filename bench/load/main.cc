#include <iostream>

#include "program.h"

int main(int argc, char** argv) {
  return timock::load::RunProgram({argv + 1, argv + argc}, std::cout, std::cerr);
}
