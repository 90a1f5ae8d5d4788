#include "app/text_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace timock::app {

Result<std::string> ReadTextFile(const std::string& path, std::size_t most_bytes) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    return Error{path + ": " + std::strerror(errno)};
  }
  std::string text;
  char buffer[16 * 1024];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, size);
    if (text.size() > most_bytes) {
      return Error{path + ": larger than the " + std::to_string(most_bytes) + " bytes allowed"};
    }
  }
  if (std::ferror(file.get()) != 0) {
    return Error{path + ": " + std::strerror(errno)};
  }
  return text;
}

}  // namespace timock::app
