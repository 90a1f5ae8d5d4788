#ifndef TIMOCK_TESTS_APP_FOLDER_H_
#define TIMOCK_TESTS_APP_FOLDER_H_

#include <string>

namespace timock::app {

/// A folder that is removed with this object, and the files in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

/// The whole file; empty when it cannot be read.
std::string ReadFile(const std::string& path);
bool FileExists(const std::string& path);

}  // namespace timock::app

#endif  // TIMOCK_TESTS_APP_FOLDER_H_
