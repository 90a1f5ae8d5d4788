#ifndef TIMOCK_APP_TEXT_FILE_H_
#define TIMOCK_APP_TEXT_FILE_H_

#include <cstddef>
#include <string>

#include "timock/result.h"

namespace timock::app {

/// Reads a whole file. The Error reads "PATH: No such file or directory", or says that the file is
/// larger than `most_bytes`.
Result<std::string> ReadTextFile(const std::string& path, std::size_t most_bytes);

}  // namespace timock::app

#endif  // TIMOCK_APP_TEXT_FILE_H_
