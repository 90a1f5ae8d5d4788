#ifndef TIMOCK_APP_LINE_WRITER_H_
#define TIMOCK_APP_LINE_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace timock::app {

/// Writes text to a file descriptor from a thread of its own, so that no caller ever waits for the
/// reader of a pipe or for a disk. Safe to use from several threads.
///
/// What cannot be written yet is kept, up to kMaxBytes; text beyond that is dropped and counted.
/// What the descriptor refuses (no reader, disk full) is dropped and counted as well.
class LineWriter {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{1024} * 1024;

  /// Makes the text that reports how many texts were dropped. It is called from the writer's
  /// thread, and the text is written in their place as soon as it can be.
  using DropReport = std::function<std::string(std::uint64_t dropped)>;

  /// Without `drop_report`, texts are dropped silently. The descriptor stays open.
  explicit LineWriter(int descriptor, DropReport drop_report = {});
  /// Closes.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  void Write(std::string text);

  /// Waits until all is written, at most a second, and gives up the rest. What is written after it
  /// is dropped.
  void Close();

 private:
  struct Queue;
  static void Run(Queue* queue);

  std::shared_ptr<Queue> queue_;
  std::thread thread_;
};

}  // namespace timock::app

#endif  // TIMOCK_APP_LINE_WRITER_H_
