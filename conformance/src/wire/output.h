#ifndef TIMOCK_CONFORMANCE_WIRE_OUTPUT_H_
#define TIMOCK_CONFORMANCE_WIRE_OUTPUT_H_

#include <memory>
#include <ostream>
#include <streambuf>

namespace timock::conformance {

/// While it lives, what is written to a standard stream goes through a bounded queue and a thread:
/// a reader that is slow, or that reads nothing, never holds up what the program does, e.g. putting
/// names back. A stdout that was closed counts as an interrupt by SIGPIPE, see InterruptedBy.
///
///   Output out(std::cout, STDOUT_FILENO);
///   return out.Finish(Run());
class Output {
 public:
  Output(std::ostream& stream, int descriptor);
  /// Without Finish: what is not written yet is lost.
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// Waits until all is written, but gives up after 20 s in which nothing was read. Returns the
  /// exit code: `code`, but instead of 0 it is 128 + SIGPIPE when the reader has gone, and 4 when
  /// output was lost for any other reason, e.g. a full disk or a pipe that is not read; stderr is
  /// told why.
  int Finish(int code);

 private:
  struct Queue;
  class Buffer;

  std::ostream& stream_;
  std::shared_ptr<Queue> queue_;
  std::unique_ptr<Buffer> buffer_;
  std::streambuf* const before_;
};

/// Ignores SIGPIPE, and opens /dev/null instead of each standard stream that is closed, for a
/// socket must not become stdout. To be called first of all.
void PrepareStandardStreams();

}  // namespace timock::conformance

#endif  // TIMOCK_CONFORMANCE_WIRE_OUTPUT_H_
